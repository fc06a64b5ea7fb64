import type { Text } from '../../i18n/texts.ts'

export const figures = ['governed', 'refused', 'due', 'overdue', 'found', 'open'] as const
export type FigureName = (typeof figures)[number]
export type Counts = Record<FigureName, number>
export type Status = 'grey' | 'green' | 'amber' | 'red'

/** What a board is asked for, as it stands in the address of the page. */
export interface BoardSearch {
  view?: 'compare'
  district?: string
  unit?: string
  post?: string
  person?: string
  from?: string
  to?: string
  /** Only this clause, opened. */
  clause?: string
}

/** Whose figure it is, which, and in what bounds. */
export interface BehindSearch extends Omit<BoardSearch, 'view' | 'clause'> {
  of: string
  figure: FigureName
}

/** `GET /api/controls/behind`: one act, finding, duty or line of a ledger. */
export interface BehindLine {
  key: string
  district: string
  what: Text
  subject: { kind: string; id: string | null; number: string | null } | null
  about: Text | null
  page: string | null
  at: string | null
  person: string | null
  personId: string | null
  note: Text | null
  clause: string | null
  actId: string | null
}
export interface Behind {
  at: string
  title: Text
  items: BehindLine[]
  next: string | null
}

export interface ControlRow {
  id: string
  kind: 'guard' | 'obligation' | 'ledger' | 'detector' | 'report'
  title: Text
  status: Status
  counts: Counts
}

export interface TrendPoint {
  month: string
  governed: number
  refused: number
  found: number
}

export interface ClauseRow {
  id: string
  title: Text
  /** Null when no control carries the clause. */
  status: Status | null
  counts: Counts
  trend: TrendPoint[]
  controls: ControlRow[]
}

/** `GET /api/controls`. */
export interface Board {
  at: string
  scope: {
    district: string | null
    person: string | null
    post: string | null
    unit: string | null
    to: string | null
  }
  logs: { district: string; size: number; root: string }[]
  parts: Record<string, Text>
  clauses: ClauseRow[]
}

/** `GET /api/controls/compare`. */
export interface Compared {
  at: string
  districts: { id: string; name: Text }[]
  clauses: { id: string; title: Text; cells: { status: Status | null; counts: Counts }[] }[]
}

/** `GET /api/controls/scopes`. */
export interface Scopes {
  districts: { id: string; name: Text }[]
  units: { id: string; name: Text }[]
  posts: { id: string; unit: string | null; name: Text }[]
  persons: { id: string; name: string }[]
}
