import type { Entry, UnitFacts, UnitState } from '../../../../server/src/register/state.ts'

/** Why somebody looks at register data; recorded with the look. */
export type Purpose = 'case' | 'enquiry' | 'inspection' | 'quality'

/** One line of `GET /api/units`: physical facts only. */
export interface FoundUnit {
  code: string
  location: string
  /** Square metres as decimal text. */
  area: string
  /** GHYT code. */
  use: string
}

export interface CertificateView {
  number: string
  state: 'recorded' | 'printed' | 'sealed' | 'issued' | 'superseded' | 'cancelled'
  /** Why it ended without a change of the right. */
  ended: 'lost' | 'damaged' | null
  /** The entry it certifies. */
  entryId: string
  /** Printed serial of the blank it stands on; null before printing. */
  blankSerial: number | null
}

export interface CaseOnUnit {
  caseId: string
  /** Null before acceptance. */
  number: string | null
  state: 'applied' | 'in_progress' | 'suspended' | 'not_accepted' | 'withdrawn' | 'refused' | 'archived'
  appliedAt: string
}

/** A parcel or building near the unit. `geometry` is GeoJSON text in CGCS2000 longitude and latitude. */
export interface Surrounding {
  kind: 'parcel' | 'building'
  code: string
  geometry: string
}

/** What `register.view` answers. Entries come oldest first, those after `asOf` included. */
export interface RegisterView {
  unit: UnitFacts
  asOf: string
  state: UnitState
  entries: Entry[]
  certificates: CertificateView[]
  cases: CaseOnUnit[]
  around: Surrounding[]
}

/** One line of `register.holdings`. */
export interface Holding {
  unitCode: string
  kind: Entry['kind']
  location: string
  area: string
}
