import {
  cosign,
  formatCheckpoint,
  formatVkey,
  noteType,
  type Signer,
  signerFromSeed,
  signNote,
} from '@mingbu/tlog'
import { beforeAll, expect, test } from 'vitest'
import { checkNote, notePolicy } from './noteLines.ts'

const origin = 'mingbu.example/haishu'
const text = formatCheckpoint({ origin, size: 1234, root: new Uint8Array(32).fill(5) })
const at = Date.UTC(2026, 2, 9) / 1000
let log: Signer
let near: Signer
let city: Signer
let stranger: Signer
let policy: string
let good: string

const witness = (name: string, seed: number) =>
  signerFromSeed(`mingbu.example/${name}/witness`, new Uint8Array(32).fill(seed), noteType.cosignatureV1)

beforeAll(async () => {
  log = await signerFromSeed(origin, new Uint8Array(32).fill(1))
  near = await witness('jiangbei', 2)
  city = await witness('city', 3)
  stranger = await witness('nobody', 4)
  policy = `log ${formatVkey(log.verifier)}\nwitness jiangbei ${formatVkey(near.verifier)}\nwitness city ${formatVkey(city.verifier)}\ngroup both all jiangbei city\nquorum both\n`
  good =
    (await signNote(text, [log])) +
    (await cosign(near, text, at)) +
    (await cosign(stranger, text, at)) +
    (await cosign(city, text, at + 1))
})

test('every line of a cosigned checkpoint is told: what it says, whose it is, when, and whether it verifies', async () => {
  const checked = await checkNote(good, policy, origin)
  expect(checked).toMatchObject({ good: true, cosigners: 2 })
  expect(
    checked.lines.map(({ no, role, value, time, good: ok }) => [no, role, value.slice(0, 22), time, ok]),
  ).toEqual([
    [1, 'origin', 'mingbu.example/haishu', null, null],
    [2, 'size', '1234', null, null],
    [3, 'root', 'BQUFBQUFBQUFBQUFBQUFBQ', null, null],
    [5, 'own', 'mingbu.example/haishu', null, true],
    [6, 'witness', 'jiangbei', at, true],
    [7, 'unknown', 'mingbu.example/nobody/', null, null],
    [8, 'witness', 'city', at + 1, true],
  ])
  const noted = good.split('\n')
  for (const line of checked.lines.filter(({ role }) => role === 'own'))
    expect(noted[line.no - 1]).toContain(`— ${line.value} `)
})

test.each([
  ['the city’s line is missing', () => `${good.split('\n').slice(0, -2).join('\n')}\n`, 1],
  ['the size was changed', () => good.replace('1234', '1235'), 0],
  ['it is of another log', () => good.replace('/haishu\n', '/yuyao\n'), 0],
  ['it is no note', () => 'nothing', 0],
  ['a witness’s line was changed', () => good.replace(/(jiangbei\/witness \S{20})./, '$1A'), 1],
])('a checkpoint is not good when %s', async (_, note, cosigners) => {
  expect(note()).not.toBe(good)
  expect(await checkNote(note(), policy, origin)).toMatchObject({ good: false, cosigners })
})

test('under a policy that cannot be read nothing is good; without one the log’s own signature is enough', async () => {
  expect(await checkNote(good, 'quorum', origin)).toEqual({ good: false, cosigners: 0, lines: [] })
  const own = notePolicy({ policy: null, vkey: formatVkey(log.verifier) })
  expect(await checkNote(await signNote(text, [log]), own, origin)).toMatchObject({
    good: true,
    cosigners: 0,
  })
})
