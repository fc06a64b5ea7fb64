import './acts.ts'
import './queries.ts'
import './check.ts'
import './controls.ts'
