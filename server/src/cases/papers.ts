import type { Ctx } from '../kernel/act.ts'
import { canonicalBytes, sha256 } from '../kernel/evidence-fields.ts'
import type {
  ArchiveItem,
  ArchiveListFacts,
  CertificateFacts,
  NoticeItem,
  PaperBurden,
  PaperHolding,
  PaperLeader,
  PaperOpinion,
  PaperParty,
} from '../papers/facts.ts'
import {
  acceptanceReceipt,
  approvalForm,
  archiveList,
  certificate as certificatePaper,
  notice,
} from '../papers/papers.ts'
import type { Typeset } from '../platform/documents/typeset.ts'
import { type Entry, type OwnershipBody, outlineOf, type UnitFacts, unitFacts } from '../register/state.ts'
import { officeById, officeName } from '../values/districts.ts'
import { maskIdNumber } from '../values/idNumber.ts'
import { findBusiness } from './business.ts'
import type { CaseCertificate, CaseState, ESeal } from './rules.ts'

/** Papers given to applicants, and the kind of electronic seal each bears where the office has one. */
const sealedPapers: Record<string, string> = {
  acceptance_receipt: 'acceptance',
  supplement: 'acceptance',
  non_acceptance: 'acceptance',
  refusal: 'registration',
}
/** The electronic seal a paper of this kind bears; null where it bears none. Pure. */
export const sealOn = ({ eSeals }: Pick<CaseState, 'eSeals'>, kind: string): ESeal | null =>
  eSeals[sealedPapers[kind] ?? ''] ?? null

/** What stands on every paper of a case: who issues it, under which electronic seal, and where anyone may check it. */
function heading(ctx: Ctx, token: string | null, seal: ESeal | null = null) {
  return {
    ...(seal ? { seal: `${seal.name} ${seal.number}` } : {}),
    demo: ctx.deps.demo,
    office: officeName(ctx.district),
    checkUrl: token && `${ctx.deps.origin}/check/${token}`,
  }
}

/** Registering organ as certificates name it. */
const organOf = (district: string): string =>
  `${officeById(district)!.certificatePlace.replace(/^宁波市?/, '宁波市')}自然资源和规划局`

const actorName = async (ctx: Ctx): Promise<string> =>
  (await ctx.tx.one<{ name: string }>`select name from kernel.person where id = ${ctx.actor.personId}::uuid`)
    .name

/** Parties as papers print them: identity numbers masked, because papers leave the house. */
async function partiesOf(ctx: Ctx, state: CaseState): Promise<PaperParty[]> {
  const rows = await ctx.tx.rows<{ no: number; id_sealed: Buffer | null }>`
    select c.no, p.id_sealed from cases.party c join register.party p on p.district = c.district and p.id = c.party_id
    where c.district = ${state.district} and c.case_id = ${state.id}::uuid`
  const masked = new Map(
    rows.map((row) => [
      row.no,
      row.id_sealed ? maskIdNumber(ctx.deps.vault.open(row.id_sealed).toString()) : '',
    ]),
  )
  return state.parties.map(({ no, side, name, idType, share, agentName, agentBasis }) => ({
    side,
    name,
    idType,
    idMasked: masked.get(no) ?? '',
    share,
    agentName,
    agentBasis,
  }))
}

const unitOf = async (ctx: Ctx, state: Pick<CaseState, 'district' | 'unitCode'>): Promise<UnitFacts> =>
  (await unitFacts(ctx.tx, state.district, state.unitCode))!

/** Leaders who signed the case at the window, as papers print them (3.3). */
async function leadersOf(ctx: Ctx, state: CaseState): Promise<PaperLeader[]> {
  return ctx.tx.rows<PaperLeader>`
    select s.stage, p.name as person, s.at from cases.window_signature s join kernel.person p on p.id = s.person_id
    where s.district = ${state.district} and s.case_id = ${state.id}::uuid order by s.at, s.turn_id`
}

/** Whoever did the acceptance of the case; the actor while it is being done. */
async function clerkOf(ctx: Ctx, state: CaseState): Promise<string> {
  const done = await ctx.tx.maybe<{ name: string }>`
    select p.name from cases.stage s join kernel.person p on p.id = s.person_id
    where s.district = ${state.district} and s.case_id = ${state.id}::uuid and s.stage = 'acceptance' order by s.round limit 1`
  return done?.name ?? actorName(ctx)
}

