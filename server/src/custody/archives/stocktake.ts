import { Type } from 'typebox'
import { act, type Ctx, type Guard, isRefusal } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { custodyStopTable, lookUp, moveSerials, rangeOf, type Serials } from '../../kernel/ledger.ts'
import { constraintMeans, invalid } from '../../kernel/perform.ts'
import type { FieldProblem, Refusal } from '../../kernel/refusal.ts'
import { explainDuties } from '../duties.ts'
import { multirangeText, readMultirange, without } from '../serials.ts'
import { archiveDuties, inspectDuties } from './duties.ts'
import { roomSubject } from './rooms.ts'
import { placeLabel, refuseArchive, shelfPlace } from './rules.ts'
import {
  type BoxCount,
  boxCountSubject,
  FileNumber,
  fileDifferenceSubject,
  oneFile,
  stocktakeSubject,
} from './subjects.ts'
import { boxCountTable, fileDifferenceTable, incidentTable, stocktakeTable } from './tables.ts'

constraintMeans('stocktake_once', () => refuseArchive('stocktake_open'))
constraintMeans('box_counted_once', () => refuseArchive('box_counted'))
constraintMeans('box_second_person', () => refuseArchive('box_other_counter'))
constraintMeans('box_step', () => refuseArchive('box_step'))
constraintMeans('box_differs_told', () => refuseArchive('box_step'))
constraintMeans('stocktake_every_box', () => refuseArchive('stocktake_boxes_left'))
constraintMeans('file_difference_by_another', () => refuseArchive('file_difference_own'))
constraintMeans('file_difference_outcome', () => refuseArchive('file_difference_outcome'))

const Id = (title: string) => Type.String({ title, format: 'uuid' })
const CountId = Id('盒清点|Count of a box')
const Files = Type.Array(FileNumber, { title: '盒内案卷|Files in the box', maxItems: 500 })
const State = Type.Object({ state: Type.String() })

