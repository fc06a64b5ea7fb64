import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { refuseKernel } from '../../kernel/refusal.ts'
import { confirmValue, enterValue, lapseSampling, planSampling, setPace } from './acts.ts'
import { answerSample, assignSample, checkSample, closeSampling } from './checking.ts'
import { isCommitted, refuseSampling, samplingReaders, usualSamplingDays } from './rules.ts'
import { samplingSubject } from './subject.ts'

const Items = Type.Array(Type.Unknown())
const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })

/** 抽查台账: samplings, the newest first, and how often each office is sampled. */
export const samplings = query({
  path: 'samplings',
  title: { zh: '随机抽查', en: 'Samplings' },
  access: 'signed_in',
  duties: samplingReaders,
  params: Type.Object({}),
  result: Type.Object({ items: Items, offices: Items, availability: Type.Unknown() }),
  async run({ tx, at, district, actor }) {
    const items = await tx.rows`
      select s.id, s.district, s.source, s.strata_by as "strataBy", s.from_day::text as "fromDay", s.to_day::text as "toDay", s.size, s.value_name as "valueName",
        s.value_on::text as "valueOn", s.at, p.name as planner, f.candidates, x.sampled, x.answered, x.faulty, k.at as "drawnAt", e.how, e.at as "endedAt"
      from supervision.sampling s join kernel.person p on p.id = s.person_id
        join supervision.sampling_frame f on f.district = s.district and f.sampling_id = s.id
        left join supervision.sampling_confirmation k on k.district = s.district and k.sampling_id = s.id and k.agrees
        left join supervision.sampling_end e on e.district = s.district and e.sampling_id = s.id
        cross join lateral (select count(*)::int as sampled, count(a.*)::int as answered, count(*) filter (where not (a.forms and a.materials and a.process and a.in_time))::int as faulty
          from supervision.sample_item i left join supervision.sample_answer a on a.district = i.district and a.sampling_id = i.sampling_id and a.candidate = i.candidate
          where i.district = s.district and i.sampling_id = s.id) x
      where (${district} = 'city' or s.district = ${district}) order by s.at desc, s.id desc limit 200`
    const offices = await tx.rows`
      select d.id, (select max(e.at) from supervision.sampling_end e where e.district = d.id and e.how = 'closed') as "lastAt",
        coalesce((select x.days::int from supervision.sampling_pace x where x.district = d.id order by x.at desc, x.id desc limit 1), ${usualSamplingDays}::int) as days,
        (select o.due_at from kernel.obligation o where o.district = d.id and o.kind = 'sampling.period' and o.done_at is null and o.lapsed is null order by o.due_at limit 1) as "dueAt"
      from kernel.district d where not d.is_city and (${district} = 'city' or d.id = ${district}) order by d.sort`
    // Only the bureau is outside of every office that is sampled.
    const outside = district === 'city' ? null : refuseSampling('sampling_own_office')
    const may = availability([planSampling, setPace], null, actor, at)
    return {
      items,
      offices,
      availability: Object.fromEntries(
        Object.entries(may).map(([type, one]) => [
          type,
          one.enabled && outside ? { enabled: false, refusal: outside } : one,
        ]),
      ),
    }
  },
})

