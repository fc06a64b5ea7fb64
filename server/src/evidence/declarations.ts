import './queries.ts'
import './controls.ts'
