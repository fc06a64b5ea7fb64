import './acts.ts'
import './enrol.ts'
import './queries.ts'
import './controls.ts'