/** 受理凭证. `state` is the case as accepted: with number and dates. A copy for the file bears the leaders' signatures and no seal. */
export async function renderReceipt(
  ctx: Ctx,
  state: CaseState,
  { signed = false }: { signed?: boolean } = {},
): Promise<Typeset> {
  const unit = await unitOf(ctx, state)
  const paper = await acceptanceReceipt(
    {
      ...heading(ctx, state.checkToken, signed ? null : sealOn(state, 'acceptance_receipt')),
      caseNumber: state.number!,
      business: state.business.name.zh,
      unitCode: state.unitCode,
      location: unit.location,
      parties: await partiesOf(ctx, state),
      materials: state.materials.map(({ name, form, pages }) => ({ name, form, pages })),
      acceptedAt: state.acceptedAt!,
      promisedDue: state.promisedDue,
      legalDue: state.legalDue,
      clerk: signed ? await clerkOf(ctx, state) : await actorName(ctx),
      leaders: signed ? await leadersOf(ctx, state) : [],
    },
    { createdAt: ctx.at },
  )
  return paper
}

const legalBasis = {
  non_acceptance: ['《不动产登记暂行条例》第十七条'],
  refusal: ['《不动产登记暂行条例》第二十二条'],
}

/** 补正告知书, 不予受理告知书 or 不予登记告知书 with its complete list of sentences. */
export async function renderNotice(
  ctx: Ctx,
  state: CaseState,
  kind: 'supplement' | 'non_acceptance' | 'refusal',
  sentences: readonly string[],
): Promise<Typeset> {
  const unit = await unitOf(ctx, state)
  const common = {
    ...heading(ctx, state.number ? state.checkToken : null, sealOn(state, kind)),
    caseNumber: state.number,
    business: state.business.name.zh,
    unitCode: state.unitCode,
    location: unit.location,
    applicants: state.parties.map((party) => party.name),
    date: ctx.at.toString(),
    clerk: await actorName(ctx),
  }
  const facts =
    kind === 'supplement'
      ? { ...common, kind, items: sentences.map((sentence) => noticeItem(state, sentence)), supplyBy: null }
      : { ...common, kind, reasons: sentences, legalBasis: legalBasis[kind] }
  return notice(facts, { createdAt: ctx.at })
}

/** A line of a supplement notice: which material of the checklist it speaks of, and what is wrong with it. */
function noticeItem(state: CaseState, sentence: string): NoticeItem {
  const rule = findBusiness(state.business.code)!.materials.find((one) => sentence.includes(one.name.zh))
  if (!rule) return { material: '其他', what: sentence }
  return { material: rule.name.zh, what: sentence === rule.name.zh ? '未提交,请提交原件' : sentence }
}

const holdingOf = (entry: Entry<OwnershipBody> | null): PaperHolding => ({
  holders: (entry?.parties ?? [])
    .filter((party) => party.role === 'holder')
    .map(({ name, shareNum, shareDen }) => ({
      name,
      share: shareNum && shareDen ? { num: shareNum, den: shareDen } : null,
    })),
  sharing: entry?.body.sharing ?? '0',
  certificateNumber: null,
})

/** 登记审批表, made at recording: what every handler said, the right before and after, and the burdens seen. */
export async function renderApprovalForm(ctx: Ctx, state: CaseState, after: PaperHolding): Promise<Typeset> {
  const rows = await ctx.tx.rows<{ stage: string; opinion: string; person: string; at: string }>`
    select s.stage, s.opinion, p.name as person, s.at from cases.stage s join kernel.person p on p.id = s.person_id
    where s.district = ${state.district} and s.case_id = ${state.id}::uuid and s.round = ${state.round}`
  const said = (stage: string): PaperOpinion | null => rows.find((row) => row.stage === stage) ?? null
  const paper = await approvalForm(
    {
      ...heading(ctx, state.checkToken),
      caseNumber: state.number!,
      business: state.business.name.zh,
      registration: state.business.registration,
      round: state.round,
      acceptedAt: state.acceptedAt!,
      parties: await partiesOf(ctx, state),
      unit: await unitOf(ctx, state),
      rightType: state.rights.ownership?.rightType ?? '4',
      before: holdingOf(state.rights.ownership),
      after,
      priceFen: state.body.renewal ? null : state.body.priceFen,
      contractNumber: state.body.renewal ? null : state.body.contractNumber,
      burdens: burdensOf(state),
      remark: state.body.remark ?? null,
      needsSecondReview: state.secondReview,
      acceptance: said('acceptance'),
      firstReview: said('first_review'),
      secondReview: said('second_review'),
      recording: said('recording'),
      leaders: await leadersOf(ctx, state),
    },
    { createdAt: ctx.at },
  )
  return paper
}

