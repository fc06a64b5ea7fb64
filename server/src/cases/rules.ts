import type { Actor, Guard } from '../kernel/act.ts'
import {
  advance,
  type DutyTable,
  decide,
  dutyName,
  type Move,
  type Mover,
  nextStage,
  type Process,
  type Side,
} from '../kernel/duty.ts'
import { type Limits, outOfReach } from '../kernel/limits.ts'
import { type FieldProblem, type Refusal, refuser } from '../kernel/refusal.ts'
import {
  blockingSeizure,
  type Entry,
  type EntryParty,
  type MortgageBody,
  type OwnershipBody,
  type UnitState,
} from '../register/state.ts'
import {
  addFractions,
  compareFractions,
  type Fraction,
  formatFraction,
  fraction,
  isWhole,
  subtractFractions,
  sumFractions,
  whole,
} from '../values/fraction.ts'
import type { Business, MaterialFacts } from './business.ts'
import { neededMaterials } from './business.ts'

/** Everything the guards of a case may look at, read under lock. */
export interface CaseState {
  district: string
  id: string
  number: string | null
  business: Business
  unitCode: string
  rightId: string
  state: 'applied' | 'in_progress' | 'suspended' | 'not_accepted' | 'withdrawn' | 'refused' | 'archived'
  round: number
  secondReview: boolean
  nextStage: string | null
  body: CaseBody
  appliedAt: string
  acceptedAt: string | null
  legalDue: string | null
  promisedDue: string | null
  suspendedAt: string | null
  notices: number
  checkToken: string
  process: Process
  parties: CaseParty[]
  checks: { partyNo: number; whom: 'party' | 'agent'; method: string; passed: boolean }[]
  materials: {
    no: number
    code: string
    name: string
    form: string
    pages: number
    file: string
    media: string
    bytes: number
    at: string
  }[]
  rights: UnitState
  /** Duties the actor holds only for some businesses or purposes. */
  limits: Limits
  certificate: CaseCertificate | null
  /** How the actor stands today: on which side of 4.6, and whether away. */
  standing: { today: Side | null; away: boolean }
  /** A survey of the unit is under way. */
  surveyPending: boolean
  /** 遗失公告 of this case; days are those of the office. */
  lossNotice: LossNotice | null
  /** Electronic seals in use in the office, by kind. */
  eSeals: Partial<Record<string, ESeal>>
}

export interface ESeal {
  no: number
  name: string
  number: string
}

export interface LossNotice {
  number: string
  from: string
  /** The last day; it counts in full. */
  until: string
  ended: boolean
}

/** What was applied for: a sale, or another certificate for the same right. */
export type CaseBody = SaleBody | RenewalBody

export interface RenewalBody {
  renewal: {
    why: 'lost' | 'damaged'
    certificateId: string
    certificateNumber: string
    /** What happened to it, in the holder’s words. */
    statement: string
  }
  remark?: string
}

export interface SaleBody {
  renewal?: undefined
  priceFen: number
  contractNumber: string
  /** What is sold: the whole, or the transferors' shares or part of them. */
  sale: 'whole' | 'share'
  /** How the transferees will hold: 0 alone, 1 jointly, 2 by shares (GYFS). */
  sharing: '0' | '1' | '2'
  remark?: string
}

export interface CaseParty {
  no: number
  side: 'transferor' | 'transferee' | 'holder'
  partyId: string
  name: string
  kind: string
  idType: string
  idMasked: string
  share: Fraction | null
  agentName: string | null
  agentBasis: 'notarised' | 'signed_before_staff' | null
}

export interface CaseCertificate {
  id: string
  number: string
  state: 'recorded' | 'printed' | 'sealed' | 'issued' | 'superseded' | 'cancelled'
  blankSerial: number | null
  checkToken: string
  file: string | null
  snapshotHash: string | null
}

