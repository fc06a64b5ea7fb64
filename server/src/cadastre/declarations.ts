import './tables.ts'
import './survey/acts.ts'
import './survey/queries.ts'
import './survey/controls.ts'