/** 开始清点: a room is counted box by box; once a year it is due. */
export const startStocktake = act({
  type: 'archives.startStocktake',
  title: { zh: '开始库房清点', en: 'Begin the stock-take of a room' },
  clauses: ['4.1'],
  duties: inspectDuties,
  input: Type.Object(
    { room: Type.String({ title: '库房|Room', pattern: '^[A-Z0-9]{1,6}$' }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ stocktakeId: Type.String() }),
  subject: roomSubject,
  subjectId: ({ room }) => room,
  async handle({ tx, district }, _input, room) {
    const [row] = await tx.put<{ id: string }>(stocktakeTable, { district, room: room.code })
    return { stocktakeId: row!.id }
  },
})

/** 清点一盒: the box stands still while it is counted, and the book says nothing of it to anybody. */
export const startBox = act({
  type: 'archives.startBox',
  title: { zh: '清点一盒', en: 'Count a box' },
  clauses: ['4.1'],
  duties: inspectDuties,
  input: Type.Object(
    {
      stocktakeId: Id('清点|Stock-take'),
      rack: Type.String({ title: '架|Rack', pattern: '^[A-Z0-9]{1,4}$' }),
      box: Type.String({ title: '盒|Box', pattern: '^[A-Z0-9]{1,4}$' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ countId: Type.String() }),
  subject: stocktakeSubject,
  subjectId: ({ stocktakeId }) => stocktakeId,
  guards: [(one) => (one.closed ? refuseArchive('stocktake_closed') : null)],
  async handle({ tx, district }, { rack, box }, one) {
    const known =
      await tx.maybe`select 1 from archives.box where district = ${district} and room = ${one.room} and rack = ${rack} and box = ${box}`
    if (!known) return atField('box', refuseArchive('box_unknown'))
    const counted = await tx.maybe`
      select 1 from archives.box_count where district = ${district} and stocktake_id = ${one.id}::uuid and rack = ${rack} and box = ${box} and state <> 'abandoned'`
    if (counted) return atField('box', refuseArchive('box_counted'))
    // Whoever moves something there at this moment is waited for; whoever comes later finds it standing still.
    await lookUp(tx, 'file', '', { from: 0, to: 1 })
    const [stop] = await tx.put<{ id: string }>(custodyStopTable, {
      district,
      kind: 'file',
      edition: '',
      place: shelfPlace(one.room, rack, box),
      reason: 'counting',
    })
    const [row] = await tx.put<{ id: string }>(boxCountTable, {
      district,
      stocktake_id: one.id,
      room: one.room,
      rack,
      box,
      stop_id: stop!.id,
    })
    return { countId: row!.id }
  },
})

const inState =
  (state: BoxCount['state']): Guard<BoxCount, unknown> =>
  (one) =>
    one.state === state ? null : refuseArchive('box_step')
const byCounter: Guard<BoxCount, unknown> = (one, { actor }) =>
  one.personId === actor.personId ? null : refuseArchive('box_other_counter')

function filesOnce({ files }: { files: readonly string[] }) {
  const fields = files.flatMap((number, i): FieldProblem[] =>
    files.indexOf(number) < i
      ? [{ path: `files.${i}`, message: { zh: '扫描了两次', en: 'Scanned twice' } }]
      : [],
  )
  return fields.length > 0 ? invalid(fields) : null
}

/** The files of the office by their numbers; one that the office does not know is a bad field. */
async function serialsOf({ tx, district }: Ctx, files: readonly string[]): Promise<Serials[] | Refusal> {
  const rows = await tx.rows<{ no: number; number: string }>`
    select no, number from archives.file where district = ${district} and number = any(${files as string[]}::text[])`
  const noOf = new Map(rows.map(({ no, number }) => [number, no]))
  const fields = files.flatMap((number, i): FieldProblem[] =>
    noOf.has(number)
      ? []
      : [{ path: `files.${i}`, message: { zh: '本机构没有这卷', en: 'No such file in this office' } }],
  )
  if (fields.length > 0) return invalid(fields)
  return [...noOf.values()].sort((a, b) => a - b).map(oneFile)
}

const judge = ({ tx }: Ctx, one: BoxCount, counted: string) =>
  tx.one<{ agreed: boolean; missing: string | null; surplus: string | null }>`
    select agreed, missing::text, surplus::text from archives.judge_box(${one.id}::uuid, ${counted}::int8multirange)`
const lift = ({ tx, district, actor, at }: Ctx, stopId: string) =>
  tx.change(
    custodyStopTable,
    { district, id: stopId },
    { lifted_by: actor.personId, lifted_at: at.toString() },
  )
const counting = Type.Object({ countId: CountId, files: Files }, { additionalProperties: false })

/** 提交清点: what the first counter scanned. When it is not what the book says, only that is told: another person counts. */
export const submitBox = act({
  type: 'archives.submitBox',
  title: { zh: '提交盒清点', en: 'Hand in the count of a box' },
  clauses: ['4.1'],
  duties: inspectDuties,
  input: counting,
  result: State,
  subject: boxCountSubject,
  subjectId: ({ countId }) => countId,
  problems: filesOnce,
  guards: [inState('counting'), byCounter],
  async handle(ctx, { files }, one) {
    const { tx, district, at } = ctx
    const counted = await serialsOf(ctx, files)
    if (isRefusal(counted)) return counted
    const first = multirangeText(counted)
    const { agreed } = await judge(ctx, one, first)
    const state = agreed ? 'agreed' : 'recounting'
    const over = agreed ? { expected: first } : {}
    await tx.change(
      boxCountTable,
      { district, id: one.id },
      { state, first, first_at: at.toString(), ...over },
    )
    if (agreed) await lift(ctx, one.stopId)
    return { state }
  },
})

/** 放弃: the counter gives the box up before anything is handed in; it moves again and is still to be counted. */
export const abandonBox = act({
  type: 'archives.abandonBox',
  title: { zh: '放弃盒清点', en: 'Give the count of a box up' },
  clauses: ['4.1'],
  duties: inspectDuties,
  input: Type.Object({ countId: CountId }, { additionalProperties: false }),
  result: State,
  subject: boxCountSubject,
  subjectId: ({ countId }) => countId,
  guards: [inState('counting'), byCounter],
  async handle(ctx, _input, one) {
    await ctx.tx.change(boxCountTable, { district: ctx.district, id: one.id }, { state: 'abandoned' })
    await lift(ctx, one.stopId)
    return { state: 'abandoned' }
  },
})

/** 复点: another person scans the box again. What still differs is a finding, and is not lent until it is explained. */
export const recountBox = act({
  type: 'archives.recountBox',
  title: { zh: '复点', en: 'Count a box again' },
  clauses: ['4.1'],
  duties: inspectDuties,
  input: counting,
  result: Type.Object({ state: Type.String(), missing: Type.Integer(), surplus: Type.Integer() }),
  subject: boxCountSubject,
  subjectId: ({ countId }) => countId,
  problems: filesOnce,
  guards: [
    inState('recounting'),
    (one, { actor }) => (one.personId === actor.personId ? refuseArchive('box_other_counter') : null),
  ],
  async handle(ctx, { files }, one) {
    const { tx, district, actor, at } = ctx
    const counted = await serialsOf(ctx, files)
    if (isRefusal(counted)) return counted
    const second = multirangeText(counted)
    const judged = await judge(ctx, one, second)
    const [missing, surplus] = [judged.missing, judged.surplus].map((ranges) =>
      readMultirange(ranges ?? '{}').flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, i) => from + i),
      ),
    ) as [number[], number[]]
    const state = judged.agreed ? 'agreed' : 'differs'
    const expected = multirangeText([...without(counted, surplus.map(oneFile)), ...missing.map(oneFile)])
    await tx.change(
      boxCountTable,
      { district, id: one.id },
      { state, second, second_by: actor.personId, second_at: at.toString(), expected },
    )
    await lift(ctx, one.stopId)
    for (const no of missing) await differs(ctx, one, 'missing', no)
    for (const no of surplus) await differs(ctx, one, 'surplus', no)
    return { state, missing: missing.length, surplus: surplus.length }
  },
})

