import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import type { Someone } from '../../test/world.ts'
import { looks } from '../evidence/search.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { isRefusal } from '../kernel/act.ts'
import type { Outcome } from '../kernel/perform.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import { holdersForApplication, viewHoldings, viewRegister } from './acts.ts'
import { ownLooks } from './own-looks.ts'
import { printRegister } from './paper.ts'

interface Told {
  unitCode: string
  looks: {
    type: string
    officer: string | null
    purpose: string | null
    caseNumber: string | null
    posts: { zh: string }[]
    leaf: number | null
    signed: boolean
  }[]
  next: string | null
}

let town: Town
let desk: Someone
let head: Someone
/** Each home of the town with what its holder has in hand. */
let inHand: { token: string; idNumber: string }[]
let sale: { caseId: string; old: string; now: string; buyer: string }

const nobody = completeIdNumber('33020319850505100')
let host = 0
/** Asks from an address of one's own, so that tests do not lock each other out. */
const ask = (input: object, address = `192.0.2.${++host}`): Promise<Outcome<never>> =>
  town.kernel.perform(ownLooks, {
    token: null,
    requestId: randomUUID(),
    input: input as never,
    from: { address, workstation: '' },
  }) as Promise<Outcome<never>>
const told = (outcome: Outcome<never>): Told => {
  if (!outcome.ok) throw new Error(outcome.refusal.code)
  return outcome.result as Told
}
const code = (outcome: Outcome<never>): string => (outcome.ok ? 'told' : outcome.refusal.code)

beforeAll(async () => {
  town = await openTown([
    { owners: [{ name: '演卖方' }] },
    { owners: [{ name: '演甲' }, { name: '演乙' }], sharing: '1' },
    {},
    {},
    {},
    {},
  ])
  desk = await town.person('desk', ['enquiry'])
  head = await town.person('head', ['centre_lead'])
  const rows = await town.superuser<{ token: string; unit: string; sealed: Buffer }>(
    `select c.check_token as token, c.unit_code as unit, p.id_sealed as sealed from register.certificate c
       join register.entry_party ep on ep.entry_id = c.entry_id and ep.no = 1 join register.party p on p.id = ep.party_id`,
  )
  inHand = town.homes.map((home) => {
    const row = rows.find((one) => one.unit === home.code)!
    return { token: row.token, idNumber: town.deps.vault.open(row.sealed).toString() }
  })
  const buyer = town.buyer()
  const caseId = await town.bringTo('archive', town.homes[0]!, { transferees: [buyer] })
  // While the case is in hand: afterwards nobody looks for it any more.
  const forCase = { unitCode: town.homes[0]!.code, purpose: 'case', forCase: caseId }
  expect((await town.as(town.staff.clerk, viewRegister, forCase)).ok).toBe(true)
  expect((await town.step('archive', caseId)).ok).toBe(true)
  const [made] = await town.superuser<{ token: string }>(
    `select check_token as token from register.certificate where case_id = $1`,
    [caseId],
  )
  sale = { caseId, old: inHand[0]!.token, now: made!.token, buyer: buyer.idNumber }
}, 120_000)
afterAll(() => town[Symbol.asyncDispose]())

test('the holder sees every look at the page: who, at which post, why, for which case, and where in the log', async () => {
  const unitCode = town.homes[0]!.code
  const done = [
    await town.as(desk, viewRegister, { unitCode, purpose: 'enquiry' }),
    await town.as(head, printRegister, { unitCode, purpose: 'inspection' }),
    await town.as(town.staff.clerk, holdersForApplication, { unitCode }),
    await town.as(desk, viewHoldings, { idNumber: sale.buyer, purpose: 'enquiry', basis: '另有他人的事' }),
    // None of these is a look: two were refused, one is at another unit.
    await town.as(town.staff.sealer, viewRegister, { unitCode, purpose: 'case' }),
    await town.as(town.staff.clerk, viewRegister, { unitCode, purpose: 'case', forCase: sale.caseId }),
    await town.as(desk, viewRegister, { unitCode: town.homes[2]!.code, purpose: 'enquiry' }),
  ]
  expect(done.map((one) => one.ok)).toEqual([true, true, true, true, false, false, true])
  await town.sequencer.drain()
  await town.publisher.runOnce()
  const [number] = await town.superuser<{ number: string }>('select number from cases.case where id = $1', [
    sale.caseId,
  ])

  const answer = told(await ask({ token: sale.now, idNumber: sale.buyer }))
  expect(answer.unitCode).toBe(unitCode)
  expect(
    answer.looks.map((look) => [
      look.type,
      look.officer,
      look.posts.map((post) => post.zh),
      look.purpose,
      look.caseNumber,
    ]),
  ).toEqual([
    ['register.holdings', 'desk', ['desk'], 'enquiry', null],
    ['register.holders', 'clerk', ['clerk'], null, null],
    ['register.print', 'head', ['head'], 'inspection', null],
    ['register.view', 'desk', ['desk'], 'enquiry', null],
    ['register.view', 'clerk', ['clerk'], 'case', number!.number],
  ])
  for (const look of answer.looks) expect([typeof look.leaf, look.signed]).toEqual(['number', true])
  // What an officer wrote down as the basis may be about somebody else.
  expect(JSON.stringify(answer)).not.toContain('他人')

  // Asking is a look as well, and the holder sees it the next time.
  const again = told(await ask({ token: sale.now, idNumber: ` ${sale.buyer.toLowerCase()} ` }))
  expect(again.looks[0]).toMatchObject({
    type: 'register.ownLooks',
    officer: null,
    leaf: null,
    signed: false,
  })
  expect(again.looks).toHaveLength(6)
})

