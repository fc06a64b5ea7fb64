import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { openTestWorld, type Someone, type TestWorld } from '../../test/world.ts'
import { act, isRefusal } from '../kernel/act.ts'
import type { AnyQuery } from '../kernel/query.ts'
import { erase, proposeErasure } from './erasure.ts'
import { erasable, erasures } from './erasure-queries.ts'
import { verifyEverything } from './verify.ts'

const look = act({
  type: 'probe.glance',
  title: { zh: '看一眼', en: 'Glance' },
  clauses: ['6.7'],
  duties: ['acceptance'],
  keptYears: 3,
  input: Type.Object({ phone: Type.String({ sensitive: true }) }),
  result: Type.Object({}),
  handle: async () => ({}),
})
const keep = act({
  type: 'probe.keep',
  title: { zh: '永久留存', en: 'Keep' },
  clauses: ['6.4'],
  duties: ['acceptance'],
  input: Type.Object({}),
  result: Type.Object({}),
  handle: async () => ({}),
})

interface Scene {
  world: TestWorld
  clerk: Someone
  head: Someone
  auditor: Someone
  /** Acts by name: one that may go in time, one that stays. */
  acts: Record<'look' | 'keep', string>
}

/** A clerk of Haishu looked and kept something on 1 March 2020; it is `now`. */
async function scene(now = '2023-03-02T02:00:00Z'): Promise<Scene> {
  const world = await openTestWorld({ now: '2020-03-01T02:00:00Z' })
  const clerk = await world.person('clerk', ['acceptance'])
  const acts = {
    look: await done(world.as(clerk, look, { phone: '13800000000' })),
    keep: await done(world.as(clerk, keep, {})),
  }
  await world.setClock(now)
  return {
    world,
    clerk,
    acts,
    head: await world.person('head', ['centre_lead']),
    auditor: await world.person('auditor', ['admin_audit'], 'city'),
  }
}

async function done(outcome: ReturnType<TestWorld['as']>): Promise<string> {
  const answer = await outcome
  if (!answer.ok) throw new Error(answer.refusal.message.en)
  return answer.actId
}
const propose = ({ world, head, acts }: Scene, which: 'look' | 'keep' = 'look', by: Someone = head) =>
  world.as(by, proposeErasure, { district: 'haishu', ofAct: acts[which], reason: '目的已实现' })
const verified = ({ world }: Scene) => verifyEverything(world.pools.auditor, world.deps.vault)

test('proposed by one and done by another, salts and values go; leaf and log verify as before, and say what went', async () => {
  const one = await scene()
  await using world = one.world
  await world.sequencer.drain()
  const [before] = await world.superuser('select root from evidence.head where district = $1', ['haishu'])
  const proposed = await propose(one)
  const { erasureId } = (proposed as unknown as { result: { erasureId: string } }).result
  const erased = await world.as(one.auditor, erase, { district: 'haishu', erasureId })
  expect(erased).toMatchObject({
    ok: true,
    result: { fields: expect.arrayContaining(['in.phone', 'actor']) },
  })
  const left = await world.superuser<{ gone: boolean; commitment: Buffer }>(
    'select value is null and salt is null as gone, commitment from kernel.act_value where act_id = $1',
    [one.acts.look],
  )
  expect(left.every(({ gone, commitment }) => gone && commitment.length === 32)).toBe(true)
  expect(before).toBeDefined()
  await world.sequencer.drain()
  expect(await verified(one)).toMatchObject({ ok: true, problems: [] })
  expect(await world.as(one.auditor, erase, { district: 'haishu', erasureId })).toMatchObject({
    ok: false,
    refusal: { code: 'erased_already' },
  })
})

test('what is kept for ever, what must still be kept, and what is not there cannot be proposed', async () => {
  const one = await scene('2023-03-01T01:59:59Z')
  await using world = one.world
  expect(await propose(one, 'keep')).toMatchObject({ ok: false, refusal: { code: 'kept_for_ever' } })
  expect(await propose(one)).toMatchObject({
    ok: false,
    refusal: { code: 'kept_still', message: { en: expect.stringContaining('2023-03-01') } },
  })
  expect(
    await world.as(one.head, proposeErasure, {
      district: 'haishu',
      ofAct: '01a20845-95cf-72b0-88da-794f83b0754e',
      reason: 'x',
    }),
  ).toMatchObject({ ok: false, refusal: { code: 'no_such_act' } })
  await world.setClock('2023-03-01T02:00:01Z')
  const colleague = await world.person('colleague', ['acceptance'])
  expect(await propose(one, 'look', colleague)).toMatchObject({ ok: false, refusal: { code: 'no_duty' } })
  expect(await propose(one)).toMatchObject({ ok: true })
  expect(await propose(one)).toMatchObject({ ok: false, refusal: { code: 'erasure_proposed' } })
})