export const refuseCase = refuser({
  window_no_turn: {
    status: 403,
    clause: '3.3',
    zh: '坐班领导签到后、签退前，才能在本人坐班办理的业务上签名。',
    en: 'Leaders sign in their own turn at the window: after signing in, before signing out.',
  },
  window_not_handled: {
    status: 409,
    clause: '3.3',
    zh: '本件不是在这次坐班的岗位上办理的，不能签名。',
    en: 'This case was not handled at this post in this turn; it is not signed.',
  },
  window_signed: {
    status: 409,
    clause: '3.3',
    zh: '这次坐班已在本件上签名。',
    en: 'This case was signed in this turn already.',
  },
  business_not_granted: {
    status: 403,
    clause: '6.7',
    zh: '您的“{duty}”权限不包括本件的登记业务，不能办理。',
    en: 'Your right to “{duty}” does not reach to the business of this case.',
  },
  survey_pending: {
    status: 409,
    clause: '2.2',
    zh: '本单元的权籍调查成果尚未审核办结，不能受理或登簿。',
    en: 'A survey of this unit is still under way; nothing is accepted or recorded before its review has ended.',
  },
  survey_of_another_unit: {
    status: 422,
    clause: '2.2',
    zh: '本单元没有这份权籍调查成果。',
    en: 'There is no such survey of this unit.',
  },
  survey_cited: {
    status: 409,
    clause: '2.2',
    zh: '本件已引用这份权籍调查成果。',
    en: 'This case cites the survey already.',
  },
  seized: {
    clause: 'CC 399',
    zh: '该不动产已被查封，不能转移。查封机关：{organ}；文号：{document}；只能由该机关、其上级或其委托的法院送达解封文书后解除。',
    en: 'The unit is seized and cannot be transferred. Ordered by {organ}, document {document}; only that organ, its superior or a court it delegated can lift it, by a written order.',
  },
  restricted: {
    clause: 'Reg 22',
    zh: '该不动产有其他限制登记（{what}），不能转移。',
    en: 'Another restriction ({what}) stands on the unit; it cannot be transferred.',
  },
  no_ownership: {
    clause: 'Rules 24',
    zh: '该不动产没有现势的所有权登记，不能办理转移。',
    en: 'No live ownership is registered on this unit, so nothing can be transferred.',
  },
  right_changed: {
    clause: 'Reg 22',
    zh: '受理后权利人已变化，申请与登记簿不一致。',
    en: 'The holders have changed since the application; it no longer agrees with the register.',
  },
  not_holder: {
    clause: 'Reg 22',
    zh: '“{name}”不是登记簿上的权利人，不能作为转让人。',
    en: '“{name}” is not a holder in the register and cannot be a transferor.',
  },
  all_joint_owners: {
    clause: 'CC 301',
    zh: '共同共有的不动产须由全体共有人共同申请，还缺：{missing}。',
    en: 'Jointly owned property is sold by all joint owners together; missing: {missing}.',
  },
  two_thirds: {
    clause: 'CC 301',
    zh: '处分按份共有的整个不动产须经占份额三分之二以上的共有人同意，现为 {share}。',
    en: 'Selling the whole needs co-owners of at least two thirds of the shares; here it is {share}.',
  },
  shares_not_whole: {
    status: 422,
    clause: 'CC 298',
    zh: '受让人份额之和须等于转让的份额 {sold}，现为 {bought}。',
    en: 'The buyers’ shares must add up to the share sold, {sold}; they add up to {bought}.',
  },
  share_too_large: {
    status: 422,
    clause: 'CC 305',
    zh: '“{name}”只有 {held} 的份额，不能转让 {sold}。',
    en: '“{name}” holds {held} and cannot sell {sold}.',
  },
  materials_missing: {
    clause: 'Reg 17',
    zh: '还缺申请材料：{missing}。',
    en: 'Materials are still missing: {missing}.',
  },
  identity_missing: {
    clause: 'Rules 15',
    zh: '还没有通过身份核验：{missing}。',
    en: 'Identity has not been verified for: {missing}.',
  },
  mortgage_consent: {
    clause: '自然资发〔2021〕54号',
    zh: '{date} 登记的抵押权需抵押权人“{mortgagee}”书面同意后才能转让。',
    en: 'The mortgage registered on {date} needs the written consent of the mortgagee, {mortgagee}.',
  },
  mortgage_three_party: {
    clause: 'Sec 43',
    zh: '抵押权登记了禁止或限制转让的约定，须由转让人、受让人与抵押权人“{mortgagee}”三方共同申请。',
    en: 'A registered restriction on transfer requires seller, buyer and mortgagee ({mortgagee}) to apply together.',
  },
  suspended: {
    clause: 'Reg 17',
    zh: '本件正在等待补正材料，补齐后才能继续。',
    en: 'The case waits for supplementary materials; it goes on when they are in.',
  },
  not_suspended: {
    clause: 'Reg 17',
    zh: '本件不在补正期间。',
    en: 'The case is not waiting for supplementary materials.',
  },
  taken_already: { clause: '6.2', zh: '本件已由您领办。', en: 'You have taken this case on already.' },
  not_taken: { clause: '6.2', zh: '本件不是由您领办的。', en: 'You have not taken this case on.' },
  cannot_take: {
    status: 422,
    clause: '6.2',
    zh: '此人不能办理本件的下一环节（{why}）。',
    en: 'This person may not do the next step of this case ({why}).',
  },
  nobody_here: {
    status: 422,
    clause: '6.3',
    zh: '本登记机构没有此人，或此人正在请假、已离岗。',
    en: 'There is no such person in this office, or they are away.',
  },
  give_oneself: {
    status: 403,
    clause: '6.2',
    zh: '不能把案件改派给自己；需要办理时请领办。',
    en: 'A case cannot be reassigned to oneself; take it on instead.',
  },
  work_moved_on: {
    clause: '6.2',
    zh: '本件已进入另一环节，请刷新。',
    en: 'The case has moved on to another step; please refresh.',
  },
  one_notice_only: {
    clause: '2.2',
    zh: '补正告知只能一次性告知，本件已经发过。',
    en: 'What is missing is told once, completely; this case has had its notice.',
  },
  too_late_to_stop: {
    clause: 'Reg 15',
    zh: '已经登簿，不能再撤回、退回或不予登记。',
    en: 'The right is recorded; the case can no longer be withdrawn, sent back or refused.',
  },
  all_applicants_withdraw: {
    status: 422,
    clause: 'Rules 13',
    zh: '撤回须由全体申请人共同提出。',
    en: 'A withdrawal needs all applicants.',
  },
  not_printed: {
    clause: '5.3',
    zh: '证书尚未缮制，严禁在空白证书上盖章。',
    en: 'The certificate has not been printed; a blank is never sealed.',
  },
  not_sealed: {
    clause: '5.3',
    zh: '证书尚未缮制用印，或已作废待重新缮证，不能发放。',
    en: 'The certificate bears no seal, or was spoiled and waits to be printed again; it cannot be issued.',
  },
  nothing_to_redo: {
    clause: '4.5',
    zh: '证书现在的状态不需要此项办理。',
    en: 'As the certificate stands, there is nothing to do again.',
  },
  not_your_group: {
    status: 403,
    clause: '6.2',
    zh: '您已办理本件的其他环节，不能再办此项。',
    en: 'You have done another stage of this case and cannot do this.',
  },
  blank_not_held: {
    clause: '4.4',
    zh: '空白证书 {serial} 不在您名下，不能使用。',
    en: 'Blank {serial} is not in your keeping and cannot be used.',
  },
  seal_not_held: {
    clause: '5.1',
    zh: '印章 {seal} 不在您名下，不能使用。',
    en: 'Seal {seal} is not in your keeping and cannot be used.',
  },
  old_certificate_back: {
    status: 422,
    clause: 'Rules 23',
    zh: '请先收回原不动产权证书，或登记公告作废的文号。',
    en: 'Take back the old certificate first, or enter the number of the notice that declared it void.',
  },
  recipient_unknown: {
    status: 422,
    clause: 'Reg 21',
    zh: '领证人“{name}”不是本件的受让人、权利人或其代理人。',
    en: '{name} is neither a buyer or holder in this case nor an agent of one.',
  },
  nothing_to_renew: {
    clause: 'Rules 22',
    zh: '该权利没有已发放、可以补发或换发的证书。',
    en: 'No certificate of this right is in its holder’s hands, so none can be renewed.',
  },
  holders_renew: {
    status: 422,
    clause: 'Rules 22',
    zh: '补证、换证须由全体权利人共同申请，还缺：{missing}。',
    en: 'All holders apply for another certificate together; missing: {missing}.',
  },
  not_lost: {
    clause: 'Rules 22',
    zh: '本件不是遗失补证，不需要刊发遗失公告。',
    en: 'This case is not about a lost certificate; there is nothing to announce.',
  },
  loss_notice_given: {
    clause: 'Rules 22',
    zh: '本件的遗失公告已经刊发。',
    en: 'The notice of this loss has been published already.',
  },
  loss_notice_missing: {
    clause: 'Rules 22',
    zh: '证书遗失须先刊发遗失公告，公告期满才能补发。',
    en: 'The loss is announced first; the certificate is re-issued only after the notice has run out.',
  },
  loss_notice_running: {
    clause: 'Rules 22',
    zh: '遗失公告到 {until} 为止，期满次日起才能继续办理。',
    en: 'The notice of the loss runs to the end of {until}; the case goes on the day after.',
  },
  old_taken_back: {
    status: 422,
    clause: '4.5',
    zh: '换发须收回原证书，加盖作废章并拍照。',
    en: 'For an exchange the old certificate is taken back, stamped void and photographed.',
  },
  old_declared_void: {
    status: 422,
    clause: 'Rules 22',
    zh: '遗失的原证书已公告作废，不能登记为已收回。',
    en: 'The lost certificate was declared void by notice; it was not taken back.',
  },
  open_case: {
    clause: 'Reg 22',
    zh: '该不动产权利上已有正在办理的案件，不能重复申请。',
    en: 'A case on this right is already in progress; it cannot be applied for twice.',
  },
  not_this_file: {
    status: 422,
    clause: '4.1',
    zh: '没有找到刚上传的文件，请重新上传。',
    en: 'The uploaded file was not found; please upload it again.',
  },
  unit_unknown: {
    status: 422,
    clause: 'Reg 8',
    zh: '本登记机构没有不动产单元 {unit}。',
    en: 'This office has no unit {unit}.',
  },
})

