/**
 * What each paper prints, as raw facts. Days are ISO dates (`2026-03-05`), moments are ISO instants (`…Z`), money is
 * whole fen, areas are square metres as text with two decimals, codes are those of `values/dictionaries.ts` (a code
 * not in its table is printed as it is). The papers do all the wording. Nothing here is looked up: a paper says
 * exactly what it was given, so the same facts at the same time give the same bytes.
 */
import type { Fraction } from '../values/fraction.ts'

/** On every paper. */
export interface PaperFacts {
  /** Prints the pale diagonal 演示 样本 DEMO on each page. */
  demo: boolean
  /** Who issues it, in full: `宁波市海曙区不动产登记中心`. */
  office: string
  /** Address of the public check page with its token, printed as a QR code; null prints none. */
  checkUrl: string | null
  /** Legend and code of the electronic seal it bears; without it, it bears none. */
  seal?: string
}

/** Who takes part in a case; `CaseParty` of the cases capability fits. */
export interface PaperParty {
  side: 'transferor' | 'transferee' | 'holder'
  name: string
  /** ZJZL. */
  idType: string
  /** Already masked: papers never see a whole number unless the law wants it there. */
  idMasked: string
  share: Fraction | null
  agentName: string | null
  agentBasis: 'notarised' | 'signed_before_staff' | null
}

/** A unit with its parcel and building; `UnitFacts` of the register fits. */
export interface PaperUnit {
  code: string
  location: string
  floor: string
  room: string
  /** GHYT. */
  use: string
  area: string
  innerArea: string | null
  sharedArea: string | null
  parcel: {
    code: string
    location: string
    area: string
    /** TDYT. */
    landUse: string
    /** QLXZ. */
    nature: string
    termFrom: string | null
    termTo: string | null
  }
  building: {
    code: string
    name: string
    floorsAbove: number
    floorsBelow: number
    /** FWJG. */
    structure: string
    completedOn: string | null
  } | null
}

/** 受理凭证: what the applicants take home when a case is accepted. */
export interface AcceptanceReceiptFacts extends PaperFacts {
  caseNumber: string
  /** Name of the business in Chinese. */
  business: string
  unitCode: string
  location: string
  parties: readonly PaperParty[]
  materials: readonly PaperMaterial[]
  /** Instant. */
  acceptedAt: string
  /** Days or instants; null when no limit is known. */
  promisedDue: string | null
  legalDue: string | null
  /** Who accepted it. */
  clerk: string
  /** Leaders at the window who signed it (3.3). */
  leaders?: readonly PaperLeader[]
}

/** A leader's signature on a case handled at the window: at which post, who, when. */
export interface PaperLeader {
  stage: string
  person: string
  at: string
}

export interface PaperMaterial {
  name: string
  /** SJLX: original, copy, … */
  form: string
  pages: number
}

/** One line of the one complete list: which material, and what is missing or wrong with it. */
export interface NoticeItem {
  material: string
  what: string
}

interface NoticeFacts extends PaperFacts {
  /** Null before acceptance gave one. */
  caseNumber: string | null
  business: string
  unitCode: string
  location: string
  /** Whom it is addressed to, all of them. */
  applicants: readonly string[]
  /** Day of issue (date or instant). */
  date: string
  clerk: string
}

/** 补正告知书: everything to be supplied, told once in writing (Reg 17, clause 2.2). */
export interface SupplementFacts extends NoticeFacts {
  kind: 'supplement'
  items: readonly NoticeItem[]
  /** Last day to supply it, or null when none was set. */
  supplyBy: string | null
}

/** 不予受理告知书 and 不予登记告知书. */
export interface RefusalFacts extends NoticeFacts {
  kind: 'non_acceptance' | 'refusal'
  reasons: readonly string[]
  /** Articles relied on, in words: `《不动产登记暂行条例》第十七条`. */
  legalBasis: readonly string[]
  /** What would make it acceptable, when that can be said (Reg 17-3). */
  items?: readonly NoticeItem[]
  /** Where to ask for review (行政复议), and which court; general words when left out. */
  reviewOrgan?: string
  court?: string
}

