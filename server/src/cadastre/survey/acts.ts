import { Type } from 'typebox'
import { act, type Ctx, isRefusal, type Subject } from '../../kernel/act.ts'
import { advance, decide, inFlow, type Move, type Process } from '../../kernel/duty.ts'
import { constraintMeans, invalid } from '../../kernel/perform.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { dutyTable } from '../../people/duties.ts'
import { type Tx, table } from '../../platform/db/tx.ts'
import { compareAreas, parseArea, sumAreas } from '../../values/area.ts'
import {
  moveOf,
  problemsRefusal,
  refuseSurvey,
  type Standing,
  type SurveyState,
  type SurveyStatus,
  stagesDone,
  surveyApart,
  surveyChecks,
  surveyKinds,
} from './rules.ts'
import { reviewTerm } from './term.ts'

const surveyTable = table('cadastre.survey', ['id'])
const handlerTable = table('cadastre.survey_handler', ['survey_id', 'person_id'])
const resultTable = table('cadastre.survey_result', ['survey_id', 'round'], { files: ['file'] })
const reviewTable = table('cadastre.survey_review', ['survey_id', 'round'])

const flow = inFlow(dutyTable, 'survey')
/** What the database's own bars on one person mean. */
function samePerson(process: Partial<Process>, stage: string): Refusal {
  const begun = { closed: false, secondReview: false, done: [], handlers: {}, ...process }
  return decide(flow, begun, { person: 'one', duties: [stage] }, { kind: 'stage', stage })!
}
constraintMeans('survey_handler_one_group', () =>
  samePerson({ done: ['survey_submission'], handlers: { one: 'survey_submission' } }, 'survey_review'),
)
constraintMeans('survey_result_handler', () =>
  samePerson({ handlers: { one: 'survey_review' } }, 'survey_submission'),
)
constraintMeans('survey_review_handler', () =>
  samePerson({ done: ['survey_submission'], handlers: { one: 'survey_submission' } }, 'survey_review'),
)
constraintMeans('survey_apart_from_acceptance', () =>
  samePerson({ resting: { one: ['acceptance'] } }, 'survey_submission'),
)
constraintMeans('survey_one_open_per_unit', () => refuseSurvey('survey_open'))
constraintMeans('survey_told_once', () => refuseSurvey('survey_told_once'))
constraintMeans('survey_problems_told', () => refuseSurvey('survey_problems'))
constraintMeans('survey_area_adds_up', () => refuseSurvey('survey_areas'))
constraintMeans('survey_not_ahead', () => refuseSurvey('survey_ahead'))

interface Row {
  district: string
  id: string | null
  unitCode: string
  status: SurveyStatus | null
  round: number
  open: boolean
  handlers: Record<string, string>
  resting: Record<string, string[]>
  standing: Standing
}

const stateOf = ({ handlers, resting, ...row }: Row): SurveyState => ({
  ...row,
  process: {
    closed: row.status === 'accepted' || row.status === 'refused',
    secondReview: false,
    done: stagesDone(row.status),
    handlers,
    resting,
  },
})

/** A unit of the office, to be surveyed. Its row is the lock between a survey and the acceptance of a case. */
const unitSubject: Subject<SurveyState> = {
  kind: 'unit',
  async load(tx, code, lock) {
    if (lock)
      await tx.rows`select 1 from cadastre.unit where district = kernel.act_district() and code = ${code} for no key update`
    const row = await tx.maybe<Row>`
      select u.district, null as id, u.code as "unitCode", null as status, 1 as round, '{}'::jsonb as handlers,
        exists (select from cadastre.survey s where s.district = u.district and s.unit_code = u.code and s.state in ('submitted', 'returned')) as open,
        cases.accepted_on(u.district, u.code) as resting, cases.standing_of(kernel.act_person()) as standing
      from cadastre.unit u where u.district = kernel.act_district() and u.code = ${code}`
    return row && stateOf(row)
  },
}

async function loadSurvey(tx: Tx, id: string, lock: boolean): Promise<SurveyState | null> {
  if (lock)
    await tx.rows`
      select 1 from cadastre.survey s join cadastre.unit u on u.district = s.district and u.code = s.unit_code
      where s.district = kernel.act_district() and s.id = ${id}::uuid for no key update`
  return (await surveyStates(tx, [id]))[0] ?? null
}