async function differs({ tx, district, actor }: Ctx, one: BoxCount, side: 'missing' | 'surplus', no: number) {
  const [stop] = await tx.put<{ id: string }>(custodyStopTable, {
    district,
    kind: 'file',
    edition: '',
    serials: rangeOf(oneFile(no)),
    reason: 'difference',
  })
  const { number } = await tx.one<{ number: string }>`
    select number from archives.file where district = ${district} and no = ${no}`
  const label = placeLabel(one.place)
  const finding = await openFinding(tx, district, `person:${actor.personId}`, {
    kind: 'file_difference',
    clause: '4.1',
    severity: 'critical',
    subject: `archive:${number}`,
    dedupeKey: `file_difference:${number}:${one.id}`,
    summary:
      side === 'missing'
        ? {
            zh: `清点：案卷 ${number} 账上在 ${label}，盒内没有。`,
            en: `Stock-take: file ${number} is in ${label} by the book, and not in the box.`,
          }
        : {
            zh: `清点：案卷 ${number} 在 ${label} 盒内，账上在别处。`,
            en: `Stock-take: file ${number} lies in ${label}, and elsewhere by the book.`,
          },
  })
  await tx.put(fileDifferenceTable, {
    district,
    count_id: one.id,
    file_no: no,
    place: one.place,
    side,
    stop_id: stop!.id,
    finding_id: finding,
  })
}

/** 查清差异: by a leader or inspector who did not count. A file that is lost is missing from now on; any other may be lent again. */
export const explainFile = act({
  type: 'archives.explainFile',
  title: { zh: '查清案卷差异', en: 'Explain a file that differed' },
  clauses: ['4.1'],
  duties: explainDuties,
  highValue: true,
  input: Type.Object(
    {
      differenceId: Id('差异|Difference'),
      outcome: Type.Union([Type.Literal('found'), Type.Literal('lost'), Type.Literal('explained')], {
        title: '结论|Outcome',
      }),
      explanation: Type.String({ title: '查清情况|Explanation', minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ outcome: Type.String() }),
  subject: fileDifferenceSubject,
  subjectId: ({ differenceId }) => differenceId,
  guards: [
    (one) => (one.outcome === null ? null : refuseArchive('file_difference_closed')),
    (one, { actor }) =>
      one.counters.includes(actor.personId!) ? refuseArchive('file_difference_own') : null,
    (one, { input }) =>
      input && (one.side === 'surplus') !== (input.outcome === 'explained')
        ? atField('outcome', refuseArchive('file_difference_outcome'))
        : null,
    (one, { input }) =>
      input?.outcome === 'lost' && one.now !== one.place
        ? atField('outcome', refuseArchive('file_difference_moved'))
        : null,
  ],
  async handle(ctx, { outcome, explanation }, one) {
    const { tx, district, actor, at } = ctx
    await tx.change(
      fileDifferenceTable,
      { district, id: one.id },
      { outcome, explanation, explained_by: actor.personId, explained_at: at.toString() },
    )
    await lift(ctx, one.stopId)
    if (outcome !== 'lost') return { outcome }
    await tx.put(incidentTable, {
      district,
      file_no: one.fileNo,
      kind: 'loss',
      note: explanation,
      finding_id: one.findingId,
    })
    const refused = await moveSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(one.fileNo),
      movement: 'lose',
      from: one.place,
      to: 'missing',
      document: one.file,
    })
    return refused ?? { outcome }
  },
})

/** 结束清点: every box of the room was counted; the yearly duty is done with it. */
export const closeStocktake = act({
  type: 'archives.closeStocktake',
  title: { zh: '结束库房清点', en: 'End the stock-take of a room' },
  clauses: ['4.1'],
  duties: [...archiveDuties, ...explainDuties],
  input: Type.Object({ stocktakeId: Id('清点|Stock-take') }, { additionalProperties: false }),
  result: Type.Object({ boxes: Type.Integer(), differences: Type.Integer() }),
  subject: stocktakeSubject,
  subjectId: ({ stocktakeId }) => stocktakeId,
  guards: [
    (one) => (one.closed ? refuseArchive('stocktake_closed') : null),
    (one) => (one.left > 0 ? refuseArchive('stocktake_boxes_left') : null),
  ],
  async handle({ tx, district, actor, at, actId }, _input, one) {
    await tx.change(
      stocktakeTable,
      { district, id: one.id },
      { closed_by: actor.personId, closed_at: at.toString(), closed_in: actId },
    )
    return { boxes: one.boxes, differences: one.differences }
  },
})

function atField(path: string, refusal: Refusal): Refusal {
  return { ...refusal, fields: [{ path, message: refusal.message }] }
}
