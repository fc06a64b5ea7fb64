import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { fromUtf8, toBase64, utf8 } from './bytes.ts'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { faultOf } from './faults.ts'
import { decodeLeaf, encodeLeaf } from './leaf.ts'
import { consistencyProof, inclusionProof, leafHash, treeRoot } from './merkle.ts'
import { formatVkey, openNote, parseNote, parseVkey, type Signer, signerFromSeed, signNote } from './note.ts'
import { parsePolicy } from './policy.ts'
import { decodeCompactProof, encodeCompactProof, formatProofFile, parseProofFile } from './proof-file.ts'
import {
  decodeEntryBundle,
  decodeTile,
  encodeEntryBundle,
  parseTilePath,
  tilePath,
  tileWidth,
} from './tiles.ts'
import { formatAddCheckpoint, judgeAddCheckpoint } from './witness.ts'

// Every draw comes from this seed; a failure names it and the smallest input that fails.
const draws = { seed: 20_261_126, numRuns: 2000 }
const origin = 'mingbu.example/haishu'
const leaves = Array.from({ length: 40 }, (_, i) => leafHash(utf8(`leaf ${i}`)))

/** What a spoilt text is made of: a good one, with some of its bytes cut out, put in, doubled or changed. */
const spoilt = (good: () => Uint8Array) =>
  fc
    .array(
      fc.tuple(
        fc.constantFrom('cut', 'put', 'change', 'double', 'end'),
        fc.nat(4000),
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 8 }),
          fc
            .constantFrom('\n', '\n\n', '\r\n', ' ', '\0', '— ', 'old 1\n', '=', '+', '9'.repeat(20))
            .map(utf8),
        ),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((harms) => {
      let bytes = [...good()]
      for (const [what, at, more] of harms) {
        const i = at % (bytes.length + 1)
        if (what === 'cut') bytes.splice(i, more.length)
        else if (what === 'put') bytes.splice(i, 0, ...more)
        else if (what === 'change') bytes.splice(i, more.length, ...more)
        else if (what === 'double') bytes = [...bytes.slice(0, i), ...bytes]
        else bytes = bytes.slice(0, i)
      }
      return Uint8Array.from(bytes)
    })

/** Reads it, or says by code why not. Anything else thrown is a crash. */
function readsOrSays(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (faultOf(error) === null) throw error
  }
}
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

let log: Signer
let note: string
let policy: ReturnType<typeof parsePolicy>
beforeAll(async () => {
  log = await signerFromSeed(origin, new Uint8Array(32).fill(1))
  note = await signNote(formatCheckpoint({ origin, size: 40, root: treeRoot(leaves) }), [log])
  policy = parsePolicy(policyText())
})
const policyText = () => `log ${formatVkey(log.verifier)}\nquorum none\n`
const proofText = () =>
  formatProofFile({ index: 7, proof: inclusionProof(leaves, 7), checkpoint: note, extra: utf8('x') })
const leaf = encodeLeaf({
  act: '01234567-89ab-7cde-8f01-23456789abcd',
  at: '2026-11-23T01:02:03.000004Z',
  district: 'haishu',
  fields: 'ab'.repeat(32),
  n: 3,
  outcome: 'done',
  type: 'cases.accept',
})

describe('spoilt at random, it is read or refused by code, and never crashes the reader', () => {
  test.each<[string, () => Uint8Array, (bytes: Uint8Array) => unknown]>([
    ['a note', () => utf8(note), (bytes) => parseNote(textOf(bytes))],
    ['a checkpoint', () => utf8(note.split('\n\n')[0]!), (bytes) => parseCheckpoint(textOf(bytes))],
    ['a verifier key', () => utf8(formatVkey(log.verifier)), (bytes) => parseVkey(textOf(bytes))],
    ['a policy', () => utf8(policyText()), (bytes) => parsePolicy(textOf(bytes))],
    ['a proof file', () => utf8(proofText()), (bytes) => parseProofFile(textOf(bytes))],
    [
      'a compact proof',
      () => encodeCompactProof(parseProofFile(proofText())),
      (bytes) => decodeCompactProof(bytes, policy),
    ],
    ['a tile', () => leaves[0]!, (bytes) => decodeTile(bytes, 1)],
    [
      'a bundle of entries',
      () => encodeEntryBundle([utf8('a'), utf8('bc')]),
      (bytes) => decodeEntryBundle(bytes, 2),
    ],
    ['a leaf', () => leaf, (bytes) => decodeLeaf(bytes)],
    ['bytes as text', () => utf8('明簿'), (bytes) => fromUtf8(bytes)],
  ])('%s', (_, good, read) => {
    fc.assert(
      fc.property(spoilt(good), (bytes) => readsOrSays(() => read(bytes))),
      draws,
    )
  })

  test('a note that still opens says what was signed', async () => {
    const [said] = note.split('\n\n')
    await fc.assert(
      fc.asyncProperty(
        spoilt(() => utf8(note)),
        async (bytes) => {
          try {
            expect((await openNote(textOf(bytes), [log.verifier])).text).toBe(`${said}\n`)
          } catch (error) {
            if (faultOf(error) === null) throw error
          }
        },
      ),
      draws,
    )
  })
})

describe('tile paths', () => {
  const anyPath = fc.oneof(
    fc.string({ maxLength: 40 }),
    spoilt(() => utf8('tile/0/x001/234.p/17')).map(textOf),
    spoilt(() => utf8('tile/entries/x001/x234/067')).map(textOf),
  )
  test('whatever the text, it is no path, or exactly the one way of writing it', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const address = parseTilePath(path)
        if (address !== null) expect(tilePath(address)).toBe(path)
      }),
      draws,
    )
  })
  test('every address has one path and comes back from it', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: tileWidth }),
        (level, index, width) => {
          expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width })
        },
      ),
      draws,
    )
  })
})

describe('add-checkpoint', () => {
  const stored = { size: 16, root: treeRoot(leaves.slice(0, 16)) }
  const knowledge = () => ({
    log: (name: string) => (name === origin ? [log.verifier] : null),
    stored: () => stored,
  })
  const good = () => utf8(formatAddCheckpoint({ old: 16, proof: consistencyProof(leaves, 16), note }))

  test('the good body is judged good', async () => {
    expect((await judgeAddCheckpoint(good(), knowledge())).status).toBe(200)
  })
  test('a body spoilt at random gets a status of the standard; only the tree that was signed gets 200', async () => {
    const root = toBase64(treeRoot(leaves))
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(spoilt(good), async (bytes) => {
        const verdict = await judgeAddCheckpoint(bytes, knowledge())
        seen.add(verdict.status)
        expect([200, 400, 403, 404, 409, 422]).toContain(verdict.status)
        if (verdict.status !== 200) return
        expect(verdict.text).toBe(`${origin}\n40\n${root}\n`)
        expect(verdict.old).toBe(16)
      }),
      draws,
    )
    // The draws reach the checks behind the first one, too.
    expect([...seen].sort()).toEqual(expect.arrayContaining([400, 403, 404, 422]))
  })
  test('random bytes of any length get 400', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect((await judgeAddCheckpoint(bytes, knowledge())).status).toBe(400)
      }),
      draws,
    )
  })
})