/**
 * The guard that keeps one person from two exclusive things in one case (6.2): the same `decide` the proof explores.
 * Then the one that keeps a right to the businesses it was given for (6.7).
 */
export function separation(table: DutyTable, move: Move): Guard<CaseState, unknown> {
  return (state, { actor }) =>
    decide(table, state.process, moverOf(state, actor), move) ?? businessRefusal(table, state, move)
}

/** Whoever acts on the case, with how they stand today. */
export const moverOf = ({ standing }: Pick<CaseState, 'standing'>, actor: Actor): Mover => ({
  person: actor.personId ?? '',
  duties: actor.duties,
  ...standing,
})

/** Nothing is accepted or recorded while a survey of its unit is under way. */
export const surveySettled: Guard<CaseState, unknown> = (state) =>
  state.surveyPending ? refuseCase('survey_pending') : null

/** Refuses a move whose duty the actor was given for other businesses only. */
function businessRefusal(
  table: DutyTable,
  { process, limits, business }: Pick<CaseState, 'process' | 'limits' | 'business'>,
  move: Move,
): Refusal | null {
  if (move.kind === 'close') return null
  const stage =
    move.kind === 'return' || move.kind === 'take'
      ? nextStage(table, process)
      : table.stages.find((one) => one.id === move.stage)
  return stage && outOfReach(limits, stage.duty, business.code, 'case') ? beyondBusiness(stage.duty) : null
}