/** Surveys of the office by their ids, newest first, as guards see them. Cost: one statement. */
export async function surveyStates(tx: Tx, ids: readonly string[]): Promise<SurveyState[]> {
  const rows = await tx.rows<Row>`
    select s.district, s.id, s.unit_code as "unitCode", s.state as status, s.round, false as open,
      (select coalesce(jsonb_object_agg(h.person_id, h.duty_group), '{}') from cadastre.survey_handler h where h.district = s.district and h.survey_id = s.id) as handlers,
      cases.accepted_on(s.district, s.unit_code) as resting, cases.standing_of(kernel.act_person()) as standing
    from cadastre.survey s where s.district = kernel.act_district() and s.id = any (${ids}::uuid[]) order by s.id desc`
  return rows.map(stateOf)
}

const surveySubject: Subject<SurveyState> = { kind: 'survey', load: loadSurvey }

const Area = (title: string) => Type.String({ title, maxLength: 20, pattern: '^\\d+(\\.\\d{1,2})?$' })
const measured = {
  kind: Type.Union(
    Object.keys(surveyKinds).map((one) => Type.Literal(one)),
    { title: '调查类别|Kind of survey' },
  ),
  surveyedBy: Type.String({
    title: '测绘单位|Surveying body',
    minLength: 2,
    maxLength: 100,
    pattern: '\\S\\s*\\S',
  }),
  surveyedOn: Type.String({ title: '调查日期|Day of the survey', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  area: Area('建筑面积|Gross area'),
  innerArea: Type.Optional(Area('专有面积|Own area')),
  sharedArea: Type.Optional(Area('分摊面积|Shared area')),
  file: Type.String({ title: '成果报告|Report', pattern: '^[0-9a-f]{64}$' }),
  note: Type.Optional(Type.String({ title: '说明|Note', maxLength: 500 })),
}
const SurveyId = Type.String({ title: '权籍调查成果|Survey', format: 'uuid' })
const Stands = Type.Object({ surveyId: Type.String(), state: Type.String(), round: Type.Integer() })

interface Measured {
  kind: string
  surveyedBy: string
  surveyedOn: string
  area: string
  innerArea?: string
  sharedArea?: string
  file: string
  note?: string
}

/** What a schema cannot say of a result: areas that add up, a day that is one and lies behind. */
function problems(input: Measured, at: Temporal.Instant): Refusal | null {
  const fields = (['area', 'innerArea', 'sharedArea'] as const).flatMap((path) => {
    const value = input[path]
    const read = value === undefined ? '' : parseArea(value)
    return typeof read === 'string' ? [] : [{ path, message: read.message }]
  })
  if (fields.length > 0) return invalid(fields)
  const { area, innerArea, sharedArea } = input
  const told = [innerArea, sharedArea].filter((one) => one !== undefined)
  if (told.length === 1 || (told.length === 2 && compareAreas(sumAreas(told), area) !== 0))
    return beside('area', refuseSurvey('survey_areas'))
  const today = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
  const day = dayOf(input.surveyedOn)
  return day && Temporal.PlainDate.compare(day, today) <= 0
    ? null
    : beside('surveyedOn', refuseSurvey('survey_ahead'))
}

function dayOf(text: string): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    return null
  }
}

const beside = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

/** Writes down that the actor handled the survey in the group of this move, unless they already had. */
async function handle(ctx: Ctx, state: SurveyState, surveyId: string, move: Move): Promise<void> {
  const person = ctx.actor.personId!
  if (state.process.handlers[person] !== undefined) return
  const group = advance(flow, state.process, { person, duties: [] }, move).handlers[person]!
  await ctx.tx.put(handlerTable, { district: state.district, survey_id: surveyId, duty_group: group })
}

async function putResult(
  { tx }: Ctx,
  { district, round }: Pick<SurveyState, 'district' | 'round'>,
  surveyId: string,
  input: Measured,
): Promise<Refusal | null> {
  const upload = await tx.maybe<{ media: string }>`
    select media from cases.upload where district = ${district} and file = ${input.file}`
  if (!upload) return beside('file', refuseSurvey('survey_file'))
  await tx.put(resultTable, {
    district,
    survey_id: surveyId,
    round,
    kind: input.kind,
    surveyed_by: input.surveyedBy.trim(),
    surveyed_on: input.surveyedOn,
    area: input.area,
    inner_area: input.innerArea ?? null,
    shared_area: input.sharedArea ?? null,
    file: input.file,
    media: upload.media,
    note: input.note ?? null,
  })
  return null
}

function dueAt({ at, deps }: Ctx): string | Refusal {
  const due = deps.calendar.dueDates(at, {
    legalDays: reviewTerm.workingDays,
    promisedDays: reviewTerm.workingDays,
  })
  return isRefusal(due) ? due : due.promised.toString()
}

const submitting: Move = { kind: 'stage', stage: 'survey_submission' }