/** One sampling: plan, frame, value, sample and what was found of each, with what may be done now. */
export const sampling = query({
  path: 'samplings/:id',
  title: { zh: '一次抽查', en: 'A sampling' },
  access: 'signed_in',
  duties: samplingReaders,
  params: Type.Object({ id: Id }),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, at }, { id }) {
    const row = await tx.maybe<{ district: string }>`
      select s.id, s.district, s.source, s.strata_by as "strataBy", s.from_day::text as "fromDay", s.to_day::text as "toDay", s.size, s.value_kind as "valueKind",
        s.value_name as "valueName", s.value_rule as "valueRule", s.value_on::text as "valueOn", s.at, s.act_id as "actId", p.name as planner,
        f.candidates, f.hash, f.strata, e.how, e.word as "endWord", e.at as "endedAt", e.act_id as "endActId", q.name as "endedBy"
      from supervision.sampling s join kernel.person p on p.id = s.person_id
        join supervision.sampling_frame f on f.district = s.district and f.sampling_id = s.id
        left join supervision.sampling_end e on e.district = s.district and e.sampling_id = s.id left join kernel.person q on q.id = e.person_id
      where s.id = ${id}::uuid`
    const subject = row && (await samplingSubject.load(tx, id, false))
    if (!row || !subject) return refuseKernel('not_found')
    const { district } = row
    const values = await tx.rows`
      select v.no, case when k.no is null and v.person_id <> ${actor.personId}::uuid then null else v.value end as value, v.source, v.at, v.act_id as "actId", p.name as "by",
        k.agrees, k.word, k.seed, k.at as "confirmedAt", k.act_id as "confirmedActId", q.name as "confirmedBy"
      from supervision.sampling_value v join kernel.person p on p.id = v.person_id
        left join supervision.sampling_confirmation k on k.district = v.district and k.sampling_id = v.sampling_id and k.no = v.no left join kernel.person q on q.id = k.person_id
      where v.district = ${district} and v.sampling_id = ${id}::uuid order by v.no`
    const items = await tx.rows`
      select i.candidate, i.stratum, i.rank, c.number, c.id as "caseId", c.business, coalesce(e.unit_code, c.unit_code) as "unitCode", e.kind as "entryKind", c.accepted_at as "acceptedAt", c.closed_at as "closedAt",
        case when k.candidate is not null then jsonb_build_object('forms', k.forms, 'materials', k.materials, 'process', k.process, 'in_time', k.in_time) end as automatic,
        coalesce(k.faults, '[]') as faults, k.act_id as "checkActId", a.checker as "checkerId", p.name as checker,
        case when w.candidate is not null then jsonb_build_object('forms', w.forms, 'materials', w.materials, 'process', w.process, 'in_time', w.in_time,
          'note', w.note, 'reason', w.reason, 'at', w.at, 'actId', w.act_id) end as answer,
        array(select jsonb_build_object('id', g.id, 'state', g.state) from kernel.finding g where g.district = i.district and g.kind = 'sampling_fault'
          and g.subject in ('case:' || i.candidate, 'entry:' || i.candidate) order by g.id) as findings
      from supervision.sample_item i
        left join register.entry e on e.district = i.district and e.id = i.candidate
        left join cases.case c on c.district = i.district and c.id = coalesce(e.case_id, i.candidate)
        left join supervision.sample_check k on k.district = i.district and k.sampling_id = i.sampling_id and k.candidate = i.candidate
        left join lateral (select x.checker from supervision.sample_assignment x where x.district = i.district and x.sampling_id = i.sampling_id and x.candidate = i.candidate
          order by x.no desc limit 1) a on true left join kernel.person p on p.id = a.checker
        left join supervision.sample_answer w on w.district = i.district and w.sampling_id = i.sampling_id and w.candidate = i.candidate
      where i.district = ${district} and i.sampling_id = ${id}::uuid order by i.stratum, i.rank`
    const checkers = await tx.rows`
      select p.id, p.name, p.district from kernel.person p join kernel.district d on d.id = p.district
      where d.is_city and p.district <> ${district} and (p.active_to is null or p.active_to > kernel.now()) and 'inspection' = any (kernel.duties_of(p.id)) order by p.name, p.id limit 200`
    const { leafHash, committedSize, committedOn } = subject
    return {
      ...row,
      leafHash,
      committedSize,
      committedOn,
      committed: isCommitted(subject),
      today: subject.today,
      checked: subject.checked,
      unanswered: subject.unanswered,
      values,
      items,
      checkers,
      me: actor.personId,
      availability: availability(
        [enterValue, confirmValue, checkSample, assignSample, answerSample, closeSampling, lapseSampling],
        subject,
        actor,
        at,
      ),
    }
  },
})