/** The right to a duty does not reach to the business of the case. */
export function beyondBusiness(duty: string): Refusal {
  const say = (lang: 'zh' | 'en') => refuseCase('business_not_granted', { duty: dutyName(duty)[lang] })
  return { ...say('zh'), message: { zh: say('zh').message.zh, en: say('en').message.en } }
}

/** Handler rows a move makes: who, in which group; null when the person is a handler already. */
export function newHandlerGroup(
  table: DutyTable,
  state: CaseState,
  person: string,
  move: Move,
): string | null {
  const after = advance(table, state.process, { person, duties: [] }, move)
  return state.process.handlers[person] === undefined ? (after.handlers[person] ?? null) : null
}

/** While a supplement is awaited the case stands still. */
export const notSuspended: Guard<CaseState, unknown> = (state) =>
  state.state === 'suspended' ? refuseCase('suspended') : null

/** What the mortgages on a unit ask of a transfer, strictest first: Sec 43, then the rule for those before 2021, then CC 406. */
export function mortgageNeeds(mortgages: readonly Entry<MortgageBody>[]): {
  needs: MaterialFacts['mortgageNeeds']
  by: Entry<MortgageBody> | null
} {
  const restricted = mortgages.find((mortgage) => mortgage.body.transferRestricted === true)
  if (restricted) return { needs: 'three_party', by: restricted }
  const early = mortgages.find((mortgage) => mortgage.body.registeredOn < '2021-01-01')
  if (early) return { needs: 'consent', by: early }
  return mortgages.length > 0 ? { needs: 'carry_and_notify', by: mortgages[0]! } : { needs: 'none', by: null }
}