export type PaperNoticeFacts = SupplementFacts | RefusalFacts

/** A right as the approval form compares it: who holds, how. */
export interface PaperHolding {
  holders: readonly { name: string; share: Fraction | null }[]
  /** GYFS. */
  sharing: string
  certificateNumber: string | null
}

/** A burden on the unit when the case was reviewed. */
export interface PaperBurden {
  kind: 'mortgage' | 'seizure' | 'objection' | 'prenotice' | 'restriction'
  /** Mortgagee, organ, applicant or holder. */
  who: string
  amountFen: number | null
  /** Recorded or served (date or instant). */
  since: string
  /** Document or proof number, or what becomes of it: `随同转移并已通知抵押权人`. */
  note: string | null
}

/** What one step said. */
export interface PaperOpinion {
  opinion: string
  person: string
  /** Instant. */
  at: string
}

/** 登记审批表. A step that is null is not done: the form is then marked 草稿. */
export interface ApprovalFormFacts extends PaperFacts {
  caseNumber: string
  business: string
  /** DJLX. */
  registration: string
  /** 1, or more after returns. */
  round: number
  acceptedAt: string
  parties: readonly PaperParty[]
  unit: PaperUnit
  /** QLLX. */
  rightType: string
  before: PaperHolding
  after: PaperHolding
  priceFen: number | null
  contractNumber: string | null
  burdens: readonly PaperBurden[]
  remark: string | null
  /** Whether this business asks for a second review; without one its box says so. */
  needsSecondReview: boolean
  acceptance: PaperOpinion | null
  firstReview: PaperOpinion | null
  secondReview: PaperOpinion | null
  recording: PaperOpinion | null
  /** Leaders at the window who signed it (3.3). */
  leaders?: readonly PaperLeader[]
}

/** Someone an entry names. */
export interface PaperEntryParty {
  role: 'holder' | 'mortgagor' | 'mortgagee' | 'organ' | 'debtor' | 'applicant' | 'obligor'
  name: string
  /** ZJZL. */
  idType: string
  /** Masked, or null to print none. */
  idMasked: string | null
  shareNum: number | null
  shareDen: number | null
}

/**
 * A register entry; `Entry` of the register fits with `status`, numbers and masked ids added. Of one that ends a
 * right only the parties, `reason` and `remark` are printed.
 */
export interface PaperEntry<Body> {
  no: number
  /** create, change or end. */
  effect: 'create' | 'change' | 'end'
  /** DJLX. */
  registration: string
  /** 现势 holds at the as-of moment; waiting is 轮候; the other two are history and printed struck. */
  status: 'current' | 'waiting' | 'superseded' | 'ended'
  /** When the right holds in law, and when it was written: both instants. */
  legalFrom: string
  legalTo: string | null
  recordedAt: string
  /** Name of the recorder; null for entries taken over from the old books. */
  recordedBy: string | null
  caseNumber: string | null
  /** Number of the certificate or proof issued on it. */
  certificateNumber: string | null
  parties: readonly PaperEntryParty[]
  body: Body
}

export interface PaperOwnership {
  /** GYFS. */
  sharing: string
  /** QLLX. */
  rightType: string
  /** QLXZ. */
  rightNature: string
  termFrom?: string
  termTo?: string
  priceFen?: number
  reason?: string
  remark?: string
}

export interface PaperMortgage {
  /** DYFS. */
  mode: string
  amountFen: number
  debtFrom: string
  debtTo: string
  scope: string
  /** 是否存在禁止或限制转让抵押不动产的约定; null when nobody asked then. */
  transferRestricted: boolean | null
  rank: number
  /** Of an entry that ends it: why. */
  reason?: string
  remark?: string
}

export interface PaperSeizure {
  organ: string
  document: string
  servedAt: string
  cause?: string
  scope?: string
  reason?: string
  remark?: string
}

