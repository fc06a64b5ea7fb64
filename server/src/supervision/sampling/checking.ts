import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { atField, common, ofSampling, words } from './acts.ts'
import { answersOf, type Fault } from './check.ts'
import { faultsOfSample } from './facts.ts'
import {
  type Answers,
  aspects,
  checkerDuties,
  differences,
  refuseSampling,
  samplingDuties,
  samplingRefusal,
} from './rules.ts'
import { answerTable, assignmentTable, checkTable, endTable } from './tables.ts'
import { aspectNames } from './words.ts'

/** 自动检查: of every sampled case or entry at once, before anybody looks at one. */
export const checkSample = act({
  ...common,
  type: 'sampling.check',
  title: { zh: '自动检查样本', en: 'Check a sample automatically' },
  duties: samplingDuties,
  input: Type.Object(ofSampling, { additionalProperties: false }),
  result: Type.Object({ checked: Type.Integer(), faulty: Type.Integer() }),
  guards: [(sampling, { actor }) => samplingRefusal(sampling, 'check', actor)],
  async handle({ tx }, _input, sampling) {
    const found = await faultsOfSample(tx, sampling)
    await tx.put(
      checkTable,
      [...found].map(([candidate, faults]) => ({
        district: sampling.district,
        sampling_id: sampling.id,
        candidate,
        ...answersOf(faults),
        faults,
      })),
    )
    const faulty = [...found.values()].filter((faults) => faults.length > 0).length
    return { checked: found.size, faulty }
  },
  constraints: { sample_checked_once: () => refuseSampling('sample_checked') },
})

const Ids = Type.Array(Type.String({ format: 'uuid' }), {
  title: '样本|Sampled',
  minItems: 1,
  maxItems: 1000,
  uniqueItems: true,
})