function burdensOf(state: CaseState): PaperBurden[] {
  const { mortgages, seizures, objections, prenotices } = state.rights
  const first = (entry: Entry<unknown>, role: string) =>
    entry.parties.find((party) => party.role === role)?.name ?? '—'
  return [
    ...mortgages.map((one) => ({
      kind: 'mortgage' as const,
      who: first(one, 'mortgagee'),
      amountFen: one.body.amountFen,
      since: one.body.registeredOn,
      note: state.body.renewal ? null : '随同转移,通知抵押权人',
    })),
    ...seizures.map((one) => ({
      kind: 'seizure' as const,
      who: one.body.organ,
      amountFen: null,
      since: one.body.servedAt,
      note: one.body.waiting ? `${one.body.document}(轮候)` : one.body.document,
    })),
    ...objections.map((one) => ({
      kind: 'objection' as const,
      who: first(one, 'applicant'),
      amountFen: null,
      since: one.legalFrom,
      note: null,
    })),
    ...prenotices.map((one) => ({
      kind: 'prenotice' as const,
      who: first(one, 'holder'),
      amountFen: null,
      since: one.legalFrom,
      note: null,
    })),
  ]
}

/** What a certificate prints, frozen when it is printed, and the SHA-256 of its canonical JSON. */
export interface CertificateSnapshot {
  data: Omit<CertificateFacts, 'checkUrl' | 'demo'>
  hash: Uint8Array
  checkToken: string
}

/** Takes the certificate's content from the live register rows, never from what anybody typed. */
export async function certificateSnapshot(
  ctx: Ctx,
  state: CaseState,
  certificate: CaseCertificate,
  blankSerial: string,
): Promise<CertificateSnapshot> {
  const ownership = state.rights.ownership!
  const unit = await unitOf(ctx, state)
  const ids = await ctx.tx.rows<{ id: string; id_sealed: Buffer | null }>`
    select p.id, p.id_sealed from register.entry_party ep join register.party p on p.district = ep.district and p.id = ep.party_id
    where ep.district = ${state.district} and ep.entry_id = ${ownership.id}::uuid and ep.role = 'holder'`
  const masked = new Map(
    ids.map((row) => [
      row.id,
      row.id_sealed ? maskIdNumber(ctx.deps.vault.open(row.id_sealed).toString()) : '',
    ]),
  )
  const body = ownership.body as OwnershipBody & { houseNature?: string }
  const meridian = officeById(ctx.district)!.centralMeridian
  const data: CertificateSnapshot['data'] = {
    office: heading(ctx, null).office,
    number: certificate.number,
    blankSerial,
    caseNumber: state.number!,
    holders: ownership.parties
      .filter((party) => party.role === 'holder')
      .map((party) => ({
        name: party.name,
        idType: party.idType,
        idNumber: masked.get(party.partyId) ?? '',
        share: party.shareNum && party.shareDen ? { num: party.shareNum, den: party.shareDen } : null,
      })),
    sharing: body.sharing,
    unit,
    rightType: ownership.rightType ?? body.rightType,
    rightNature: body.rightNature,
    houseNature: body.houseNature ?? null,
    termFrom: body.termFrom ?? null,
    termTo: body.termTo ?? null,
    remark: remarkOf(state),
    organ: organOf(ctx.district),
    recordedOn: ownership.legalFrom,
    plan: meridian && {
      parcel: outlineOf(unit.parcel.geometry, meridian),
      building: unit.building && outlineOf(unit.building.geometry, meridian),
      label: [unit.building?.name, unit.room].filter(Boolean).join(' '),
      surveyor: null,
    },
  }
  return {
    data,
    hash: sha256(canonicalBytes(JSON.parse(JSON.stringify(data, exactNumbers)))),
    checkToken: certificate.checkToken,
  }
}

