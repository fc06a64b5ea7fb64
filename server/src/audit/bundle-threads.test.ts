import { createHash } from 'node:crypto'
import {
  encodeEntryBundle,
  encodeLeaf,
  formatVkey,
  GrowingTree,
  leafHash,
  parsePolicy,
  signerFromSeed,
  signNote,
  tilePath,
  tileWidth,
  toBase64,
} from '@mingbu/tlog'
import { beforeAll, expect, test } from 'vitest'
import { sha256 } from '../kernel/evidence-fields.ts'
import { BundleThreads } from './bundle-threads.ts'
import { LogCheck, type LogReport } from './check-log.ts'
import type { PackProblem } from './pack-problems.ts'

/** Enough for threads, the last bundle a part. */
const size = 20_600
const log = 'qianwan'
type Files = Map<string, Uint8Array>

const entryOf = (i: number, district = log): Uint8Array =>
  encodeLeaf({
    act: `01a20845-0000-7000-8000-${i.toString(16).padStart(12, '0')}`,
    at: '2026-11-23T01:02:03.000004Z',
    district,
    fields: createHash('sha256').update(String(i)).digest('hex'),
    n: 8,
    outcome: 'done',
    type: 'file.store',
  })
const bundle = (index: number, width = tileWidth) =>
  `logs/${log}/${tilePath({ level: 'entries', index, width })}`
const tile = (level: number, index: number, width = tileWidth) =>
  `logs/${log}/${tilePath({ level, index, width })}`

let clean: Files
let policy: ReturnType<typeof parsePolicy>

/** A log in which one entry may be another, with everything above it made anew: only its entries tell. */
async function made(change: (i: number) => Uint8Array = (i) => entryOf(i)): Promise<Files> {
  const files: Files = new Map()
  const tree = new GrowingTree(sha256)
  for (let from = 0; from < size; from += tileWidth) {
    const entries = Array.from({ length: Math.min(tileWidth, size - from) }, (_, i) => change(from + i))
    for (const entry of entries)
      for (const one of tree.add(leafHash(entry, sha256)))
        files.set(tile(one.level, one.index), Buffer.concat(one.hashes))
    files.set(bundle(from / tileWidth, entries.length), encodeEntryBundle(entries))
  }
  for (const one of tree.partial())
    files.set(tile(one.level, one.index, one.hashes.length), Buffer.concat(one.hashes))
  const signer = await signerFromSeed(`mingbu.example/${log}`, new Uint8Array(32).fill(1))
  const text = `mingbu.example/${log}\n${size}\n${toBase64(tree.root())}\n`
  files.set(`logs/${log}/checkpoint`, Buffer.from(await signNote(text, [signer])))
  policy = parsePolicy(`log ${formatVkey(signer.verifier)}\nquorum none\n`)
  return files
}

beforeAll(async () => {
  clean = await made()
})

async function checked(files: Files, threads?: BundleThreads) {
  const problems: PackProblem[] = []
  const source = { names: () => [...files.keys()], read: async (name: string) => files.get(name) ?? null }
  const options = threads ? { sha256, elsewhere: threads.check } : { sha256 }
  const report: LogReport | null = await new LogCheck(source, log, policy, options, (one) =>
    problems.push(one),
  ).check()
  return { report, problems }
}

test('on threads a clean log verifies whole, with the same report as without them', async () => {
  await using threads = new BundleThreads(2)
  const found = await checked(clean, threads)
  expect(found).toMatchObject({ report: { leaves: size, acts: size }, problems: [] })
  expect(found).toEqual(await checked(clean))
})

const withByte = (name: string, at: number) => (): Files => {
  const bytes = Uint8Array.from(clean.get(name)!)
  bytes[at]! ^= 1
  return new Map(clean).set(name, bytes)
}
const without = (name: string) => (): Files => new Map([...clean].filter(([one]) => one !== name))

test.each<[string, () => Files | Promise<Files>, string[]]>([
  ['a byte of an entry in the middle', withByte(bundle(40), 60), ['tile_wrong', 'root_wrong']],
  ['a byte of the first entry', withByte(bundle(0), 60), ['tile_wrong', 'root_wrong']],
  ['a byte of the last bundle', withByte(bundle(80, 120), 60), ['tile_wrong', 'root_wrong']],
  ['the length of an entry', withByte(bundle(41), 1), ['entries_unreadable']],
  ['a bundle that is gone', without(bundle(42)), ['entries_missing']],
  ['a byte of a tile', withByte(tile(0, 43), 33), ['tile_wrong']],
  ['a byte of the tile above', withByte(tile(1, 0, 80), 33), ['tile_wrong']],
  ['a tile that is gone', without(tile(0, 44)), ['tile_missing']],
  ['an act that stands twice', () => made((i) => entryOf(i === 12_000 ? 9 : i)), ['act_twice']],
  ['a leaf of another log', () => made((i) => entryOf(i, i === 12_001 ? 'haishu' : log)), ['leaf_foreign']],
  [
    'an entry that is no leaf',
    () => made((i) => (i === 12_002 ? Buffer.from('{}') : entryOf(i))),
    ['leaf_wrong'],
  ],
])('threads find %s, and say of it what is said without them', async (_, tampered, codes) => {
  await using threads = new BundleThreads(2)
  const files = await tampered()
  const found = await checked(files, threads)
  expect(found.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(codes))
  expect(found).toEqual(await checked(files))
})

const running = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'
let asked = 0
parentPort.on('message', ({ no, bundle }) => { ${body} })`)}`,
  )

// What a thread says that lives on is believed; one that says nothing, or half, never makes a log verify.
test.each([
  ['ends in order', 'process.exit(0)'],
  ['ends with a fault', 'process.exit(3)'],
  ['throws', `throw new Error('out of memory')`],
  [
    'ends after it began to answer',
    'if (asked++ > 3) process.exit(0); parentPort.postMessage({ no, checked: { unreadable: "x" } })',
  ],
  [
    'answers half',
    `parentPort.postMessage({ no, checked: { hashes: new Uint8Array(32), root: null, acts: new Uint8Array(0), wrong: [] } })`,
  ],
  [
    'answers without a root',
    `parentPort.postMessage({ no, checked: { hashes: new Uint8Array(32 * bundle.width), root: null, acts: new Uint8Array(16 * bundle.width), wrong: [] } })`,
  ],
])('a thread that %s makes the check an error or a finding, never a pass', async (_, body) => {
  await using threads = new BundleThreads(2, running(body))
  const outcome = await checked(clean, threads).catch((error: Error) => error)
  if (outcome instanceof Error) expect(outcome.message).toMatch(/is gone|half checked/)
  else expect(outcome.problems).not.toEqual([])
})