export const mortgageeOf = (mortgage: Entry<MortgageBody>): string =>
  mortgage.parties.find((party) => party.role === 'mortgagee')?.name ?? '?'

/** Facts that decide the checklist. */
export function materialFacts(state: Pick<CaseState, 'parties' | 'body' | 'rights'>): MaterialFacts {
  return {
    agents: state.parties.some((party) => party.agentName !== null),
    renewal: state.body.renewal?.why ?? null,
    shareSale: state.body.renewal === undefined && state.body.sale === 'share',
    mortgageNeeds: mortgageNeeds(state.rights.mortgages).needs,
    objection: state.rights.objections.length > 0,
    prenotice: state.rights.prenotices.length > 0,
  }
}

/** A sale of a share, an agent of the seller, or a mortgage carried along asks for a second review. */
export function asksSecondReview(state: Pick<CaseState, 'parties' | 'body' | 'rights'>): boolean {
  if (state.body.renewal) return false
  return (
    state.body.sale === 'share' ||
    state.rights.mortgages.length > 0 ||
    state.parties.some((party) => party.side === 'transferor' && party.agentName !== null)
  )
}

/** General preconditions of a disposal (G): live ownership, no blocking seizure, no other restriction. */
export function disposalRefusal(rights: UnitState): Refusal | null {
  if (!rights.ownership) return refuseCase('no_ownership')
  const seizure = blockingSeizure(rights)
  if (seizure)
    return refuseCase(
      'seized',
      { organ: seizure.body.organ, document: seizure.body.document },
      { data: { entryId: seizure.id } },
    )
  const restriction = rights.restrictions[0]
  if (restriction)
    return refuseCase('restricted', { what: String(restriction.body.organ ?? restriction.body.matter ?? '') })
  return null
}

export const mayDispose: Guard<CaseState, unknown> = (state) =>
  state.business.disposes
    ? disposalRefusal(state.rights)
    : state.rights.ownership
      ? null
      : refuseCase('no_ownership')

/** What is sold, of a case that sells something. Throws for any other: only the sale's own steps ask. */
export function saleOf({ body }: Pick<CaseState, 'body'>): SaleBody {
  if (body.renewal) throw new Error('a renewal sells nothing')
  return body
}

/** Another certificate is for all who hold: each applies or is represented (Rules 22). */
export function renewersRefusal(
  ownership: Entry<OwnershipBody>,
  applicants: readonly { partyId: string; name: string }[],
): Refusal | null {
  const stranger = strangerRefusal(
    ownership,
    applicants.map((one) => ({ ...one, share: null })),
  )
  if (stranger) return stranger
  const missing = ownership.parties
    .filter((party) => party.role === 'holder' && !applicants.some((one) => one.partyId === party.partyId))
    .map((party) => party.name)
  return missing.length > 0 ? refuseCase('holders_renew', { missing: missing.join('、') }) : null
}

/** Nobody reviews or records the re-issue of a lost certificate before its notice has run out (Rules 22). */
export const lossAnnounced: Guard<CaseState, unknown> = ({ body, lossNotice }) =>
  body.renewal?.why === 'lost' && !lossNotice?.ended
    ? lossNotice
      ? refuseCase('loss_notice_running', { until: lossNotice.until })
      : refuseCase('loss_notice_missing')
    : null

interface SellerClaim {
  partyId: string
  name: string
  share: Fraction | null
}

/** Refuses a transferor the register does not name as a holder. */
export function strangerRefusal(
  ownership: Entry<OwnershipBody>,
  sellers: readonly SellerClaim[],
): Refusal | null {
  const stranger = sellers.find(
    (seller) =>
      !ownership.parties.some((party) => party.role === 'holder' && party.partyId === seller.partyId),
  )
  return stranger ? refuseCase('not_holder', { name: stranger.name }) : null
}

