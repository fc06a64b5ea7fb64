import type { Subject } from '../../kernel/act.ts'
import type { Sampling } from './rules.ts'

/** A sampling with all that its rules look at; who only looks may be of the bureau, which sees those of every office. */
export const samplingSubject: Subject<Sampling> = {
  kind: 'sampling',
  async load(tx, id, lock) {
    // Its rows are only ever added to, so the lock is one on its name.
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`sampling ${id}`}, 0))`
    return tx.maybe<Sampling>`
      select s.district, s.id, s.source, s.person_id as "plannedBy", s.act_id as "planAct", s.value_on::text as "valueOn", kernel.day_of(kernel.now())::text as today,
        c.leaf_hash as "leafHash", c.size as "committedSize", c.on_day::text as "committedOn",
        (select count(*)::int from supervision.sampling_value v where v.district = s.district and v.sampling_id = s.id) as values,
        (select jsonb_build_object('no', v.no, 'value', v.value, 'enteredBy', v.person_id) from supervision.sampling_value v
          where v.district = s.district and v.sampling_id = s.id
            and not exists (select from supervision.sampling_confirmation k where k.district = v.district and k.sampling_id = v.sampling_id and k.no = v.no)) as waiting,
        exists (select from supervision.sampling_confirmation k where k.district = s.district and k.sampling_id = s.id and k.agrees) as seeded,
        (select count(*)::int from supervision.sample_item i where i.district = s.district and i.sampling_id = s.id) as sampled,
        exists (select from supervision.sample_check k where k.district = s.district and k.sampling_id = s.id) as checked,
        (select count(*)::int from supervision.sample_item i where i.district = s.district and i.sampling_id = s.id
          and not exists (select from supervision.sample_answer a where a.district = i.district and a.sampling_id = i.sampling_id and a.candidate = i.candidate)) as unanswered,
        (select e.how from supervision.sampling_end e where e.district = s.district and e.sampling_id = s.id) as ended
      from supervision.sampling s left join lateral supervision.committed(s.district, s.id) c on true
      where s.id = ${id}::uuid and (s.district = kernel.act_district() or (${!lock} and kernel.may_read_all()))`
  },
}
