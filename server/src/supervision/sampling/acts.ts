import { type Static, Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { officeDate } from '../../values/calendar.ts'
import { plainValue } from './draw.ts'
import { confirmDuties, paceDuties, refuseSampling, samplingDuties, samplingRefusal } from './rules.ts'
import { samplingSubject } from './subject.ts'
import { confirmationTable, endTable, frameTable, paceTable, samplingTable, valueTable } from './tables.ts'

export const office = Type.String({ title: '登记机构|Office', pattern: '^[a-z_]{2,20}$' })
/** Office and sampling, as every step names them. */
export const ofSampling = {
  district: office,
  samplingId: Type.String({ title: '抽查|Sampling', format: 'uuid' }),
}
export const words = (title: string, most: number) =>
  Type.String({ title, minLength: 2, maxLength: most, pattern: '\\S\\s*\\S' })
const dayField = (title: string) => Type.String({ title, pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
/** The refusal beside the field it is about. */
export const atField = (path: string, refusal: Refusal): Refusal => ({
  ...refusal,
  fields: [{ path, message: refusal.message }],
})

export const common = {
  clauses: ['7.3'],
  citywide: true,
  districtOf: (input: { district: string }) => input.district,
  subject: samplingSubject,
  subjectId: (input: { samplingId: string }) => input.samplingId,
} as const

const PlanInput = Type.Object(
  {
    district: office,
    source: Type.Union([Type.Literal('cases'), Type.Literal('entries')], {
      title: '抽查对象|What is drawn from',
    }),
    strataBy: Type.Union([Type.Literal('kind'), Type.Literal('month')], { title: '分层|Strata' }),
    fromDay: dayField('期间起日|From'),
    toDay: dayField('期间止日|Until'),
    size: Type.Integer({ title: '抽查件数|Size', minimum: 1, maximum: 1000 }),
    valueKind: Type.Union([Type.Literal('lottery'), Type.Literal('exchange'), Type.Literal('other')], {
      title: '公开数值的种类|Kind of public value',
    }),
    valueName: words('公开数值|Public value', 200),
    valueRule: words('取值规则|How it is written', 500),
    valueOn: dayField('公布日期|Day of publication'),
  },
  { additionalProperties: false },
)

/** Days that the plan names: they exist, the period is over or ends today, the value is still to come. */
function dayProblem(input: Static<typeof PlanInput>, at: Temporal.Instant): Refusal | null {
  const day = (path: 'fromDay' | 'toDay' | 'valueOn') => {
    try {
      return Temporal.PlainDate.from(input[path], { overflow: 'reject' })
    } catch {
      return null
    }
  }
  const today = officeDate(at)
  const [from, to, value] = [day('fromDay'), day('toDay'), day('valueOn')]
  const period = (path: string) => atField(path, refuseSampling('sampling_period_wrong'))
  if (!from) return period('fromDay')
  if (!to || Temporal.PlainDate.compare(to, today) > 0) return period('toDay')
  const days = from.until(to).total('days')
  if (days < 0 || days > 400) return period('fromDay')
  const ahead = value ? today.until(value).total('days') : 0
  return ahead > 0 && ahead <= 92 ? null : atField('valueOn', refuseSampling('sampling_value_day_wrong'))
}

const outsiders = { sampling_by_outsider: () => refuseSampling('sampling_own_office') }

/**
 * 制定抽查方案: scope, strata, size and the rule of a value that nobody knows yet. The frame is frozen in the same act, and
 * the leaf commits to its hash.
 */
export const planSampling = act({
  type: 'sampling.plan',
  title: { zh: '制定抽查方案', en: 'Plan a sampling' },
  clauses: ['7.3'],
  duties: samplingDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: PlanInput,
  result: Type.Object({ samplingId: Type.String(), candidates: Type.Integer(), hash: Type.String() }),
  created: (result) => ({ kind: 'sampling', id: result.samplingId }),
  problems: dayProblem,
  async handle({ tx, actor, district }, input) {
    if (actor.homeDistrict === district) return refuseSampling('sampling_own_office')
    const [made] = await tx.put<{ id: string }>(samplingTable, {
      district,
      source: input.source,
      strata_by: input.strataBy,
      from_day: input.fromDay,
      to_day: input.toDay,
      size: input.size,
      value_kind: input.valueKind,
      value_name: input.valueName.trim(),
      value_rule: input.valueRule.trim(),
      value_on: input.valueOn,
    })
    const frame = await tx.one<{
      candidates: number | null
      hash: string
      strata: { stratum: string }[] | null
    }>`
      select * from supervision.freeze_frame(${made!.id}::uuid)`
    if (!frame.candidates || !frame.strata) return refuseSampling('sampling_empty')
    if (frame.strata.length > input.size) return atField('size', refuseSampling('sampling_too_small'))
    await tx.put(frameTable, {
      district,
      sampling_id: made!.id,
      candidates: frame.candidates,
      hash: frame.hash,
      strata: frame.strata,
    })
    return { samplingId: made!.id, candidates: frame.candidates, hash: frame.hash }
  },
  constraints: {
    ...outsiders,
    sampling_one_open: () => refuseSampling('sampling_open'),
    sampling_period: () => refuseSampling('sampling_period_wrong'),
    sampling_value_later: () => refuseSampling('sampling_value_day_wrong'),
    sampling_empty: () => refuseSampling('sampling_empty'),
    sampling_too_small: () => refuseSampling('sampling_too_small'),
  },
})

const ValueText = Type.String({
  title: '公开数值|Public value',
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
})

/** 录入公开数值: on its day or later, by somebody else than who planned, with where it was published. */
export const enterValue = act({
  ...common,
  type: 'sampling.seed',
  title: { zh: '录入公开数值', en: 'Enter the public value' },
  duties: samplingDuties,
  input: Type.Object(
    { ...ofSampling, value: ValueText, source: words('公布出处|Where it was published', 500) },
    { additionalProperties: false },
  ),
  result: Type.Object({ no: Type.Integer() }),
  guards: [(sampling, { actor }) => samplingRefusal(sampling, 'seed', actor)],
  async handle({ tx }, input, sampling) {
    const no = sampling.values + 1
    await tx.put(valueTable, {
      district: sampling.district,
      sampling_id: sampling.id,
      no,
      value: plainValue(input.value),
      source: input.source.trim(),
      planned_by: sampling.plannedBy,
      leaf_hash: sampling.leafHash,
      checkpoint_size: sampling.committedSize,
    })
    return { no }
  },
  constraints: {
    ...outsiders,
    value_by_another: () => refuseSampling('value_by_planner'),
    value_on_its_day: () => refuseSampling('value_early', { day: '…' }),
    sampling_committed_before: () => refuseSampling('plan_not_committed', { day: '…' }),
    value_entered_once: () => refuseSampling('value_entered'),
  },
})

/** 核对公开数值: a third person types it from where it was published. Both the same: the seed is set and the sample drawn. */
export const confirmValue = act({
  ...common,
  type: 'sampling.confirm',
  title: { zh: '核对公开数值', en: 'Confirm the public value' },
  duties: confirmDuties,
  input: Type.Object(
    {
      ...ofSampling,
      agrees: Type.Boolean({ title: '与公布一致|As published' }),
      value: Type.Optional(ValueText),
      word: words('核对情况|Word', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ agrees: Type.Boolean(), sampled: Type.Integer() }),
  guards: [(sampling, { actor }) => samplingRefusal(sampling, 'confirm', actor)],
  async handle({ tx }, input, sampling) {
    const { no, value, enteredBy } = sampling.waiting!
    if (input.agrees && plainValue(input.value ?? '') !== value)
      return atField('value', refuseSampling('value_differs'))
    const { seed } = await tx.one<{ seed: string }>`
      select supervision.seed_of(${sampling.leafHash}, ${value}) as seed`
    await tx.put(confirmationTable, {
      district: sampling.district,
      sampling_id: sampling.id,
      no,
      agrees: input.agrees,
      value,
      word: input.word.trim(),
      planned_by: sampling.plannedBy,
      entered_by: enteredBy,
      ...(input.agrees ? { seed } : {}),
    })
    if (!input.agrees) return { agrees: false, sampled: 0 }
    const { n } = await tx.one<{ n: number }>`select supervision.draw_sample(${sampling.id}::uuid) as n`
    return { agrees: true, sampled: n }
  },
  constraints: {
    ...outsiders,
    value_by_a_third: () => refuseSampling('value_third'),
    value_confirmed_once: () => refuseSampling('value_none'),
    sampling_seed_once: () => refuseSampling('value_entered'),
  },
})

/** 宣告失效: only a plan that was in no published checkpoint before the day of its value. */
export const lapseSampling = act({
  ...common,
  type: 'sampling.lapse',
  title: { zh: '宣告方案失效', en: 'Let a plan lapse' },
  duties: samplingDuties,
  input: Type.Object({ ...ofSampling, word: words('说明|Word', 1000) }, { additionalProperties: false }),
  result: Type.Object({ how: Type.String() }),
  guards: [(sampling, { actor }) => samplingRefusal(sampling, 'lapse', actor)],
  async handle({ tx }, input, sampling) {
    await tx.put(endTable, {
      district: sampling.district,
      sampling_id: sampling.id,
      how: 'lapsed',
      word: input.word.trim(),
    })
    return { how: 'lapsed' }
  },
  constraints: {
    sampling_ended_once: () => refuseSampling('sampling_over'),
    sampling_stands: () => refuseSampling('sampling_stands'),
  },
})

/** 设定抽查周期: how many days may pass until an office is sampled again. */
export const setPace = act({
  type: 'sampling.setPace',
  title: { zh: '设定抽查周期', en: 'Set how often an office is sampled' },
  clauses: ['7.3'],
  duties: paceDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: office,
      days: Type.Integer({ title: '天数|Days', minimum: 30, maximum: 366 }),
      reason: words('理由|Reason', 500),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ days: Type.Integer() }),
  async handle({ tx, actor, district }, { days, reason }) {
    if (actor.homeDistrict === district) return refuseSampling('sampling_own_office')
    await tx.put(paceTable, { district, days, reason: reason.trim() })
    return { days }
  },
  constraints: outsiders,
})
