import './duties/acts.ts'
import './duties/queries.ts'
import './duties/controls.ts'