test.each([
  ['a code nobody has', () => ({ token: 'x'.repeat(22), idNumber: sale.buyer }), 'no_such_certificate', 404],
  [
    'the code of a case’s receipt',
    async () => ({ token: await receipt(), idNumber: sale.buyer }),
    'no_such_certificate',
    404,
  ],
  [
    'the certificate the seller gave back, with the seller’s number',
    () => ({ token: sale.old, idNumber: inHand[0]!.idNumber }),
    'certificate_superseded',
    409,
  ],
  [
    'the certificate the seller gave back, with the buyer’s number',
    () => ({ token: sale.old, idNumber: sale.buyer }),
    'certificate_superseded',
    409,
  ],
  [
    'the new certificate with the seller’s number',
    () => ({ token: sale.now, idNumber: inHand[0]!.idNumber }),
    'not_holder',
    403,
  ],
  [
    'a number nobody holds anything under',
    () => ({ token: inHand[2]!.token, idNumber: nobody }),
    'not_holder',
    403,
  ],
  [
    'the number of another home’s holder',
    () => ({ token: inHand[2]!.token, idNumber: inHand[3]!.idNumber }),
    'not_holder',
    403,
  ],
  [
    'a number with a wrong check digit',
    () => ({ token: inHand[2]!.token, idNumber: '330203198505051000' }),
    'invalid_input',
    422,
  ],
] as const)(
  '%s shows nothing, says one sentence, and is written down',
  async (_, input, expected, status) => {
    const given = await input()
    const outcome = await ask(given)
    expect(outcome).toMatchObject({ ok: false, refusal: { code: expected, status } })
    expect(JSON.stringify(outcome)).not.toMatch(/演|haishu/)
    const [row] = await town.superuser<{ actor: string; district: string; outcome: string; sealed: boolean }>(
      `select a.actor, a.district, a.outcome, (select bool_and(v.sealed) from kernel.act_value v where v.act_id = a.id and v.field in ('in.token', 'in.idNumber')) as sealed
     from kernel.act a where a.id = $1`,
      [outcome.actId],
    )
    expect(row).toEqual({ actor: 'anonymous', district: 'city', outcome: 'refused', sealed: true })
  },
)

const receipt = async (): Promise<string> => {
  const [row] = await town.superuser<{ token: string }>(
    'select check_token as token from cases.case where id = $1',
    [sale.caseId],
  )
  return row!.token
}

test('each of two joint owners is a holder', async () => {
  const sealed = await town.superuser<{ sealed: Buffer }>(
    'select p.id_sealed as sealed from register.party p where p.id = any ($1)',
    [town.homes[1]!.owners],
  )
  for (const { sealed: one } of sealed)
    expect(code(await ask({ token: inHand[1]!.token, idNumber: town.deps.vault.open(one).toString() }))).toBe(
      'told',
    )
})

test('after five wrong numbers the certificate waits, whoever asks, and longer after each further one', async () => {
  const { token, idNumber } = inHand[4]!
  for (let i = 0; i < 5; i++) expect(code(await ask({ token, idNumber: nobody }))).toBe('not_holder')
  const locked = await ask({ token, idNumber })
  expect(locked).toMatchObject({
    ok: false,
    refusal: { code: 'too_many_tries', status: 423, data: { retryAfterSeconds: expect.any(Number) } },
  })
  expect(code(await ask({ token: inHand[3]!.token, idNumber: inHand[3]!.idNumber }))).toBe('told')
  await town.setClock('2026-03-09T01:35:00Z')
  expect(code(await ask({ token, idNumber: nobody }))).toBe('not_holder')
  const longer = await ask({ token, idNumber })
  expect(
    Number(
      (longer as unknown as { refusal: { data: { retryAfterSeconds: number } } }).refusal.data
        .retryAfterSeconds,
    ),
  ).toBeGreaterThan(60)
  await town.setClock('2026-03-09T01:40:00Z')
  expect(code(await ask({ token, idNumber }))).toBe('told')
  // A right number sets the certificate's count back.
  expect(code(await ask({ token, idNumber: nobody }))).toBe('not_holder')
  expect(code(await ask({ token, idNumber }))).toBe('told')
})

