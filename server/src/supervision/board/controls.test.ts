import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../../test/store.ts'
import { stands as standsIn } from '../../../test/supervised.ts'
import { storeFile } from '../../cases/acts.ts'
import { setReorderLevel } from '../../custody/reorder.ts'
import { type AnyAct, declaredActs } from '../../kernel/act.ts'
import { declaredControls } from '../../kernel/control.ts'
import { Tx } from '../../platform/db/tx.ts'
import { countLines, type Listed, listLines } from './ledger.ts'

let store: Store
beforeAll(async () => {
  store = await openStore([{}])
}, 60_000)
afterAll(async () => {
  await store[Symbol.asyncDispose]()
})

const stands = (id: string) => standsIn(store, id)
const actNamed = (type: string): AnyAct => declaredActs().find((one) => one.type === type)!

test('every ledger lists what it counts, office by office and page after page', async () => {
  const client = await store.pools.auditor.connect()
  const tx = new Tx(client)
  let listed = 0
  for (const { id, ledgers = [] } of declaredControls())
    for (const ledger of ledgers) {
      const counted = await countLines(tx, ledger)
      for (const figure of ledger.figures) {
        const lines: Listed[] = []
        for (let page = lines; page.length > 0 || lines.length === 0; ) {
          const last = lines.at(-1)
          const after = last ? `${last.district}/${last.id}` : null
          page = await listLines(tx, ledger, figure, { district: null, after, most: 3 })
          lines.push(...page)
          if (page.length === 0) break
        }
        const said = counted.flatMap((one) => (one[figure] ? [[one.district, one[figure]]] : []))
        const shown = [...Map.groupBy(lines, (one) => one.district)].map(([of, all]) => [of, all.length])
        expect([id, figure, shown.sort()]).toEqual([id, figure, said.sort()])
        expect(lines.every((one) => one.label)).toBe(true)
        listed += lines.length
      }
    }
  client.release()
  expect(listed).toBeGreaterThan(10)
})

test('4.4-balance: red when a holding says less than the lines, green once it says the same again', async () => {
  expect(await stands('4.4-balance')).toMatchObject({ status: 'green', open: 0 })
  const admin = await store.admin()
  await admin.query('set session_replication_role = replica')
  const shift = (by: string) =>
    admin.query(
      `update kernel.custody_holding set serials = int8range(lower(serials), upper(serials) ${by}) where district = 'haishu' and kind = 'certificate' and place = 'store'
       and upper(serials) = (select max(upper(serials)) from kernel.custody_holding where district = 'haishu' and kind = 'certificate' and place = 'store')`,
    )
  await shift('- 1')
  expect(await stands('4.4-balance')).toMatchObject({ status: 'red', open: 1 })
  await shift('+ 1')
  expect(await stands('4.4-balance')).toMatchObject({ status: 'green', open: 0 })
  await admin.end()
})

test('4.4-reorder: amber while a store is below its level, not once the level is what lies there', async () => {
  expect(await stands('4.4-reorder')).toMatchObject({ status: 'amber', due: 1 })
  await store.done(store.keepers.head, setReorderLevel, { kind: 'certificate', level: 5 })
  expect((await stands('4.4-reorder')).due).toBe(0)
})

test('6.4-leaf: red while an act waits for its leaf longer than a minute, green when it has it', async () => {
  await store.sequencer.drain()
  const { governed } = await stands('6.4-leaf')
  expect(governed).toBeGreaterThan(10)
  await store.as(store.keepers.clerk, storeFile, { file: 'f'.repeat(64), media: 'application/pdf', bytes: 1 })
  const { rows } = await store.pools.auditor.query<{ later: string }>(
    `select (kernel.now() + interval '2 minutes')::text as later`,
  )
  await store.setClock(rows[0]!.later)
  expect(await stands('6.4-leaf')).toMatchObject({ status: 'red', overdue: 1 })
  await store.sequencer.drain()
  const after = await stands('6.4-leaf')
  expect(after).toMatchObject({ status: 'green', overdue: 0 })
  expect(after.governed).toBeGreaterThan(governed)
})

test('6.2-confirmed-by-code: acts signed with a device are governed, and none by code is due', async () => {
  await store.bringTo('sealing', store.homes[0]!)
  const { governed, due } = await stands('6.2-confirmed-by-code')
  expect(governed).toBeGreaterThan(0)
  expect(due).toBe(0)
})

test('6.1-deadline: red when a case waits longer than was promised', async () => {
  expect((await stands('6.1-deadline')).overdue).toBe(0)
  const admin = await store.admin()
  await admin.query('begin')
  await admin.query('set local session_replication_role = replica')
  // As the calendar would make it: the same case, sixty days on.
  await admin.query(
    `update cases.case set state = 'in_progress', next_stage = 'recording', promised_due = kernel.now() - interval '1 day', accepted_at = kernel.now() - interval '60 days'
     where id = (select id from cases.case where district = 'haishu' limit 1)`,
  )
  await admin.query('commit')
  expect(await stands('6.1-deadline')).toMatchObject({ status: 'red', overdue: 1 })
  await admin.end()
})

// Controls that govern by acts alone: what is refused shows there at once.
test.each([
  ['4.1-one-file', 'case.attach', { caseId: randomUUID(), materialId: randomUUID() }],
  ['6.2-proof', 'duties.prove', {}],
  ['6.7-application', 'access.approve', { requestId: randomUUID() }],
  ['6.7-holder-sees', 'register.ownLooks', {}],
  ['6.7-purpose', 'register.holdings', {}],
] as const)('%s: a refused %s is governed and counted as refused', async (id, type, input) => {
  const before = await stands(id)
  const outcome = await store.as(store.keepers.keeper, actNamed(type), input)
  expect(outcome.ok).toBe(false)
  const now = await stands(id)
  expect([now.governed - before.governed, now.refused - before.refused]).toEqual([1, 1])
})

test('a control governs acts and watches findings that exist', () => {
  const types = new Set(declaredActs().map((one) => one.type))
  for (const one of declaredControls().filter(({ id }) => !id.includes('probe')))
    for (const type of one.acts ?? []) expect(types, `${one.id} names ${type}`).toContain(type)
})