/** Coordinates are measured to the millimetre; hashed text holds no binary fractions. */
const exactNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) ? value.toFixed(3) : value

/** 附记: where the right or this certificate came from, and what lies on it. */
function remarkOf(state: CaseState): string {
  const lines = [`业务编号:${state.number}`, originOf(state)]
  for (const mortgage of state.rights.mortgages)
    lines.push(`该不动产上有抵押权,登记于 ${mortgage.body.registeredOn}`)
  return lines.join('\n')
}

/** A certificate that takes another's place says so: 补发 or 换发, and of which (Rules 22). */
function originOf({ body, lossNotice }: CaseState): string {
  if (!body.renewal) return `来源:买卖,合同编号 ${body.contractNumber}`
  const { why, certificateNumber } = body.renewal
  return why === 'lost'
    ? `补发:原证 ${certificateNumber} 遗失,经 ${lossNotice?.number} 公告作废`
    : `换发:原证 ${certificateNumber} 破损,已收回作废`
}

/** 不动产权证书, with plan and QR code. */
export async function renderCertificate(
  ctx: Ctx,
  { data, checkToken }: CertificateSnapshot,
): Promise<Typeset> {
  const paper = await certificatePaper(
    { ...data, demo: ctx.deps.demo, checkUrl: `${ctx.deps.origin}/check/${checkToken}` },
    { createdAt: ctx.at },
  )
  return paper
}

const noticeTitles: Record<string, string> = {
  acceptance_receipt: '受理凭证',
  supplement: '补正告知书',
  non_acceptance: '不予受理告知书',
  refusal: '不予登记告知书',
  approval_form: '登记审批表',
  mortgagee: '抵押权人通知',
  loss_notice: '遗失公告',
}

/** A thing in the file of a case, with the hash of what it says. */
export interface FileItem {
  title: string
  date: string
  pages: number
  content: string
}

/** What lies in the file of a case, in order: papers given, then materials taken in. */
export async function fileItems(ctx: Ctx, state: CaseState): Promise<FileItem[]> {
  const papers = await ctx.tx.rows<{
    kind: string
    at: string
    file: string
    pages: number
    signed: boolean
  }>`
    select kind, at, file, coalesce((body ->> 'pages')::int, 1) as pages, body ? 'signedInTurn' as signed from cases.notice
    where district = ${state.district} and case_id = ${state.id}::uuid and file is not null and kind <> 'archive_list' order by at, id`
  return [
    ...papers.map((one) => ({
      title: `${noticeTitles[one.kind] ?? one.kind}${one.signed ? '（坐班领导签名联）' : ''}`,
      date: one.at,
      pages: one.pages,
      content: one.file,
    })),
    ...state.materials.map((one) => ({ title: one.name, date: one.at, pages: one.pages, content: one.file })),
  ]
}

/** 卷内目录: every material and paper of the case in the order they lie in the file. */
export async function renderArchiveList(
  ctx: Ctx,
  state: CaseState,
  {
    items,
    counted,
    number,
    term,
  }: { items: readonly FileItem[]; counted: number; number: string; term: ArchiveListFacts['term'] },
): Promise<Typeset> {
  const unit = await unitOf(ctx, state)
  return archiveList(
    {
      ...heading(ctx, null),
      archiveNumber: number,
      term,
      caseNumber: state.number!,
      business: state.business.name.zh,
      unitCode: state.unitCode,
      location: unit.location,
      applicants: state.parties.map((party) => party.name),
      place: '立卷人处，待复核移交',
      items: items.map(
        ({ title, date, pages }): ArchiveItem => ({
          title,
          documentNumber: null,
          author: null,
          date,
          pages,
          note: null,
        }),
      ),
      pagesCounted: counted,
      archivist: await actorName(ctx),
      archivedAt: ctx.at.toString(),
    },
    { createdAt: ctx.at },
  )
}