test('nobody erases what they proposed themselves: no one holds both duties, and the database says so too', async () => {
  const one = await scene()
  await using world = one.world
  await expect(world.person('both', ['inspection', 'admin_audit'], 'city')).rejects.toThrow(
    'conflicting duty',
  )
  expect(await propose(one)).toMatchObject({ ok: true })
  const [row] = await world.superuser<{ id: string }>('select id from evidence.erasure')
  expect(await world.as(one.head, erase, { district: 'haishu', erasureId: row!.id })).toMatchObject({
    ok: false,
    refusal: { code: 'no_duty' },
  })
  await expect(
    world.superuser('update evidence.erasure set erased_by = proposed_by, erased_at = now() where id = $1', [
      row!.id,
    ]),
  ).rejects.toThrow('erasure_by_another')
})

const ask = async (
  { world }: Scene,
  who: Someone,
  query: AnyQuery,
  params: object = {},
): Promise<unknown> => {
  const found = await world.kernel.read(who.token, (ctx) => query.run(ctx as never, params, world.deps))
  return isRefusal(found) ? found.code : found
}

test('the list says of each erasure what, why, by whom, and who may do it now; it ends with both people’s names', async () => {
  const one = await scene()
  await using world = one.world
  const { head, auditor, acts } = one
  const inspector = await world.person('inspector', ['inspection'], 'city')
  const abroad = await world.person('abroad', ['centre_lead'], 'yuyao')
  expect(await ask(one, head, erasures)).toMatchObject({
    items: [],
    next: null,
    kinds: expect.arrayContaining([{ type: 'probe.glance', title: look.title, years: 3 }]),
  })
  await propose(one)
  const waiting = {
    ofAct: acts.look,
    district: 'haishu',
    title: look.title,
    keptUntil: expect.stringMatching(/^2023-03-01T02:00:0/),
    reason: '目的已实现',
    proposedBy: 'head',
    erasedBy: null,
    eraseAct: null,
  }
  for (const [who, able] of [
    [head, { enabled: false, refusal: { code: 'no_duty' } }],
    [inspector, { enabled: false, refusal: { code: 'no_duty' } }],
    [auditor, { enabled: true }],
  ] as const)
    expect(await ask(one, who, erasures)).toMatchObject({ items: [{ ...waiting, erase: able }] })
  expect(await ask(one, abroad, erasures)).toMatchObject({ items: [] })
  const [row] = await world.superuser<{ id: string }>('select id from evidence.erasure')
  const done = await world.as(auditor, erase, { district: 'haishu', erasureId: row!.id })
  expect(await ask(one, head, erasures)).toMatchObject({
    items: [{ erasedBy: 'auditor', eraseAct: done.actId }],
  })
  expect(await ask(one, auditor, erasures)).toMatchObject({
    items: [{ erase: { enabled: false, refusal: { code: 'erased_already' } } }],
  })
})

test('before a proposal is made it is said until when the act is kept, what would go, what would stay, and why not yet', async () => {
  const one = await scene('2023-03-01T01:59:59Z')
  await using world = one.world
  const { head, auditor, acts } = one
  const about = (who: Someone, which: 'look' | 'keep' = 'look') =>
    ask(one, who, erasable, { id: acts[which] })
  const goes = expect.arrayContaining(['actor', 'request', 'in.phone', 'result'])
  expect(await about(head, 'keep')).toMatchObject({
    keptUntil: null,
    propose: { enabled: false, refusal: { code: 'kept_for_ever' } },
  })
  expect(await about(head)).toMatchObject({
    keptUntil: expect.stringMatching(/^2023-03-01T02:00:0/),
    goes,
    stays: [],
    propose: { enabled: false, refusal: { code: 'kept_still' } },
  })
  await world.setClock('2023-03-01T02:00:01Z')
  expect(await about(head)).toMatchObject({ propose: { enabled: true } })
  expect(await about(auditor)).toMatchObject({ propose: { enabled: false, refusal: { code: 'no_duty' } } })
  await propose(one)
  expect(await about(head)).toMatchObject({
    propose: { enabled: false, refusal: { code: 'erasure_proposed' } },
  })
  const abroad = await world.person('abroad', ['centre_lead'], 'yuyao')
  expect(await about(abroad)).toBe('not_found')
})

test.each([
  ['register images', 'look', 'row:kernel.finding:x', 'MB012'],
  ['what nobody proposed to erase', 'keep', 'actor', 'MB013'],
  ['what must be kept, although it was proposed', 'keep', 'actor', 'MB014'],
] as const)('at the SQL prompt an erasure act does not erase %s', async (_name, which, field, code) => {
  const one = await scene()
  await using world = one.world
  if (code === 'MB014')
    await world.superuser(`set session_replication_role = replica;
      insert into evidence.erasure (district, of_act, reason, proposed_by, proposed_at, act_id)
      values ('haishu', '${one.acts[which]}', 'x', '${one.head.id}', now(), gen_random_uuid())`)
  const prompt = await world.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    await prompt.query(
      `select kernel.open_act($1, 'evidence.erase', 'haishu', gen_random_uuid(), sha256('x'))`,
      [one.auditor.token],
    )
    const erasing = prompt.query('select kernel.erase_value($1, $2)', [one.acts[which], field])
    await expect(erasing).rejects.toMatchObject({ code })
  } finally {
    await prompt.end()
  }
})
