import './queries.ts'
import './controls.ts'
import './policy.ts'
import './alarms.ts'
