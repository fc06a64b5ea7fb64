import { expect, test } from 'vitest'
import { openTestWorld } from '../../test/world.ts'
import { dutyTable } from '../people/duties.ts'
import { type Side, sideOf } from './duty.ts'

const grant = `insert into kernel.duty_grant (district, person_id, duty, during, act_id) values ('haishu', $1, $2, $3, gen_random_uuid())`
const said = (error: { constraint?: string; code?: string }) => error.constraint ?? error.code

test('whoever holds a duty of one side of 4.6 on a day holds none of the other that day, whatever the hour', async () => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', [])
  const client = await world.admin()
  const wrong: string[] = []
  const duties = [...dutyTable.sides.certificate, ...dutyTable.sides.seal]
  for (const morning of duties)
    for (const afternoon of duties)
      for (const [day, from] of [
        ['the same day', '2026-03-09 13:00+08'],
        ['the next day', '2026-03-10 00:00+08'],
      ] as const) {
        if (morning === afternoon) continue
        await client.query('begin')
        await client.query(grant, [ada.id, morning, '[2026-03-09 08:30+08,2026-03-09 12:00+08)'])
        const outcome = await client
          .query(grant, [ada.id, afternoon, `[${from},)`])
          .then(() => 'granted', said)
        await client.query('rollback')
        const apart = sideOf(dutyTable, morning) !== sideOf(dutyTable, afternoon) && day === 'the same day'
        if (outcome !== (apart ? 'duty_sides_one_day' : 'granted'))
          wrong.push(`${morning}, then ${afternoon} ${day}: ${outcome}`)
      }
  await client.end()
  expect(wrong).toEqual([])
})

// Through Ada's hands goes one thing, then another, on one day or the next; or she keeps the first still.
test.each([
  ['certificate', 'seal', 'the same day', 'keeper_one_side_a_day'],
  ['proof', 'seal', 'the same day', 'keeper_one_side_a_day'],
  ['seal', 'certificate', 'the same day', 'keeper_one_side_a_day'],
  ['seal', 'certificate', 'the next day', 'done'],
  ['certificate', 'certificate', 'the same day', 'done'],
  ['certificate', 'proof', 'the same day', 'done'],
  ['certificate', 'file', 'the same day', 'done'],
  ['certificate', 'seal', 'while she still keeps the first', 'keeper_one_side_a_day'],
] as const)('a %s and then a %s, %s: %s', async (first, second, when, outcome) => {
  await using world = await openTestWorld()
  const ada = await world.person('ada', [])
  const client = await world.admin()
  const line = (kind: string, at: string) =>
    client.query(
      `insert into kernel.custody_line (district, kind, serials, movement, to_place, person_id, at, act_id, no)
       values ('haishu', $1, '[1,2)', 'receive', $2, null, $3, gen_random_uuid(), nextval('kernel.custody_line_no'))`,
      [kind, `person:${ada.id}`, at],
    )
  await client.query('begin')
  // The guards of the book itself would ask for an act first; here only this one is tried.
  await client.query(
    'alter table kernel.custody_line disable trigger book, disable trigger delivered, disable trigger filed',
  )
  await line(first, '2026-03-09 09:00+08')
  if (when === 'while she still keeps the first')
    await client.query(
      `insert into kernel.custody_holding (district, kind, serials, place) values ('haishu', $1, '[1,2)', $2)`,
      [first, `person:${ada.id}`],
    )
  const at = when === 'the same day' ? '2026-03-09 17:00+08' : '2026-03-10 09:00+08'
  expect(await line(second, at).then(() => 'done', said)).toBe(outcome)
  await client.query('rollback')
  await client.end()
})

test('each duty lies on the side the clause names, and no other duty on any', () => {
  const sides: Record<string, Side> = {
    printing: 'certificate',
    certificate_keeping: 'certificate',
    sealing: 'seal',
    seal_keeping: 'seal',
  }
  for (const { id } of dutyTable.duties) expect([id, sideOf(dutyTable, id)]).toEqual([id, sides[id] ?? null])
})