/** 提交权籍调查成果: a surveyor hands in what was measured of a unit. Whoever accepted an open case on it does not. */
export const submitSurvey = act({
  type: 'survey.submit',
  title: { zh: '提交权籍调查成果', en: 'Submit a survey' },
  clauses: ['2.2', '6.2'],
  duties: ['survey_submission'],
  input: Type.Object(
    { unitCode: Type.String({ title: '不动产单元号|Unit code', minLength: 1, maxLength: 40 }), ...measured },
    { additionalProperties: false },
  ),
  result: Stands,
  subject: unitSubject,
  subjectId: (input) => input.unitCode,
  created: (result) => ({ kind: 'survey', id: result.surveyId }),
  problems: (input, at) => problems(input as Measured, at),
  guards: [surveyApart(submitting), (state) => (state.open ? refuseSurvey('survey_open') : null)],
  move: 'survey_submission',
  async handle(ctx, input, state) {
    const due = dueAt(ctx)
    if (isRefusal(due)) return due
    const { district, unitCode } = state
    const [made] = await ctx.tx.put<{ id: string }>(surveyTable, {
      district,
      unit_code: unitCode,
      due_at: due,
    })
    await handle(ctx, state, made!.id, submitting)
    const refused = await putResult(ctx, state, made!.id, input as Measured)
    return refused ?? { surveyId: made!.id, state: 'submitted', round: 1 }
  },
})

/** 补正后重新提交: the corrected result is the next round; the first one stands as it was. */
export const resubmitSurvey = act({
  type: 'survey.resubmit',
  title: { zh: '补正后重新提交', en: 'Submit the correction' },
  clauses: ['2.2', '6.2'],
  duties: ['survey_submission'],
  input: Type.Object({ surveyId: SurveyId, ...measured }, { additionalProperties: false }),
  result: Stands,
  subject: surveySubject,
  subjectId: (input) => input.surveyId,
  problems: (input, at) => problems(input as Measured, at),
  guards: [surveyApart(submitting)],
  move: 'survey_submission',
  async handle(ctx, input, state) {
    const due = dueAt(ctx)
    if (isRefusal(due)) return due
    const { district } = state
    const id = state.id!
    const round = state.round + 1
    await handle(ctx, state, id, submitting)
    const refused = await putResult(ctx, { district, round }, id, input as Measured)
    if (refused) return refused
    await ctx.tx.change(surveyTable, { district, id }, { state: 'submitted', round, due_at: due })
    return { surveyId: id, state: 'submitted', round }
  },
})

/** 审核权籍调查成果: another person goes through the one list; what is wrong is told all at once, and only once (2.2). */
export const reviewSurvey = act({
  type: 'survey.review',
  title: { zh: '审核权籍调查成果', en: 'Review a survey' },
  clauses: ['2.2', '6.2'],
  duties: ['survey_review'],
  input: Type.Object(
    {
      surveyId: SurveyId,
      outcome: Type.Union([Type.Literal('accepted'), Type.Literal('returned'), Type.Literal('refused')], {
        title: '结论|Outcome',
      }),
      problems: Type.Array(
        Type.Object(
          {
            item: Type.Union(
              Object.keys(surveyChecks).map((one) => Type.Literal(one)),
              { title: '审核项|Point' },
            ),
            words: Type.String({ title: '问题|Problem', minLength: 2, maxLength: 300 }),
          },
          { additionalProperties: false },
        ),
        { maxItems: 7, title: '问题|Problems' },
      ),
      opinion: Type.String({
        title: '审核意见|Opinion',
        minLength: 2,
        maxLength: 500,
        pattern: '\\S\\s*\\S',
      }),
    },
    { additionalProperties: false },
  ),
  result: Stands,
  subject: surveySubject,
  subjectId: (input) => input.surveyId,
  guards: [
    (state, circumstances) =>
      surveyApart(moveOf(circumstances.input?.outcome ?? 'accepted'))(state, circumstances),
    ({ round }, { input }) =>
      round > 1 && input?.outcome === 'returned' ? beside('outcome', refuseSurvey('survey_told_once')) : null,
    (_state, { input }) => (input ? problemsRefusal(input.outcome, input.problems) : null),
  ],
  move: 'survey_review',
  async handle(ctx, { outcome, problems, opinion }, state) {
    const { district, round } = state
    const id = state.id!
    await handle(ctx, state, id, moveOf(outcome))
    await ctx.tx.put(reviewTable, {
      district,
      survey_id: id,
      round,
      outcome,
      problems,
      opinion: opinion.trim(),
    })
    await ctx.tx.change(surveyTable, { district, id }, { state: outcome })
    return { surveyId: id, state: outcome, round }
  },
})

export const surveyActs = [submitSurvey, resubmitSurvey, reviewSurvey]
