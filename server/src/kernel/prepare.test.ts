import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import { record, seal } from '../cases/acts.ts'
import { verifyEverything } from '../evidence/verify.ts'
import type { Prepared } from './prepare.ts'

let town: Town
let caseId: string
beforeAll(async () => {
  town = await openTown([{}, {}])
  caseId = await town.bringTo('recording', town.homes[0]!)
})
afterAll(() => town[Symbol.asyncDispose]())

const input = () => ({ caseId, opinion: '核准登簿' })
const prepare = async (requestId: string, who = town.staff.recorder, what: object = input()) => {
  const made = await town.kernel.prepare(record, { token: who.token, requestId, input: what as never })
  if (!made.ok) throw new Error(made.refusal.code)
  return made.prepared
}
const confirm = async (
  requestId: string,
  prepared: Pick<Prepared, 'nonce' | 'challenge'>,
  what: object = input(),
) => {
  const who = town.staff.recorder
  const assertion = (await town.passkeyOf(who)).assert(Buffer.from(prepared.challenge, 'hex'))
  return town.kernel.perform(record, {
    token: who.token,
    requestId,
    input: what as never,
    nonce: Buffer.from(prepared.nonce, 'hex'),
    confirmation: { kind: 'passkey', assertion },
  })
}

test('a prepared command says who does what to what in canonical bytes, and its hash is the challenge', async () => {
  const requestId = randomUUID()
  const { command, challenge, nonce } = await prepare(requestId)
  const words = Buffer.from(command).toString()
  expect(challenge).toBe(createHash('sha256').update(command).digest('hex'))
  expect(JSON.parse(words)).toEqual({
    district: 'haishu',
    inputs: {
      'in.caseId': expect.stringMatching(/^[0-9a-f]{64}$/),
      'in.opinion': expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    nonce,
    person: town.staff.recorder.id,
    request: requestId,
    subject: { id: caseId, kind: 'case' },
    type: 'case.record',
    v: 1,
  })
  expect(words).toBe(JSON.stringify(JSON.parse(words)))
})

test.each([
  ['another request', async () => confirm(randomUUID(), await prepare(randomUUID()))],
  [
    'another input',
    async () => {
      const id = randomUUID()
      return confirm(id, await prepare(id), { caseId, opinion: '改过的意见' })
    },
  ],
  ['a nonce nobody gave', async () => confirm(randomUUID(), { nonce: 'ab'.repeat(32), challenge: '00' })],
  ['a nonce that is none', async () => confirm(randomUUID(), { nonce: 'ab', challenge: '00' })],
  [
    'a confirmation five minutes late',
    async () => {
      const id = randomUUID()
      const prepared = await prepare(id)
      await town.setClock('2026-03-09T02:45:00Z')
      return confirm(id, prepared)
    },
  ],
] as const)('%s is not carried out', async (_what, run) => {
  expect(await run()).toMatchObject({ ok: false, refusal: { code: 'not_prepared', clause: '6.2' } })
})

test.each([
  ['without the duty', () => town.staff.clerk, 'no_duty'],
  ['without a session', () => ({ ...town.staff.clerk, token: Buffer.alloc(32) }), 'not_signed_in'],
] as const)('nobody prepares an act %s', async (_what, who, code) => {
  const answer = await town.kernel.prepare(record, {
    token: who().token,
    requestId: randomUUID(),
    input: input(),
  })
  expect(answer).toMatchObject({ ok: false, refusal: { code } })
})

test('a confirmed act commits to the command, and the command to the very inputs of the leaf', async () => {
  const id = randomUUID()
  const prepared = await prepare(id)
  const { command } = prepared
  const done = await confirm(id, prepared)
  expect(done.ok).toBe(true)
  const rows = await town.superuser<{ field: string; commitment: Buffer; value: Buffer }>(
    `select v.field, v.commitment, v.value from kernel.act_value v where v.act_id = $1`,
    [(done as { actId: string }).actId],
  )
  const of = (field: string) => rows.find((row) => row.field === field)!
  expect(of('command').value.equals(Buffer.from(command))).toBe(true)
  expect(JSON.parse(of('officer').value.toString())).toMatchObject({
    method: 'passkey',
    signed: true,
    credential: (await town.passkeyOf(town.staff.recorder)).credential,
  })
  const { inputs } = JSON.parse(Buffer.from(command).toString()) as { inputs: Record<string, string> }
  for (const [field, commitment] of Object.entries(inputs))
    expect(of(field).commitment.toString('hex')).toBe(commitment)
  expect(await confirm(id, prepared)).toMatchObject({ ok: true, replayed: true })
  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})

test('an act of that kind is not done without preparing', async () => {
  await town.step('printing', caseId)
  const done = await town.kernel.perform(seal, {
    token: town.staff.sealer.token,
    requestId: randomUUID(),
    input: { caseId, sealNo: 1, opinion: '用印' },
  })
  expect(done).toMatchObject({ ok: false, refusal: { code: 'not_confirmed', clause: '6.3' } })
})

test('what was prepared is out of reach of the server’s own role', async () => {
  const app = await town.prompt('mingbu_app')
  try {
    await expect(app.query('select * from kernel.prepared')).rejects.toThrow(
      /permission denied for table prepared/,
    )
    await expect(app.query(`select kernel.take_prepared('\\xab', null)`)).rejects.toThrow(/no open act/)
  } finally {
    await app.end()
  }
})