/**
 * Says whether these transferors may sell what they want to sell (CC 301, 305): joint owners all together; the
 * whole of a right held by shares only with at least two thirds; one's own share alone, up to what one holds.
 */
export function sellersRefusal(
  ownership: Entry<OwnershipBody>,
  sale: 'whole' | 'share',
  sellers: readonly SellerClaim[],
): Refusal | null {
  const stranger = strangerRefusal(ownership, sellers)
  if (stranger) return stranger
  const holders = ownership.parties.filter((party) => party.role === 'holder')
  const selling = holders.filter((holder) => sellers.some((seller) => seller.partyId === holder.partyId))
  if (ownership.body.sharing !== '2') {
    const missing = holders.filter((holder) => !selling.includes(holder)).map((holder) => holder.name)
    return missing.length > 0 ? refuseCase('all_joint_owners', { missing: missing.join('、') }) : null
  }
  if (sale === 'whole') {
    const share = sumFractions(selling.map(shareOf))
    return compareFractions(share, { num: 2, den: 3 }) < 0
      ? refuseCase('two_thirds', { share: formatFraction(share) })
      : null
  }
  for (const seller of sellers) {
    const held = shareOf(holders.find((holder) => holder.partyId === seller.partyId)!)
    if (seller.share && compareFractions(seller.share, held) > 0) {
      return refuseCase('share_too_large', {
        name: seller.name,
        held: formatFraction(held),
        sold: formatFraction(seller.share),
      })
    }
  }
  return null
}

export const shareOf = (party: Pick<EntryParty, 'shareNum' | 'shareDen'>): Fraction =>
  party.shareNum && party.shareDen ? fraction(party.shareNum, party.shareDen) : whole

/** The share sold in all: the whole, or the sum of what each transferor sells. */
export function shareSold(
  sale: 'whole' | 'share',
  sellers: readonly SellerClaim[],
  ownership: Entry<OwnershipBody> | null,
): Fraction {
  if (sale === 'whole') return whole
  return sumFractions(
    sellers.map((seller) => {
      const holder = ownership?.parties.find(
        (party) => party.role === 'holder' && party.partyId === seller.partyId,
      )
      return seller.share ?? (holder ? shareOf(holder) : whole)
    }),
  )
}

/** Buyers by shares must buy exactly what is sold; alone or jointly nobody states a share. */
export function buyersRefusal(
  sharing: SaleBody['sharing'],
  sold: Fraction,
  shares: readonly (Fraction | null)[],
): Refusal | null {
  if (sharing !== '2') return null
  const bought = sumFractions(shares.map((share) => share ?? { num: 0, den: 1 }))
  return compareFractions(bought, sold) === 0
    ? null
    : refuseCase(
        'shares_not_whole',
        { sold: formatFraction(sold), bought: formatFraction(bought) },
        { fields: shareFields(shares) },
      )
}

function shareFields(shares: readonly unknown[]): FieldProblem[] {
  return shares.map((_, i) => ({
    path: `transferees.${i}.share`,
    message: { zh: '份额之和不对', en: 'The shares do not add up' },
  }))
}

/** One holder after a transfer. */
export interface HolderAfter {
  partyId: string
  share: Fraction | null
}

/**
 * Who holds after the sale, and how. A sale of the whole leaves the buyers; a sale of shares leaves the other
 * holders with what remains of theirs and makes the whole a right held by shares.
 */
