import type { Page, Refusal } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'

type Available = { enabled: true } | { enabled: false; refusal: Refusal }

/** An act whose content is kept for so long. */
export interface KeptAct {
  district: string
  ofAct: string
  title: Text
  at: string
  /** Null when for ever. */
  keptUntil: string | null
}

/** What `GET /api/erasures/acts/:id` answers. */
export interface Erasable extends KeptAct {
  goes: string[]
  stays: string[]
  propose: Available
}

/** One line of `GET /api/erasures`. */
export interface Erasure extends KeptAct {
  id: string
  reason: string
  proposedBy: string
  proposedAt: string
  proposalAct: string
  erasedBy: string | null
  erasedAt: string | null
  eraseAct: string | null
  erase: Available
}

export interface Erasures extends Page<Erasure> {
  /** Kinds of act whose content may be erased, and after how many years. */
  kinds: { type: string; title: Text; years: number }[]
}