/** Objections, advance notices and restrictions: what they say, in words. */
export interface PaperNote {
  /** 异议事项, 预告种类, 限制事项. */
  matter: string
  reason?: string
  remark?: string
}

/** 登记簿页: one unit as of one moment. */
export interface RegisterPageFacts extends PaperFacts {
  unit: PaperUnit
  /** By legal time. Instant. */
  asOf: string
  /** As it was known then; null for as known when printed. Instant. */
  knownAt: string | null
  printedAt: string
  printedBy: string
  /** What the look was for, as stated: `受理登记`. */
  purpose: string
  /** Oldest first within each section; a later entry of a right supersedes the earlier. */
  ownership: readonly PaperEntry<PaperOwnership>[]
  mortgages: readonly PaperEntry<PaperMortgage>[]
  seizures: readonly PaperEntry<PaperSeizure>[]
  objections: readonly PaperEntry<PaperNote>[]
  prenotices: readonly PaperEntry<PaperNote>[]
  restrictions: readonly PaperEntry<PaperNote>[]
}

/** Corners of an outline in plane coordinates, metres: [east, north]. Closed or not, either turn. */
export type PlanRing = readonly (readonly [east: number, north: number])[]

/** 附图: outlines of parcel and building with north up. */
export interface PlanFacts {
  parcel: PlanRing
  /** Outline of the building, or of the unit where one was surveyed. */
  building: PlanRing | null
  /** Written in the building: `1幢 301室`. */
  label: string
  /** Who surveyed, for the foot of the plan; null prints none. */
  surveyor: string | null
}

/** 不动产权证书: the printed fields, all from the entry in force. */
export interface CertificateFacts extends PaperFacts {
  /** `浙(2026)宁波市海曙不动产权第0000001号`. */
  number: string
  /** Serial printed on the blank (印刷序列号). */
  blankSerial: string
  caseNumber: string
  holders: readonly { name: string; idType: string; idNumber: string; share: Fraction | null }[]
  /** GYFS. */
  sharing: string
  unit: PaperUnit
  /** QLLX. */
  rightType: string
  /** QLXZ. */
  rightNature: string
  /** FWXZ, or null when the register does not say. */
  houseNature: string | null
  termFrom: string | null
  termTo: string | null
  /** 附记, lines kept. */
  remark: string
  /** Registering organ (登记机构), and the day of recording. */
  organ: string
  recordedOn: string
  plan: PlanFacts | null
}

/** A thing in a case file. Page numbers are counted from `pages`, in the order given. */
export interface ArchiveItem {
  title: string
  /** Document number (文号), author (责任者), day: null where there is none. */
  documentNumber: string | null
  author: string | null
  date: string | null
  pages: number
  note: string | null
}

/** 卷内目录. */
export interface ArchiveListFacts extends PaperFacts {
  /** 档号; null before one is given. */
  archiveNumber: string | null
  caseNumber: string
  business: string
  unitCode: string
  location: string
  /** Names of all applicants. */
  applicants: readonly string[]
  /** Shelf: `A-HA-01-03`. */
  place: string
  /** 保管期限 of the file. */
  term: 'permanent' | 'long' | 'short'
  items: readonly ArchiveItem[]
  /** Pages the archivist counted by hand; a difference from the sum is printed, not hidden. */
  pagesCounted: number
  archivist: string
  archivedAt: string
}

/** One log in an audit pack. */
export interface PackedLog {
  /** 海曙区 */
  office: string
  origin: string
  size: number
  /** Base64. */
  root: string
  /** Witnesses that cosigned the checkpoint the pack ends at. */
  witnesses: readonly string[]
  tiles: number
  bundles: number
  bytes: number
  /** Folder in the pack. */
  folder: string
}

/** A file of an audit pack, or a group of them that is listed as one. */
export interface PackedFile {
  path: string
  size: number
  /** Hex. */
  sha256: string
}

