import './acts.ts'
import './load.ts'
import './paper.ts'
import './controls.ts'
