import type { Availability } from '../../api/types.ts'
import type { Text } from '../../i18n/texts.ts'
import type { DueLevel } from '../../ui/DueTag.tsx'

/** A person or company in a case. Identity numbers come masked. */
export interface PartyView {
  no: number
  side: 'transferor' | 'transferee' | 'holder'
  partyId: string
  name: string
  kind: string
  idMasked: string
  share: { num: number; den: number } | null
  agentName: string | null
  agentBasis: 'notarised' | 'signed_before_staff' | null
}

export interface EntryView {
  id: string
  kind: string
  no: number
  legalFrom: string
  legalTo: string | null
  body: Record<string, unknown>
  parties: { partyId: string; role: string; name: string; shareNum: number | null; shareDen: number | null }[]
}

export interface SaleView {
  renewal?: undefined
  priceFen: number
  contractNumber: string
  sale: 'whole' | 'share'
  sharing: '0' | '1' | '2'
  remark?: string
}
export interface RenewalView {
  renewal: { why: 'lost' | 'damaged'; certificateNumber: string; statement: string }
  remark?: string
}

/** What `case.open` answers. */
export interface CaseView {
  caseId: string
  number: string | null
  business: { code: string; name: Text; legalDays: number; promisedDays: number }
  unit: { code: string; location: string; use: string; area: string; floor: string; room: string } | null
  state: 'applied' | 'in_progress' | 'suspended' | 'not_accepted' | 'withdrawn' | 'refused' | 'archived'
  round: number
  secondReview: boolean
  nextStage: string | null
  body: SaleView | RenewalView
  /** 遗失公告 of this case. */
  lossNotice: { number: string; from: string; until: string; ended: boolean } | null
  appliedAt: string
  acceptedAt: string | null
  legalDue: string | null
  promisedDue: string | null
  dueLevel: DueLevel | null
  parties: PartyView[]
  unverified: string[]
  checks: { partyNo: number; whom: 'party' | 'agent'; method: string; passed: boolean }[]
  checklist: { code: string; name: Text; basis: string; received: boolean }[]
  otherMaterials: { code: string; name: Text }[]
  materials: {
    no: number
    code: string
    name: string
    form: string
    pages: number
    file: string
    media: string
    at: string
  }[]
  rights: {
    ownership: EntryView | null
    mortgages: EntryView[]
    seizures: EntryView[]
    objections: EntryView[]
    prenotices: EntryView[]
    restrictions: EntryView[]
    mortgageNeeds: 'none' | 'carry_and_notify' | 'consent' | 'three_party'
  }
  stages: {
    id: string
    name: Text
    done: { person: string; at: string; opinion: string; round: number; carried: boolean } | null
  }[]
  returns: { round: number; to_no: number; from_stage: string; reason: string; person: string; at: string }[]
  notices: { kind: string; body: Record<string, unknown>; file: string | null; at: string }[]
  certificate: {
    id: string
    number: string
    state: string
    blankSerial: number | null
    file: string | null
  } | null
  /** Where anyone may check the certificate, once one is printed. */
  certificateUrl: string | null
  checkUrl: string
  recipients: string[]
  /** What the person looking holds: next blanks and seals, for printing and sealing. */
  keeping: { kind: 'certificate' | 'seal'; edition: string; from: number; to: number }[]
  /** Whom a leader may give the next step to. */
  mayBeGiven: { id: string; name: string }[]
  /** Every act on a case in the order of its life; `move` is the stage it does. */
  acts: { type: string; title: Text; move: string | null; confirmed: boolean }[]
  availability: Availability
}

export const fileAddress = (caseId: string, file: string): string => `/api/cases/${caseId}/files/${file}`