/** 分派检查: to an inspector who handled none of them and is not of the office; given anew until it is answered. */
export const assignSample = act({
  ...common,
  type: 'sampling.assign',
  title: { zh: '分派检查', en: 'Assign sampled cases' },
  duties: samplingDuties,
  input: Type.Object(
    { ...ofSampling, candidates: Ids, checkerId: Type.String({ title: '检查人|Checker', format: 'uuid' }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ assigned: Type.Integer() }),
  guards: [(sampling, { actor }) => samplingRefusal(sampling, 'assign', actor)],
  async handle({ tx }, input, { district, id }) {
    const fit = await tx.maybe<{ district: string; inspects: boolean }>`
      select p.district, ${checkerDuties}::text[] && kernel.duties_of(p.id) as inspects from kernel.person p
      where p.id = ${input.checkerId}::uuid and (p.active_to is null or p.active_to > kernel.now())`
    if (!fit?.inspects) return atField('checkerId', refuseSampling('checker_duty'))
    if (fit.district === district) return atField('checkerId', refuseSampling('checker_of_office'))
    const rows = await tx.rows<{ candidate: string; no: number; handled: boolean; answered: boolean }>`
      select i.candidate, (select count(*)::int + 1 from supervision.sample_assignment a where a.district = i.district and a.sampling_id = i.sampling_id and a.candidate = i.candidate) as no,
        supervision.handled(i.district, i.sampling_id, i.candidate, ${input.checkerId}::uuid) as handled,
        exists (select from supervision.sample_answer a where a.district = i.district and a.sampling_id = i.sampling_id and a.candidate = i.candidate) as answered
      from supervision.sample_item i where i.district = ${district} and i.sampling_id = ${id}::uuid and i.candidate = any (${input.candidates}::uuid[])`
    const known = new Map(rows.map((row) => [row.candidate, row]))
    for (const [i, candidate] of input.candidates.entries()) {
      const row = known.get(candidate)
      if (!row) return atField(`candidates.${i}`, refuseSampling('sample_unknown'))
      if (row.answered) return atField(`candidates.${i}`, refuseSampling('sample_answered'))
      if (row.handled) return atField('checkerId', refuseSampling('checker_handled'))
    }
    await tx.put(
      assignmentTable,
      rows.map(({ candidate, no }) => ({
        district,
        sampling_id: id,
        candidate,
        no,
        checker: input.checkerId,
      })),
    )
    return { assigned: rows.length }
  },
  constraints: {
    checker_of_no_part: () => refuseSampling('checker_of_office'),
    checker_handled_none: () => refuseSampling('checker_handled'),
    checker_inspects: () => refuseSampling('checker_duty'),
    assigned_before_answer: () => refuseSampling('sample_answered'),
  },
})

const Answer = (title: string) => Type.Boolean({ title })
const Remark = (title: string) => Type.Optional(Type.String({ title, maxLength: 1000 }))

/** 填写检查结果: four answers and a note. What is faulty becomes a finding; what differs from the automatic check has a reason. */
export const answerSample = act({
  ...common,
  type: 'sampling.answer',
  title: { zh: '填写检查结果', en: 'Answer for a sampled case' },
  duties: checkerDuties,
  input: Type.Object(
    {
      ...ofSampling,
      candidate: Type.String({ title: '样本|Sampled', format: 'uuid' }),
      forms: Answer('表格填写规范|Forms are in order'),
      materials: Answer('资料齐全|Materials are complete'),
      process: Answer('流程规范|The process is in order'),
      in_time: Answer('没有超时限|Within the time limits'),
      note: Remark('检查情况|Note'),
      reason: Remark('与自动检查不同的理由|Why it differs'),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ findings: Type.Integer() }),
  guards: [(sampling, { actor }) => samplingRefusal(sampling, 'assign', actor)],
  async handle({ tx, actor }, input, { district, id, source }) {
    const { candidate, forms, materials, process, in_time, note, reason } = input
    const row = await tx.maybe<
      { no: number; checker: string; faults: Fault[]; answered: boolean; number: string | null } & Answers
    >`
      select a.no, a.checker, k.forms, k.materials, k.process, k.in_time, k.faults, c.number,
        exists (select from supervision.sample_answer x where x.district = k.district and x.sampling_id = k.sampling_id and x.candidate = k.candidate) as answered
      from supervision.sample_check k
        join supervision.sample_assignment a on a.district = k.district and a.sampling_id = k.sampling_id and a.candidate = k.candidate
        left join register.entry e on e.district = k.district and e.id = k.candidate
        left join cases.case c on c.district = k.district and c.id = coalesce(e.case_id, k.candidate)
      where k.district = ${district} and k.sampling_id = ${id}::uuid and k.candidate = ${candidate}::uuid order by a.no desc limit 1`
    if (row?.answered) return refuseSampling('sample_answered')
    if (!row || row.checker !== actor.personId) return refuseSampling('checker_only')
    const given: Answers = { forms, materials, process, in_time }
    if (differences(row, given).length > 0 && !(reason && reason.trim().length > 1))
      return atField('reason', refuseSampling('difference_reason'))
    await tx.put(answerTable, {
      district,
      sampling_id: id,
      candidate,
      no: row.no,
      checker: row.checker,
      ...given,
      ...(note?.trim() ? { note: note.trim() } : {}),
      ...(reason?.trim() ? { reason: reason.trim() } : {}),
    })
    const what = row.number ?? candidate
    let findings = 0
    for (const aspect of aspects.filter((one) => !given[one])) {
      const told = row.faults.filter((one) => one.aspect === aspect)
      const say = (lang: 'zh' | 'en') =>
        told.map((one) => one[lang]).join(lang === 'zh' ? '；' : '; ') || note?.trim() || reason!.trim()
      const opened = await openFinding(tx, district, `person:${actor.personId}`, {
        kind: 'sampling_fault',
        clause: '7.3',
        severity: aspect === 'process' ? 'high' : 'medium',
        subject: `${source === 'cases' ? 'case' : 'entry'}:${candidate}`,
        dedupeKey: `sampling_fault:${candidate}:${aspect}`,
        summary: {
          zh: `抽查 ${what}：${aspectNames[aspect].zh}不规范。${say('zh')}`.slice(0, 500),
          en: `Sample ${what}: ${aspectNames[aspect].en} not in order. ${say('en')}`.slice(0, 500),
        },
      })
      if (opened) findings++
    }
    return { findings }
  },
  constraints: {
    sample_answered_once: () => refuseSampling('sample_answered'),
    answer_by_checker: () => refuseSampling('checker_only'),
    answer_by_newest: () => refuseSampling('checker_only'),
    difference_has_reason: () => refuseSampling('difference_reason'),
  },
})

/** 办结抽查: when every one of the sample was checked. */
export const closeSampling = act({
  ...common,
  type: 'sampling.close',
  title: { zh: '办结抽查', en: 'Close a sampling' },
  duties: samplingDuties,
  input: Type.Object({ ...ofSampling, word: words('小结|Summary', 1000) }, { additionalProperties: false }),
  result: Type.Object({ how: Type.String() }),
  guards: [(sampling, { actor }) => samplingRefusal(sampling, 'close', actor)],
  async handle({ tx }, input, sampling) {
    await tx.put(endTable, {
      district: sampling.district,
      sampling_id: sampling.id,
      how: 'closed',
      word: input.word.trim(),
    })
    return { how: 'closed' }
  },
  constraints: { sampling_all_checked: () => refuseSampling('sampling_unchecked', { n: '…' }) },
})
