import { projection } from '../platform/db/projection.ts'
import { table } from '../platform/db/tx.ts'

export { keepImages, type Written } from '../platform/db/tx.ts'

// Persons move between offices, and the city's administrators act in each: the newest image of any log counts.
export const personTable = table('kernel.person', ['id'], { anyLog: true })
export const identityTable = table('people.identity', ['person_id'], {
  seenAs: 'people.identity_seen',
  anyLog: true,
})
export const accountTable = table('kernel.account', ['id'], { seenAs: 'kernel.account_seen', anyLog: true })
export const dutyGrantTable = table('kernel.duty_grant', ['id'], { anyLog: true })
export const unitTable = table('people.unit', ['id'])
export const postTable = table('people.post', ['id'])
export const holdingTable = table('people.holding', ['id'], { anyLog: true })
/** Transfers on a day to come; written by the database alone. */
export const moveTable = table('people.move', ['id'])
export const absenceTable = table('people.absence', ['id'], { anyLog: true })

projection('kernel.duty_grant_side', {
  key: ['grant_id'],
  rebuilt: `select g.district, g.id as grant_id, g.person_id, d.side, kernel.days_of(g.during) as days
    from kernel.duty_grant g join kernel.duty_side d on d.duty = g.duty`,
})
projection('kernel.keeper_day', {
  key: ['person_id', 'day'],
  rebuilt: `select distinct substring(p from 8)::uuid as person_id, kernel.day_of(l.at) as day, kernel.side_of_kind(l.kind) as side
    from kernel.custody_line l, unnest(array[l.from_place, l.to_place]) p
    where p like 'person:%' and kernel.side_of_kind(l.kind) is not null`,
})
export const proposalTable = table('people.proposal', ['id'], { anyLog: true })

projection('people.identity_claim', {
  key: ['id_hash'],
  rebuilt: `select id_hash, district, id as proposal_id from people.proposal where kind = 'enrol' and state = 'open'`,
})
projection('kernel.duty_grant_pair', {
  key: ['grant_id', 'pair'],
  rebuilt: `select g.district, g.id as grant_id, g.person_id, c.a || '|' || c.b as pair, g.duty, g.during
    from kernel.duty_grant g join kernel.duty_conflict c on g.duty in (c.a, c.b)
    where g.temporary is distinct from 'window'`,
})
