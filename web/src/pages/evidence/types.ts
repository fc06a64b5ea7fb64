import type { Page } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

/** Kinds of thing that have a page of their life. */
export const thingKinds = ['unit', 'case', 'certificate', 'serial', 'file', 'archive', 'person'] as const
export type ThingKind = (typeof thingKinds)[number]

/** One line of `GET /api/acts`. */
export interface ActLine {
  actId: string
  type: string
  title: Text
  at: string
  /** Name, or `anonymous`, or `service:<name>`. */
  person: string
  personId: string | null
  district: string
  outcome: 'done' | 'refused'
  refusal: string | null
  message: Text | null
  clause: string | null
  /** `number` is what people call it, where that is not the id. */
  subject: { kind: string; id: string; number: string | null } | null
  leaf: number | null
}

/** A page of them, with what the search words stand for. */
export interface FoundActs extends Page<ActLine> {
  things: { kind: ThingKind; id: string }[]
  unknown: 'thing' | 'person' | null
}

/** One line of a thing's life. */
export interface LifeLine extends ActLine {
  /** Workstation and address, as recorded. */
  from: string | null
}

interface Numbered {
  number: string | null
  state: string
}

/** What `GET /api/things/:kind/:id` answers: of each kind some of these. */
export interface ThingFacts {
  district: string
  number?: string | null
  state?: string
  unit?: string
  location?: string
  serial?: number | null
  place?: string
  keeper?: string | null
  file?: string | null
  media?: string
  bytes?: number | null
  name?: string
  username?: string | null
  left?: boolean | null
  posts?: Text[]
  files?: number
  cases?: (Numbered & { id: string })[]
  certificates?: (Numbered & { serial: number | null })[]
}
