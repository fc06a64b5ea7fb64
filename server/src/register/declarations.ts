import './acts.ts'
import './load.ts'
import './controls.ts'
