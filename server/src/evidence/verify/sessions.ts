import type { Run } from './run.ts'

interface SessionRow {
  district: string
  id: string
  act: string
}

/**
 * Sessions against acts: each act of a person was done in a session of that person, and a session that was signed
 * out of, or followed by another of the same person, has ended.
 */
export async function verifySessions({ client, report }: Run): Promise<void> {
  const foreign = await client.query<SessionRow>(
    `select a.district, a.session_id as id, min(a.id::text) as act from kernel.act a
     where a.session_id is not null and not exists (select from kernel.session s where s.id = a.session_id and s.person_id = a.person_id)
     group by 1, 2 order by 3 limit 20`,
  )
  for (const { district, id, act } of foreign.rows)
    report({
      code: 'session_wrong',
      district,
      act,
      table: 'kernel.session',
      key: id,
      message: `kernel.session ${id}: act ${act} was done in it, and it is not its person's`,
    })
  const revived = await client.query<Pick<SessionRow, 'district' | 'id'>>(
    `select p.district, s.id from kernel.session s join kernel.person p on p.id = s.person_id
     where s.ended_at is null
       and (exists (select from kernel.act a where a.type = 'session.signOut' and a.outcome = 'done' and a.session_id = s.id)
         or exists (select from kernel.session n where n.person_id = s.person_id and n.id > s.id))
     order by s.id limit 20`,
  )
  for (const { district, id } of revived.rows)
    report({
      code: 'session_wrong',
      district,
      table: 'kernel.session',
      key: id,
      message: `kernel.session ${id}: it goes on although it was ended`,
    })
}
