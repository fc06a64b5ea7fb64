import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { makeFile } from '../custody/archives/state.ts'
import { act, type Guard, isRefusal } from '../kernel/act.ts'
import { decide, type Move, nextStage } from '../kernel/duty.ts'
import { moveSerials } from '../kernel/ledger.ts'
import { constraintMeans, invalid } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { dutyTable } from '../people/duties.ts'
import {
  certificateTable,
  entriesOf,
  entryPartyTable,
  entryTable,
  partyTable,
  stateAt,
  unitFacts,
} from '../register/state.ts'
import { fraction } from '../values/fraction.ts'
import { reassign, release, take } from './assignment.ts'
import { findBusiness } from './business.ts'
import { nextCaseNumber, nextCertificateNumber } from './numbers.ts'
import { fileItems, renderApprovalForm, renderArchiveList, renderNotice, renderReceipt } from './papers.ts'
import { normaliseApplication, partyProblems } from './party-input.ts'
import { mustBeSealed, printOn, reprint, reseal, sealWith, spoil } from './printing.ts'
import { bytea, publish, publishCertificate } from './publish.ts'
import { endLossNotice, oldOneRightly, publishLoss, recordRenewal, takeOldBack } from './renewal.ts'
import {
  asksSecondReview,
  beyondBusiness,
  buyersRefusal,
  type CaseState,
  holdersAfter,
  lossAnnounced,
  mayBeAccepted,
  mayDispose,
  mortgageNeeds,
  moverOf,
  notRecordedYet,
  notSuspended,
  refuseCase,
  saleOf,
  sellersOf,
  sellersRefusal,
  separation,
  shareSold,
  strangerRefusal,
  surveySettled,
} from './rules.ts'
import {
  AgentInput,
  agentRow,
  barredBySurvey,
  CaseId,
  close,
  Done,
  doStage,
  giveNotice,
  handle,
  newCheckToken,
  Opinion,
  stageMove,
  standAgain,
  takingIn,
  within,
} from './steps.ts'
import {
  casePartyTable,
  caseSubject,
  caseTable,
  handlerTable,
  identityCheckTable,
  materialTable,
  noticeTable,
  returnTable,
  suspensionTable,
  uploadTable,
} from './subject.ts'
import { citeSurvey } from './survey-source.ts'

constraintMeans('case_one_open_per_right', () => refuseCase('open_case'))
constraintMeans('case_business_granted', () => beyondBusiness('acceptance'))
constraintMeans('transfer_under_seizure', () => refuseCase('seized', { organ: '—', document: '—' }))
constraintMeans('one_supplement_notice', () => refuseCase('one_notice_only'))
constraintMeans('entry_superseded_once', () => refuseCase('right_changed'))
constraintMeans('certificate_blank_once', () => refuseCase('blank_not_held', { serial: '' }))
constraintMeans(
  'acceptance_apart_from_survey',
  () => takingIn({ surveyed: { one: ['survey_submission'] } }, { person: 'one', duties: ['acceptance'] })!,
)
constraintMeans('stage_survey_settled', () => refuseCase('survey_pending'))
constraintMeans('case_handler_one_group', () => samePerson())
constraintMeans('stage_handler', () => samePerson())
constraintMeans(
  'stage_after_previous',
  () =>
    decide(
      dutyTable,
      { closed: false, secondReview: false, done: [], handlers: {} },
      { person: '', duties: [] },
      { kind: 'stage', stage: 'recording' },
    )!,
)

/** What the database's own bar on one person means, when the code above it was gone. */
function samePerson(): Refusal {
  const process = {
    closed: false,
    secondReview: false,
    done: ['acceptance'],
    handlers: { one: 'acceptance' },
  }
  return decide(
    dutyTable,
    process,
    { person: 'one', duties: ['first_review'] },
    { kind: 'stage', stage: 'first_review' },
  )!
}

const ShareInput = Type.Object(
  {
    num: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    den: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  },
  { additionalProperties: false, title: '份额|Share' },
)
/** Refuses a move that belongs to whichever stage is next, by someone who may do that stage. */
const withinNext: Guard<CaseState, unknown> = (state, circumstances) => {
  const next = nextStage(dutyTable, state.process)
  return separation(dutyTable, within(next?.id ?? 'archive'))(state, circumstances)
}