test.each([
  ['one address of IPv4', '198.51.100.7', '198.51.100.7', '198.51.100.8'],
  ['one network of IPv6', '2001:db8:1:2::7', '2001:db8:1:2:ffff::9', '2001:db8:1:3::7'],
  ['one address of IPv4 written as IPv6', '::ffff:203.0.113.5', '203.0.113.5', '::ffff:203.0.113.6'],
])(
  'five wrong tries from %s, over several certificates, make that address wait and no other',
  async (_, from, same, another) => {
    for (let i = 0; i < 5; i++)
      expect(
        code(await ask({ token: randomUUID().replaceAll('-', '').slice(0, 22), idNumber: nobody }, from)),
      ).toBe('no_such_certificate')
    const right = { token: inHand[5]!.token, idNumber: inHand[5]!.idNumber }
    expect(code(await ask(right, same))).toBe('too_many_tries')
    expect(code(await ask(right, another))).toBe('told')
  },
)

test('looks come in pages, newest first, none twice', async () => {
  const unitCode = town.homes[3]!.code
  for (let i = 0; i < 60; i++)
    expect((await town.as(desk, viewRegister, { unitCode, purpose: 'enquiry' })).ok).toBe(true)
  const first = told(await ask(inHand[3]!))
  const second = told(await ask({ ...inHand[3]!, before: first.next }))
  expect([first.looks.length, second.next]).toEqual([50, null])
  const ids = [...first.looks, ...second.looks].map((look) => (look as unknown as { actId: string }).actId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThan(60)
})

test('whoever supervises sees the same and more: refused ones, from where, and the basis; others may not', async () => {
  const ask = async (who: Someone) =>
    town.kernel.read(who.token, (ctx) => looks.run(ctx as never, { code: town.homes[0]!.code }, town.deps))
  const found = (await ask(head)) as {
    items: { type: string; outcome: string; basis: string | null; case: { number: string } | null }[]
  }
  expect(isRefusal(found)).toBe(false)
  expect(found.items.map((line) => `${line.type} ${line.outcome}`)).toEqual(
    expect.arrayContaining([
      'register.view refused',
      'register.view done',
      'register.holdings done',
      'register.ownLooks done',
    ]),
  )
  expect(found.items.find((line) => line.type === 'register.holdings')!.basis).toBe('另有他人的事')
  expect(found.items.some((line) => line.case?.number.startsWith('330203'))).toBe(true)
  expect(looks.access === 'signed_in' && looks.duties).toEqual(['centre_lead', 'inspection', 'admin_audit'])
})

test('a look cannot name a case of another unit', async () => {
  expect(
    await town.as(town.staff.clerk, viewRegister, {
      unitCode: town.homes[2]!.code,
      purpose: 'case',
      forCase: sale.caseId,
    }),
  ).toMatchObject({ ok: false, refusal: { code: 'invalid_input', fields: [{ path: 'forCase' }] } })
})

test('at the prompt of the server’s role neither the tries nor the looks can be had without the act', async () => {
  const prompt = await town.prompt('mingbu_app')
  try {
    await expect(prompt.query('select * from register.holder_try')).rejects.toThrow(/permission denied/)
    await expect(
      prompt.query(`select register.looks_for_holder('x', 'y', '\\x00', null, null, 10)`),
    ).rejects.toThrow(/only in an act of the holder/)
    await expect(prompt.query(`select register.count_holder_try('x', 'y')`)).rejects.toThrow(
      /not a refused look/,
    )
    await expect(prompt.query(`select * from evidence.acts_on('unit', 'x', '{haishu}')`)).rejects.toThrow(
      /permission denied/,
    )
    expect((await prompt.query(`select * from evidence.find_acts('{}', 10)`)).rows).toEqual([])
  } finally {
    await prompt.end()
  }
})

test('an address that was wrong yesterday begins anew', async () => {
  const from = '198.51.100.99'
  const wrong = () => ask({ token: 'y'.repeat(22), idNumber: nobody }, from)
  for (let i = 0; i < 4; i++) await wrong()
  await town.setClock('2026-03-10T02:00:00Z')
  await wrong()
  await town.setClock('2026-03-10T02:00:01Z')
  expect(code(await ask({ token: inHand[5]!.token, idNumber: inHand[5]!.idNumber }, from))).toBe('told')
})

test('all of it verifies', async () => {
  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})