export function holdersAfter(
  ownership: Entry<OwnershipBody>,
  sale: 'whole' | 'share',
  sharing: SaleBody['sharing'],
  sellers: readonly SellerClaim[],
  buyers: readonly { partyId: string; share: Fraction | null }[],
): { sharing: '0' | '1' | '2'; holders: HolderAfter[] } {
  if (sale === 'whole')
    return {
      sharing,
      holders: buyers.map((buyer) => ({
        partyId: buyer.partyId,
        share: sharing === '2' ? buyer.share : null,
      })),
    }
  const sold = shareSold('share', sellers, ownership)
  const holders = new Map<string, Fraction>()
  for (const party of ownership.parties.filter((one) => one.role === 'holder')) {
    const seller = sellers.find((one) => one.partyId === party.partyId)
    const left = seller ? subtractFractions(shareOf(party), seller.share ?? shareOf(party)) : shareOf(party)
    if (left.num > 0) holders.set(party.partyId, left)
  }
  const each = sharing === '2' ? null : fraction(sold.num, sold.den * buyers.length)
  for (const buyer of buyers)
    holders.set(
      buyer.partyId,
      addFractions(holders.get(buyer.partyId) ?? { num: 0, den: 1 }, buyer.share ?? each ?? whole),
    )
  const list = [...holders].map(([partyId, share]) => ({ partyId, share }))
  return list.length === 1 && isWhole(list[0]!.share)
    ? { sharing: '0', holders: [{ partyId: list[0]!.partyId, share: null }] }
    : { sharing: '2', holders: list }
}

/** Whether these may sell what they sell, and their buyers buy just that. */
function tradersRefusal(state: CaseState, ownership: Entry<OwnershipBody>): Refusal | null {
  const { sale, sharing } = saleOf(state)
  const sellers = sellersOf(state)
  const seller = sellersRefusal(ownership, sale, sellers)
  if (seller) return seller
  const buyers = state.parties.filter((party) => party.side === 'transferee').map((party) => party.share)
  return buyersRefusal(sharing, shareSold(sale, sellers, ownership), buyers)
}

/** Everything acceptance asks (Reg 17, Rules 15, CC 301, 406), first refusal first. */
export const mayBeAccepted: Guard<CaseState, unknown> = (state) => {
  const ownership = state.rights.ownership
  if (!ownership || ownership.rightId !== state.rightId) return refuseCase('right_changed')
  const unfit = state.body.renewal
    ? renewersRefusal(ownership, state.parties)
    : tradersRefusal(state, ownership)
  if (unfit) return unfit
  const unchecked = unverified(state)
  if (unchecked.length > 0) return refuseCase('identity_missing', { missing: unchecked.join('、') })
  const missing = neededMaterials(state.business, materialFacts(state)).filter(
    (rule) => !state.materials.some((material) => material.code === rule.code),
  )
  const mortgage = state.business.disposes ? mortgageRefusal(state) : null
  if (mortgage) return mortgage
  if (missing.length === 0) return null
  const list = (lang: 'zh' | 'en') =>
    refuseCase('materials_missing', {
      missing: missing.map((rule) => rule.name[lang]).join(lang === 'zh' ? '、' : ', '),
    }).message[lang]
  return { ...refuseCase('materials_missing'), message: { zh: list('zh'), en: list('en') } }
}

/** Consent and three-party rules of live mortgages: the paper must be among the materials (CC 406, Sec 43). */
export function mortgageRefusal(state: Pick<CaseState, 'rights' | 'materials'>): Refusal | null {
  const { needs, by } = mortgageNeeds(state.rights.mortgages)
  const has = (code: string) => state.materials.some((material) => material.code === code)
  if (needs === 'consent' && !has('mortgagee_consent'))
    return refuseCase('mortgage_consent', { date: by!.body.registeredOn, mortgagee: mortgageeOf(by!) })
  if (needs === 'three_party' && !has('three_party'))
    return refuseCase('mortgage_three_party', { mortgagee: mortgageeOf(by!) })
  return null
}

/** Persons whose identity, or whose agent's, has no passed check; a later check replaces an earlier one. */
export function unverified(state: Pick<CaseState, 'parties' | 'checks'>): string[] {
  return state.parties.flatMap((party) => {
    const whom = party.agentName ? 'agent' : 'party'
    const last = state.checks.filter((check) => check.partyNo === party.no && check.whom === whom).at(-1)
    return last?.passed ? [] : [party.agentName ?? party.name]
  })
}

export const sellersOf = (state: Pick<CaseState, 'parties'>): SellerClaim[] =>
  state.parties.filter((party) => party.side === 'transferor')

/** Before the legal moment a case can be stopped; after it only lawful correction remains (Reg 10, 15). */
export const notRecordedYet: Guard<CaseState, unknown> = (state) =>
  state.process.done.includes('recording') ? refuseCase('too_late_to_stop') : null