/** 申请: both parties apply together for a transfer by sale; the clerk at the window enters it. */
export const apply = act({
  type: 'case.apply',
  title: { zh: '录入申请', en: 'Enter an application' },
  clauses: ['6.1', '6.5'],
  duties: ['acceptance'],
  input: Type.Object(
    {
      business: Type.Literal('T01', { title: '业务|Business' }),
      unitCode: Type.String({ title: '不动产单元号|Unit code', minLength: 1, maxLength: 40 }),
      sale: Type.Union([Type.Literal('whole'), Type.Literal('share')], { title: '转让范围|What is sold' }),
      sharing: Type.Union([Type.Literal('0'), Type.Literal('1'), Type.Literal('2')], {
        title: '共有方式|Form of co-ownership',
      }),
      priceFen: Type.Integer({ title: '成交价格|Price', minimum: 1, maximum: 10_000_000_000_000 }),
      contractNumber: Type.String({ title: '合同编号|Contract number', minLength: 1, maxLength: 60 }),
      transferors: Type.Array(
        Type.Object(
          {
            partyId: Type.String({ format: 'uuid', title: '转让人|Transferor' }),
            share: Type.Optional(ShareInput),
            agent: Type.Optional(AgentInput),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 50, title: '转让人|Transferors', sensitive: true },
      ),
      transferees: Type.Array(
        Type.Object(
          {
            kind: Type.Union([Type.Literal('person'), Type.Literal('company')], { title: '类型|Kind' }),
            name: Type.String({ title: '姓名或名称|Name', minLength: 1, maxLength: 100 }),
            idNumber: Type.String({ title: '证件号码|Identity number', minLength: 1, maxLength: 30 }),
            phone: Type.Optional(Type.String({ title: '电话|Phone', maxLength: 20 })),
            share: Type.Optional(ShareInput),
            agent: Type.Optional(AgentInput),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 50, title: '受让人|Transferees', sensitive: true },
      ),
      remark: Type.Optional(Type.String({ title: '备注|Remark', maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ caseId: Type.String(), nextStage: Type.String() }),
  created: (result) => ({ kind: 'case', id: result.caseId }),
  problems: (input, at) => {
    const fields = partyProblems(normaliseApplication(input), at)
    return fields.length > 0 ? invalid(fields) : null
  },
  move: 'within acceptance',
  async handle(ctx, typed) {
    const { tx, district, deps } = ctx
    const input = normaliseApplication(typed)
    const unit = await unitFacts(tx, district, input.unitCode, true)
    if (!unit)
      return refuseCase(
        'unit_unknown',
        { unit: input.unitCode },
        {
          fields: [
            { path: 'unitCode', message: refuseCase('unit_unknown', { unit: input.unitCode }).message },
          ],
        },
      )
    const barred = await barredBySurvey(ctx, input.unitCode)
    if (barred) return barred
    const rights = stateAt(input.unitCode, await entriesOf(tx, district, input.unitCode), ctx.at)
    // A seizure or missing co-owner is told at acceptance, in writing if need be; here the application only has to be one.
    const { ownership } = rights
    if (!ownership) return refuseCase('no_ownership')
    const sellers = input.transferors.map((one) => ({
      partyId: one.partyId,
      name: ownership.parties.find((party) => party.partyId === one.partyId)?.name ?? one.partyId,
      share: one.share ? fraction(one.share.num, one.share.den) : null,
    }))
    const wrong =
      strangerRefusal(ownership, sellers) ??
      buyersRefusal(
        input.sharing,
        shareSold(input.sale, sellers, ownership),
        input.transferees.map((one) => (one.share ? fraction(one.share.num, one.share.den) : null)),
      )
    if (wrong) return wrong

    const body = {
      priceFen: input.priceFen,
      contractNumber: input.contractNumber,
      sale: input.sale,
      sharing: input.sharing,
      ...(input.remark ? { remark: input.remark } : {}),
    }
    const [row] = await tx.put<{ id: string }>(caseTable, {
      district,
      business: input.business,
      unit_code: input.unitCode,
      right_id: ownership.rightId,
      state: 'applied',
      next_stage: 'acceptance',
      body,
      check_token: newCheckToken(),
    })
    const buyers = input.transferees.map((one) => ({ id: randomUUID(), one }))
    await tx.put(
      partyTable,
      buyers.map(({ id, one }) => ({
        district,
        id,
        kind: one.kind,
        name: one.name,
        id_type: one.kind === 'person' ? '1' : '8',
        id_hash: bytea(deps.vault.searchHash(one.idNumber)),
        id_sealed: bytea(deps.vault.seal(one.idNumber)),
        phone_sealed: one.phone ? bytea(deps.vault.seal(one.phone)) : null,
      })),
    )
    const share = (one: { num: number; den: number } | undefined) => ({
      share_num: one?.num ?? null,
      share_den: one?.den ?? null,
    })
    const common = { district, case_id: row!.id }
    await tx.put(casePartyTable, [
      ...input.transferors.map((one, i) => ({
        ...common,
        no: i + 1,
        side: 'transferor',
        party_id: one.partyId,
        ...share(one.share),
        ...agentRow(ctx, one.agent),
      })),
      ...buyers.map(({ id, one }, i) => ({
        ...common,
        no: input.transferors.length + i + 1,
        side: 'transferee',
        party_id: id,
        ...share(one.share),
        ...agentRow(ctx, one.agent),
      })),
    ])
    await tx.put(handlerTable, { ...common, duty_group: 'acceptance' })
    return { caseId: row!.id, nextStage: 'acceptance' }
  },
})

/** Puts an uploaded file into the case as a material of the checklist (收件). */
export const attach = act({
  type: 'case.attach',
  title: { zh: '收取材料', en: 'Take in a material' },
  clauses: ['4.1', '6.1'],
  duties: ['acceptance'],
  input: Type.Object(
    {
      caseId: CaseId,
      code: Type.String({ title: '材料|Material', minLength: 1, maxLength: 40 }),
      form: Type.Union(
        ['1', '2', '3', '4', '5', '99'].map((code) => Type.Literal(code)),
        { title: '收件类型|Form' },
      ),
      pages: Type.Integer({ title: '页数|Pages', minimum: 1, maximum: 999 }),
      file: Type.String({ title: '文件|File', pattern: '^[0-9a-f]{64}$' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ no: Type.Integer() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [separation(dutyTable, within('acceptance'))],
  move: 'within acceptance',
  async handle(ctx, input, state) {
    const known = findBusiness(state.business.code)!.materials.find(
      (material) => material.code === input.code,
    )
    if (!known)
      return invalid([
        { path: 'code', message: { zh: '不是本业务的材料', en: 'Not a material of this business' } },
      ])
    const upload = await ctx.tx.maybe<{
      media: string
      bytes: number
    }>`select media, bytes from cases.upload where district = ${state.district} and file = ${input.file}`
    if (!upload)
      return refuseCase(
        'not_this_file',
        {},
        { fields: [{ path: 'file', message: refuseCase('not_this_file').message }] },
      )
    const no = state.materials.length + 1
    await handle(ctx, state, within('acceptance'))
    await ctx.tx.put(materialTable, {
      district: state.district,
      case_id: state.id,
      no,
      code: input.code,
      name: known.name.zh,
      form: input.form,
      pages: input.pages,
      file: input.file,
      media: upload.media,
      bytes: upload.bytes,
    })
    return { no }
  },
})

/** Writes down an identity check of a party or agent (身份核验), by the reader, a face check or by eye. */
export const checkIdentity = act({
  type: 'case.checkIdentity',
  title: { zh: '身份核验', en: 'Verify identity' },
  clauses: ['6.1'],
  duties: ['acceptance'],
  input: Type.Object(
    {
      caseId: CaseId,
      partyNo: Type.Integer({ title: '当事人|Party', minimum: 1, maximum: 100 }),
      method: Type.Union(
        ['card_reader', 'face', 'company_register', 'by_eye'].map((one) => Type.Literal(one)),
        { title: '核验方式|Method' },
      ),
      passed: Type.Boolean({ title: '结果|Result' }),
      note: Type.Optional(Type.String({ title: '说明|Note', maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ passed: Type.Boolean() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [separation(dutyTable, within('acceptance'))],
  move: 'within acceptance',
  async handle(ctx, input, state) {
    const party = state.parties.find((one) => one.no === input.partyNo)
    if (!party)
      return invalid([
        { path: 'partyNo', message: { zh: '本件没有这位当事人', en: 'There is no such party in this case' } },
      ])
    await handle(ctx, state, within('acceptance'))
    await ctx.tx.put(identityCheckTable, {
      district: state.district,
      case_id: state.id,
      party_no: input.partyNo,
      whom: party.agentName ? 'agent' : 'party',
      method: input.method,
      passed: input.passed,
      note: input.note ?? null,
    })
    return { passed: input.passed }
  },
})

/** 受理: the application is complete and in form; the clock starts and the applicants get a receipt (Reg 17). */
export const accept = act({
  type: 'case.accept',
  title: { zh: '受理', en: 'Accept' },
  clauses: ['6.2', '6.5'],
  duties: ['acceptance'],
  input: Type.Object({ caseId: CaseId, opinion: Opinion }, { additionalProperties: false }),
  result: Type.Object({ ...Done.properties, number: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    separation(dutyTable, stageMove('acceptance')),
    notSuspended,
    surveySettled,
    mayDispose,
    mayBeAccepted,
  ],
  move: 'acceptance',
  async handle(ctx, input, state) {
    const fresh = state.acceptedAt === null
    const number = state.number ?? (await nextCaseNumber(ctx, state.unitCode))
    const due = ctx.deps.calendar.dueDates(ctx.at, state.business)
    if (isRefusal(due)) return due
    const set = fresh
      ? {
          number,
          accepted_at: ctx.at.toString(),
          legal_due: due.legal.toString(),
          promised_due: due.promised.toString(),
          second_review: asksSecondReview(state),
        }
      : {}
    const done = await doStage(ctx, state, 'acceptance', input.opinion, set)
    if (fresh) {
      const accepted = {
        ...state,
        number,
        acceptedAt: ctx.at.toString(),
        legalDue: due.legal.toString(),
        promisedDue: due.promised.toString(),
      }
      await giveNotice(ctx, state, 'acceptance_receipt', {}, await renderReceipt(ctx, accepted))
      publish(ctx, 'case', state.id, { number, unit: state.unitCode, accepted: ctx.at.toString() })
    }
    return { ...done, number }
  },
})

/** 一次性补正告知: everything that is missing, told once in writing (2.2, Reg 17). The clock stands still until it is in. */
export const supplement = act({
  type: 'case.supplement',
  title: { zh: '一次性补正告知', en: 'Give the one supplement notice' },
  clauses: ['2.2'],
  duties: ['acceptance', 'first_review', 'second_review'],
  input: Type.Object(
    {
      caseId: CaseId,
      items: Type.Array(Type.String({ title: '补正内容|What is missing', minLength: 2, maxLength: 300 }), {
        minItems: 1,
        maxItems: 30,
        title: '补正内容|What is missing',
      }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ caseId: Type.String(), state: Type.String(), file: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    withinNext,
    notRecordedYet,
    notSuspended,
    (state) => (state.notices > 0 ? refuseCase('one_notice_only') : null),
  ],
  async handle(ctx, input, state) {
    await handle(ctx, state, within(nextStage(dutyTable, state.process)!.id))
    await ctx.tx.change(
      caseTable,
      { district: state.district, id: state.id },
      { state: 'suspended', suspended_at: ctx.at.toString(), notices: state.notices + 1 },
    )
    await ctx.tx.put(suspensionTable, { district: state.district, case_id: state.id, reason: 'supplement' })
    const file = await giveNotice(
      ctx,
      state,
      'supplement',
      { items: input.items },
      await renderNotice(ctx, state, 'supplement', input.items),
    )
    return { caseId: state.id, state: 'suspended', file }
  },
})

/** The supplementary materials are in: the clock runs on, and the time it stood still does not count. */
export const resume = act({
  type: 'case.resume',
  title: { zh: '补正材料已收齐', en: 'Supplementary materials are in' },
  clauses: ['2.2'],
  duties: ['acceptance'],
  input: Type.Object({ caseId: CaseId }, { additionalProperties: false }),
  result: Type.Object({ caseId: Type.String(), state: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    (state) =>
      state.lossNotice && !state.lossNotice.ended
        ? refuseCase('loss_notice_running', { until: state.lossNotice.until })
        : null,
    (state, { actor }) =>
      state.state === 'suspended'
        ? decide(
            dutyTable,
            { ...state.process, done: [], assignee: null },
            moverOf(state, actor),
            within('acceptance'),
          )
        : refuseCase('not_suspended'),
  ],
  async handle(ctx, _input, state) {
    const standing = await standAgain(ctx, state)
    return isRefusal(standing) ? standing : { caseId: state.id, state: standing }
  },
})

/** 不予受理: not in scope or not in form; told on the spot, in writing, with all reasons (Reg 17). */
export const decline = act({
  type: 'case.decline',
  title: { zh: '不予受理', en: 'Do not accept' },
  clauses: ['6.1'],
  duties: ['acceptance'],
  input: Type.Object(
    {
      caseId: CaseId,
      reasons: Type.Array(Type.String({ minLength: 2, maxLength: 300 }), {
        minItems: 1,
        maxItems: 20,
        title: '理由|Reasons',
      }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ ...Done.properties, file: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [separation(dutyTable, within('acceptance'))],
  move: 'within acceptance',
  async handle(ctx, input, state) {
    await handle(ctx, state, within('acceptance'))
    const file = await giveNotice(
      ctx,
      state,
      'non_acceptance',
      { reasons: input.reasons },
      await renderNotice(ctx, state, 'non_acceptance', input.reasons),
    )
    return { ...(await close(ctx, state, 'not_accepted')), file }
  },
})

function reviewAct(
  type: 'case.firstReview' | 'case.secondReview',
  stage: 'first_review' | 'second_review',
  zh: string,
  en: string,
) {
  return act({
    type,
    title: { zh, en },
    clauses: ['6.2'],
    duties: [stage],
    input: Type.Object({ caseId: CaseId, opinion: Opinion }, { additionalProperties: false }),
    result: Done,
    subject: caseSubject,
    subjectId: (input) => input.caseId,
    guards: [separation(dutyTable, stageMove(stage)), notSuspended, lossAnnounced, mayDispose],
    move: stage,
    handle: (ctx, input, state) => doStage(ctx, state, stage, input.opinion),
  })
}

/** 初审: someone else checks papers, identity, right and register. */
export const firstReview = reviewAct('case.firstReview', 'first_review', '初审通过', 'Pass the first review')
/** 复审: a third person, where the business asks for it. */
export const secondReview = reviewAct(
  'case.secondReview',
  'second_review',
  '复审通过',
  'Pass the second review',
)

/** 退回: sends a case back to an earlier stage with a reason; stages before it stand, the rest is done again. */
export const sendBack = act({
  type: 'case.sendBack',
  title: { zh: '退回', en: 'Send back' },
  clauses: ['6.2'],
  duties: ['first_review', 'second_review', 'recording'],
  input: Type.Object(
    {
      caseId: CaseId,
      to: Type.Union(
        [Type.Literal('acceptance'), Type.Literal('first_review'), Type.Literal('second_review')],
        { title: '退回到|Back to' },
      ),
      reason: Type.String({ title: '退回理由|Reason', minLength: 2, maxLength: 1000 }),
    },
    { additionalProperties: false },
  ),
  result: Done,
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    notRecordedYet,
    notSuspended,
    (state, circumstances) =>
      separation(dutyTable, {
        kind: 'return',
        to: (circumstances.input as { to?: string } | null)?.to ?? 'acceptance',
      })(state, circumstances),
  ],
  move: 'return',
  async handle(ctx, input, state) {
    const move: Move = { kind: 'return', to: input.to }
    const toNo = dutyTable.stages.findIndex((stage) => stage.id === input.to) + 1
    const round = state.round + 1
    await handle(ctx, state, move)
    await ctx.tx.put(returnTable, {
      district: state.district,
      case_id: state.id,
      round,
      to_no: toNo,
      from_stage: state.nextStage,
      reason: input.reason,
    })
    await ctx.tx.one`select cases.carry_stages(${state.id}::uuid, ${round}::smallint, ${toNo}::smallint)`
    const carried = await ctx.tx.rows<{ no: number; image: string }>`
      select no, jsonb_strip_nulls(to_jsonb(t))::text as image from cases.stage t where district = ${state.district} and case_id = ${state.id}::uuid and round = ${round} order by no`
    for (const { no, image } of carried)
      ctx.tx.images.push({ field: `row:cases.stage:${state.id}/${round}/${no}`, image })
    await ctx.tx.change(
      caseTable,
      { district: state.district, id: state.id },
      { round, next_stage: input.to },
    )
    return { caseId: state.id, state: 'in_progress', nextStage: input.to }
  },
})

/** 撤回: the applicants, all of them, take the application back before it is recorded (Reg 15, Rules 13). */
export const withdraw = act({
  type: 'case.withdraw',
  title: { zh: '撤回申请', en: 'Withdraw the application' },
  clauses: ['6.1'],
  duties: ['acceptance'],
  input: Type.Object(
    {
      caseId: CaseId,
      partyNos: Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 100,
        title: '提出撤回的申请人|Applicants who withdraw',
      }),
      reason: Type.String({ title: '理由|Reason', minLength: 2, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Done,
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    notRecordedYet,
    (state, { actor }) =>
      decide(
        dutyTable,
        { ...state.process, done: [], assignee: null },
        moverOf(state, actor),
        within('acceptance'),
      ),
    (state, { input }) =>
      input && state.parties.some((party) => !input.partyNos.includes(party.no))
        ? refuseCase('all_applicants_withdraw')
        : null,
  ],
  move: 'close',
  async handle(ctx, _input, state) {
    await handle(ctx, { ...state, process: { ...state.process, done: [] } }, within('acceptance'))
    return close(ctx, state, 'withdrawn')
  },
})

/** 不予登记: the application fails on its merits; told in writing with grounds and remedies (Reg 22). */
export const refuseRegistration = act({
  type: 'case.refuse',
  title: { zh: '不予登记', en: 'Refuse to register' },
  clauses: ['6.1'],
  duties: ['first_review', 'second_review', 'recording'],
  input: Type.Object(
    {
      caseId: CaseId,
      grounds: Type.Array(Type.String({ minLength: 2, maxLength: 300 }), {
        minItems: 1,
        maxItems: 20,
        title: '理由|Grounds',
      }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ ...Done.properties, file: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [notRecordedYet, withinNext],
  async handle(ctx, input, state) {
    await handle(ctx, state, within(nextStage(dutyTable, state.process)!.id))
    const file = await giveNotice(
      ctx,
      state,
      'refusal',
      { grounds: input.grounds },
      await renderNotice(ctx, state, 'refusal', input.grounds),
    )
    return { ...(await close(ctx, state, 'refused')), file }
  },
})

/**
 * 登簿: the legal moment (CC 214). The ownership's next entry names the buyers, live mortgages follow onto it with
 * their rank and their mortgagees are told (CC 406), the old certificate stops speaking, a new number is given.
 */
export const record = act({
  type: 'case.record',
  title: { zh: '登簿', en: 'Record in the register' },
  clauses: ['6.2'],
  duties: ['recording'],
  highValue: true,
  input: Type.Object({ caseId: CaseId, opinion: Opinion }, { additionalProperties: false }),
  result: Type.Object({ ...Done.properties, entryId: Type.String(), certificateNumber: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    separation(dutyTable, stageMove('recording')),
    notSuspended,
    lossAnnounced,
    surveySettled,
    mayDispose,
    (state) => (state.rights.ownership?.rightId === state.rightId ? null : refuseCase('right_changed')),
  ],
  move: 'recording',
  async handle(ctx, input, state) {
    if (state.body.renewal) return recordRenewal(ctx, state, state.body.renewal, input.opinion)
    const { tx, district } = ctx
    const sold = saleOf(state)
    const ownership = state.rights.ownership!
    const sellers = sellersOf(state)
    const wrong = sellersRefusal(ownership, sold.sale, sellers)
    if (wrong) return wrong
    const buyers = state.parties.filter((party) => party.side === 'transferee')
    const after = holdersAfter(ownership, sold.sale, sold.sharing, sellers, buyers)
    const done = await doStage(ctx, state, 'recording', input.opinion)
    const [entry] = await tx.put<{ id: string }>(entryTable, {
      district,
      unit_code: state.unitCode,
      right_id: ownership.rightId,
      no: ownership.no + 1,
      supersedes: ownership.id,
      kind: 'ownership',
      effect: 'change',
      registration: state.business.registration,
      right_type: ownership.rightType,
      legal_from: ctx.at.toString(),
      case_id: state.id,
      body: {
        ...ownership.body,
        sharing: after.sharing,
        priceFen: sold.priceFen,
        reason: '买卖',
        contractNumber: sold.contractNumber,
      },
    })
    await tx.put(
      entryPartyTable,
      after.holders.map((holder, i) => ({
        district,
        entry_id: entry!.id,
        no: i + 1,
        party_id: holder.partyId,
        role: 'holder',
        share_num: holder.share?.num ?? null,
        share_den: holder.share?.den ?? null,
      })),
    )
    for (const mortgage of state.rights.mortgages) {
      const [carried] = await tx.put<{ id: string }>(entryTable, {
        district,
        unit_code: state.unitCode,
        right_id: mortgage.rightId,
        no: mortgage.no + 1,
        supersedes: mortgage.id,
        kind: 'mortgage',
        effect: 'change',
        registration: '200',
        right_type: mortgage.rightType,
        legal_from: ctx.at.toString(),
        legal_to: mortgage.legalTo,
        case_id: state.id,
        body: { ...mortgage.body, carriedWith: entry!.id },
      })
      const others = mortgage.parties
        .filter((party) => party.role !== 'mortgagor')
        .map((party) => ({ party_id: party.partyId, role: party.role }))
      const parties = [
        ...others,
        ...after.holders.map((holder) => ({ party_id: holder.partyId, role: 'mortgagor' })),
      ]
      await tx.put(
        entryPartyTable,
        parties.map((party, i) => ({ district, entry_id: carried!.id, no: i + 1, ...party })),
      )
    }
    const names = new Map(
      [...ownership.parties, ...state.parties].map((party) => [party.partyId, party.name]),
    )
    const holding = {
      sharing: after.sharing,
      certificateNumber: null,
      holders: after.holders.map((holder) => ({ name: names.get(holder.partyId)!, share: holder.share })),
    }
    await giveNotice(ctx, state, 'approval_form', {}, await renderApprovalForm(ctx, state, holding))
    if (mortgageNeeds(state.rights.mortgages).needs !== 'none') {
      await tx.put(noticeTable, {
        district,
        case_id: state.id,
        kind: 'mortgagee',
        body: { mortgages: state.rights.mortgages.map((mortgage) => mortgage.rightId) },
      })
    }
    const old = await tx.rows<{ id: string; number: string; snapshotHash: string | null }>`
      select id, number, encode(snapshot_hash, 'hex') as "snapshotHash" from register.certificate where district = ${district} and right_id = ${state.rightId}::uuid and state not in ('superseded', 'cancelled')`
    for (const one of old) {
      await tx.change(certificateTable, { district, id: one.id }, { state: 'superseded' })
      publishCertificate(ctx, state, one, 'superseded')
    }
    const certificateNumber = await nextCertificateNumber(ctx)
    const [made] = await tx.put<{ id: string }>(certificateTable, {
      district,
      number: certificateNumber,
      unit_code: state.unitCode,
      right_id: state.rightId,
      entry_id: entry!.id,
      case_id: state.id,
      state: 'recorded',
      check_token: newCheckToken(),
    })
    publishCertificate(
      ctx,
      state,
      { id: made!.id, number: certificateNumber, snapshotHash: null },
      'recorded',
    )
    return { ...done, entryId: entry!.id, certificateNumber }
  },
})

/**
 * 缮证: the certificate is made from the live register rows and printed on one numbered blank that the printer
 * holds; blank and certificate number are bound for ever (4.4). The printed text is kept with its hash.
 */
export const print = act({
  type: 'case.print',
  title: { zh: '缮证', en: 'Print the certificate' },
  clauses: ['4.4', '6.2'],
  duties: ['printing'],
  input: Type.Object(
    {
      caseId: CaseId,
      blankSerial: Type.String({ title: '空白证书印刷序列号|Blank serial', pattern: '^D?\\d{11}$' }),
      opinion: Opinion,
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ ...Done.properties, certificateNumber: Type.String(), file: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [separation(dutyTable, stageMove('printing'))],
  move: 'printing',
  async handle(ctx, input, state) {
    const printed = await printOn(ctx, state, input.blankSerial)
    if (isRefusal(printed)) return printed
    return {
      ...(await doStage(ctx, state, 'printing', input.opinion)),
      ...printed,
    }
  },
})

/** 用印: the seal keeper seals a printed certificate, never a blank (5.3), with a seal in their own keeping (5.1). */
export const seal = act({
  type: 'case.seal',
  title: { zh: '用印', en: 'Seal the certificate' },
  clauses: ['4.6', '5.1', '5.3'],
  duties: ['sealing'],
  highValue: true,
  input: Type.Object(
    { caseId: CaseId, sealNo: Type.Integer({ title: '印章编号|Seal number', minimum: 1 }), opinion: Opinion },
    { additionalProperties: false },
  ),
  result: Done,
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    (state) =>
      state.process.done.includes('recording') && state.certificate?.state === 'recorded'
        ? refuseCase('not_printed')
        : null,
    separation(dutyTable, stageMove('sealing')),
  ],
  move: 'sealing',
  async handle(ctx, input, state) {
    const refused = await sealWith(ctx, state, input.sealNo)
    if (refused) return refused
    return doStage(ctx, state, 'sealing', input.opinion)
  },
})

/** 发证: the certificate goes to a buyer or holder, or an agent, against a signature; the old one is taken back. */
export const issue = act({
  type: 'case.issue',
  title: { zh: '发证', en: 'Issue the certificate' },
  clauses: ['4.4', '6.2'],
  duties: ['issuing'],
  input: Type.Object(
    {
      caseId: CaseId,
      recipient: Type.String({ title: '领证人|Recipient', minLength: 1, maxLength: 100, sensitive: true }),
      signature: Type.String({ title: '领证人签名图像|Signature image', pattern: '^[0-9a-f]{64}$' }),
      oldCertificate: Type.Union([Type.Literal('taken_back'), Type.Literal('declared_void')], {
        title: '原证书|Old certificate',
      }),
      voidNotice: Type.Optional(Type.String({ title: '作废公告文号|Number of the notice', maxLength: 60 })),
      voidPhoto: Type.Optional(
        Type.String({
          title: '原证加盖作废章照片|Picture of the old one stamped void',
          pattern: '^[0-9a-f]{64}$',
        }),
      ),
      opinion: Opinion,
    },
    { additionalProperties: false },
  ),
  result: Done,
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [
    separation(dutyTable, stageMove('issue')),
    mustBeSealed,
    (state, { input }) =>
      input && !recipients(state).includes(input.recipient)
        ? refuseCase(
            'recipient_unknown',
            { name: input.recipient },
            {
              fields: [
                {
                  path: 'recipient',
                  message: refuseCase('recipient_unknown', { name: input.recipient }).message,
                },
              ],
            },
          )
        : null,
    oldOneRightly,
    ({ body }, { input }) =>
      body.renewal === undefined && input?.oldCertificate === 'declared_void' && !input.voidNotice
        ? refuseCase(
            'old_certificate_back',
            {},
            { fields: [{ path: 'voidNotice', message: refuseCase('old_certificate_back').message }] },
          )
        : null,
  ],
  move: 'issue',
  async handle(ctx, input, state) {
    const { tx, district } = ctx
    const signed =
      await tx.maybe`select 1 from cases.upload where district = ${district} and file = ${input.signature}`
    if (!signed)
      return refuseCase(
        'not_this_file',
        {},
        { fields: [{ path: 'signature', message: refuseCase('not_this_file').message }] },
      )
    const taken = await takeOldBack(ctx, state, input.voidPhoto)
    if (taken) return taken
    const certificate = state.certificate!
    const holding = await tx.one<{ edition: string }>`
      select edition from kernel.custody_holding where district = ${district} and kind = 'certificate' and place = ${`certificate:${certificate.id}`}`
    const moved = await moveSerials(tx, {
      district,
      kind: 'certificate',
      edition: holding.edition,
      serials: { from: certificate.blankSerial!, to: certificate.blankSerial! + 1 },
      movement: 'issue',
      from: `certificate:${certificate.id}`,
      to: 'holder',
      caseId: state.id,
      document: certificate.number,
    })
    if (moved) return moved
    await tx.change(
      certificateTable,
      { district, id: certificate.id },
      { state: 'issued', issued_to: input.recipient },
    )
    publishCertificate(ctx, state, certificate, 'issued')
    return doStage(ctx, state, 'issue', input.opinion)
  },
})

/** Those a certificate may be handed to. */
export const recipients = (state: Pick<CaseState, 'parties'>): string[] =>
  state.parties
    .filter((party) => party.side !== 'transferor')
    .flatMap((party) => [party.name, ...(party.agentName ? [party.agentName] : [])])

/** 归档: one case, one file. Only with the pages that its list of contents has (4.1); the file is then with who made it up. */
export const archive = act({
  type: 'case.archive',
  title: { zh: '归档', en: 'Archive' },
  clauses: ['4.1'],
  duties: ['archiving'],
  input: Type.Object(
    {
      caseId: CaseId,
      pages: Type.Integer({ title: '卷内总页数|Pages in the file', minimum: 1, maximum: 9999 }),
      opinion: Opinion,
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ ...Done.properties, file: Type.String(), number: Type.String() }),
  subject: caseSubject,
  subjectId: (input) => input.caseId,
  guards: [separation(dutyTable, stageMove('archive'))],
  move: 'archive',
  async handle(ctx, input, state) {
    const items = await fileItems(ctx, state)
    const business = state.business.code
    const made = await makeFile(ctx, { caseId: state.id, business, items, counted: input.pages })
    if (isRefusal(made)) return made
    const { number, term } = made
    const paper = await renderArchiveList(ctx, state, { items, counted: input.pages, number, term })
    const file = await giveNotice(ctx, state, 'archive_list', { counted: input.pages, number }, paper)
    return { ...(await doStage(ctx, state, 'archive', input.opinion)), file, number }
  },
})

/** Writes down an uploaded file: its content hash, size and real type, and who brought it. */
export const storeFile = act({
  type: 'file.store',
  title: { zh: '上传文件', en: 'Upload a file' },
  clauses: ['4.1'],
  duties: [],
  input: Type.Object(
    {
      file: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      media: Type.String({ maxLength: 60 }),
      bytes: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ file: Type.String() }),
  created: (result) => ({ kind: 'file', id: result.file }),
  async handle({ tx, district }, input) {
    const known =
      await tx.maybe`select 1 from cases.upload where district = ${district} and file = ${input.file}`
    if (!known) await tx.put(uploadTable, { district, ...input })
    return { file: input.file }
  },
})

/** Acts offered on a case, in the order of its life; then those that say who has its next step. */
export const caseActs = [
  attach,
  citeSurvey,
  checkIdentity,
  accept,
  publishLoss,
  endLossNotice,
  supplement,
  resume,
  decline,
  firstReview,
  secondReview,
  sendBack,
  withdraw,
  refuseRegistration,
  record,
  print,
  spoil,
  reprint,
  seal,
  reseal,
  issue,
  archive,
  take,
  release,
  reassign,
]
