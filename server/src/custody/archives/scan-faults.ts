import type { Figures } from './pictures.ts'
import type { ScanFault } from './rules.ts'

/** What was measured of a scan: figures of each page, or why there are none. */
export type Measured = { pages: Figures[] } | { fault: ScanFault }

/** A scan with more pages, or a page with more pixels, is not decoded: somebody looks at it. */
export const pagesMax = 300
export const pixelsMax = 100_000_000

/** A scan is not measured for a reason that has a name. */
export class Fault extends Error {
  override readonly name = 'ScanFault'
  readonly reason: ScanFault
  constructor(reason: ScanFault) {
    super(`the scan is not measured: ${reason}`)
    this.reason = reason
  }
}
