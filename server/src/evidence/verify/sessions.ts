import type { Run } from './run.ts'

/**
 * Sessions against acts: each act of a person was done in a session of that person before it ended, and a session
 * that was signed out of, ended by a leader, or followed by another of the same person, has ended. A live session ends with
 * the quarter of its person's password.
 */
export async function verifySessions({ client, report }: Run): Promise<void> {
  const foreign = await client.query<{ district: string; act: string; id: string | null }>(
    `select a.district, a.id as act, a.session_id as id from kernel.act a
       left join kernel.session s on s.id = a.session_id and s.person_id = a.person_id
     where a.person_id is not null and (s.id is null or a.at > coalesce(s.ended_at, s.expires_at) + interval '10 minutes')
     order by a.seq limit 20`,
  )
  for (const { district, act, id } of foreign.rows)
    report({
      code: 'session_wrong',
      district,
      act,
      table: 'kernel.session',
      key: id ?? '',
      zh: `行为 ${act}：不是在办理人自己的有效会话中办理的`,
      en: `act ${act}: it was not done in a session of its person that went on`,
    })
  const revived = await client.query<{ district: string; id: string }>(
    `select p.district, s.id from kernel.session s join kernel.person p on p.id = s.person_id
     where s.ended_at is null
       and (exists (select from kernel.act a where a.type = 'session.signOut' and a.outcome = 'done' and a.session_id = s.id)
         or exists (select from kernel.act a join kernel.act_value v on v.district = a.district and v.act_id = a.id and v.field = 'in.sessionId'
           where a.type = 'session.end' and a.outcome = 'done' and a.subject_id = s.person_id::text
             and v.value = convert_to('"' || s.id || '"', 'UTF8'))
         or exists (select from kernel.session n where n.person_id = s.person_id and n.id > s.id))
     order by s.id limit 20`,
  )
  for (const { district, id } of revived.rows)
    report({
      code: 'session_wrong',
      district,
      table: 'kernel.session',
      key: id,
      zh: `kernel.session ${id}：该会话已经结束，却仍然有效`,
      en: `kernel.session ${id}: it goes on although it was ended`,
    })
  const lasting = await client.query<{ district: string; id: string }>(
    `select p.district, s.id from kernel.session s join kernel.person p on p.id = s.person_id
       join kernel.account a on a.person_id = p.id and a.closed_at is null
     where s.ended_at is null
       and s.password_until <> case when a.ages then a.changed_at + interval '90 days' else 'infinity' end
     order by s.id limit 20`,
  )
  for (const { district, id } of lasting.rows)
    report({
      code: 'session_wrong',
      district,
      table: 'kernel.session',
      key: id,
      zh: `kernel.session ${id}：该会话没有随密码满季度而停用`,
      en: `kernel.session ${id}: it does not end with the quarter of its password`,
    })
}
