import './acts.ts'