/** 审计包目录: what an audit pack holds, and how anyone checks it. */
export interface PackIndexFacts extends PaperFacts {
  /** Instant. */
  madeAt: string
  /** Who or what made it: `督查 王某（行为 …）`, or the database role. */
  madeBy: string
  /** First and last day of the ledgers; null is open. */
  since: string | null
  until: string | null
  logs: readonly PackedLog[]
  /** Lines of the policy: whose signatures are needed. */
  policy: readonly string[]
  opened: readonly { act: string; title: string; district: string; index: number }[]
  files: readonly PackedFile[]
  /** Groups of tiles and bundles too many to be listed one by one. */
  groups: readonly (PackedFile & { files: number })[]
}

/** A book of custody from day to day. */
export interface CustodyBookFacts extends PaperFacts {
  /** What is kept: `证书`. */
  kind: string
  /** First and last day, ISO. */
  from: string
  until: string
  /** Instant. */
  printedAt: string
  printedBy: string
  /** Size of the office's log and its root when it was printed; null before its first checkpoint. */
  checkpoint: string | null
  /** What lay at each place before and after; null while something of the kind is counted. */
  balances: readonly { place: string; opening: number; in: number; out: number; closing: number }[] | null
  lines: readonly CustodyBookLine[]
}

/** One movement in a book of custody, in its own words. */
export interface CustodyBookLine {
  /** Instant. */
  at: string
  movement: string
  first: string
  last: string
  count: number
  from: string
  to: string
  document: string | null
  person: string | null
}

/** 风险防控简报: the controls board as it stood at a moment, for a meeting. Every word is ready to print. */
export interface BriefingFacts extends PaperFacts {
  /** Whom and which days it is about. */
  about: string
  period: string
  /** Instant. */
  printedAt: string
  printedBy: string
  /** One line for each log it was counted from: office, size, root. */
  logs: readonly string[]
  /** How many clauses stand how. */
  summary: string
  /** Clause, title, status, then the six figures. */
  clauses: readonly BriefingLine[]
  /** The controls of clauses in which something is overdue or open. */
  troubled: readonly BriefingLine[]
  /** Every clause in every office, where the briefing is about more than one: a status and the figure that makes it so. */
  compared: { offices: readonly string[]; rows: readonly (readonly string[])[] } | null
}

/** A line of the briefing: what it is about, how it stands, and its six figures. */
export interface BriefingLine {
  clause: string
  title: string
  status: string
  governed: number
  refused: number
  due: number
  overdue: number
  found: number
  open: number
}

/** 检查通报: what an inspection found, item by item. Every word is ready to print. */
export interface InspectionFacts extends PaperFacts {
  number: string
  /** Office that was inspected. */
  to: string
  kind: string
  checklist: string
  visit: string
  total: string
  word: string
  by: string
  /** Day, ISO. */
  date: string
  lines: readonly {
    sheet: string
    clause: string
    wording: string
    points: string
    note: string
    fault: boolean
  }[]
}

/** 整改通知书 or, with `letter`, 督办函. */
export interface RectificationFacts extends PaperFacts {
  number: string
  /** Name of the responsible person. */
  to: string
  clause: string
  summary: string
  requirement: string
  /** Days, ISO. */
  foundOn: string
  planDue: string
  date: string
  by: string
  /** The day that has passed; null for the first notice. */
  letter: { dueOn: string } | null
}

/** 研判会纪要. */
export interface MinutesFacts extends PaperFacts {
  number: string
  topic: string
  heldOn: string
  place: string
  convener: string
  attendees: readonly string[]
  /** Open findings as the meeting was called; beyond two hundred only their number is told. */
  agenda: readonly { no: number; what: string; late: boolean }[]
  openFindings: number
  body: string
  decisions: readonly { no: number; what: string; owner: string; dueOn: string }[]
  writer: string
  /** Null while nobody has confirmed it. */
  confirmer: string | null
  confirmedOn: string | null
}
