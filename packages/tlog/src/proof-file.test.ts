import { hash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { toBase64, utf8 } from './bytes.ts'
import { formatCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { inclusionProof, leafHash, nodeHash, treeRoot } from './merkle.ts'
import { formatVkey, NoteError, noteType, signerFromSeed, signNote } from './note.ts'
import { type Policy, parsePolicy } from './policy.ts'
import {
  decodeCompactProof,
  encodeCompactProof,
  formatProofFile,
  type ProofFile,
  parseProofFile,
  verifyProofFile,
} from './proof-file.ts'
import type { Sha256 } from './sha256.ts'

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer')
const origin = 'mingbu.example/haishu'
const leaves = Array.from({ length: 21 }, (_, i) => leafHash(utf8(`leaf ${i}`)))
let policy: Policy
let file: ProofFile

/** A checkpoint cosigned by two neighbours and the city, and the policy that asks for them. */
async function published(size: number, root: Uint8Array) {
  const log = await signerFromSeed(origin, new Uint8Array(32).fill(1))
  const text = formatCheckpoint({ origin, size, root })
  const offices = ['jiangbei', 'yinzhou', 'city']
  const witnesses = await Promise.all(
    offices.map((office, i) =>
      signerFromSeed(
        `mingbu.example/${office}/witness`,
        new Uint8Array(32).fill(10 + i),
        noteType.cosignatureV1,
      ),
    ),
  )
  const lines = await Promise.all(witnesses.map((witness, i) => cosign(witness, text, 1_700_000_000 + i)))
  const keys = witnesses.map(({ verifier }, i) => `witness ${offices[i]} ${formatVkey(verifier)}\n`).join('')
  return {
    note: (await signNote(text, [log])) + lines.join(''),
    policy: parsePolicy(
      `log ${formatVkey(log.verifier)}\n${keys}group all all ${offices.join(' ')}\nquorum all\n`,
    ),
  }
}

beforeAll(async () => {
  const made = await published(leaves.length, treeRoot(leaves))
  policy = made.policy
  file = { index: 13, proof: inclusionProof(leaves, 13), checkpoint: made.note }
})

test('a proof is read as it was written, and verifies with its quorum', async () => {
  const text = formatProofFile(file)
  expect(text.startsWith('c2sp.org/tlog-proof@v1\nindex 13\n')).toBe(true)
  expect(parseProofFile(text)).toEqual(file)
  expect(await verifyProofFile(text, leaves[13]!, policy)).toMatchObject({
    index: 13,
    quorum: true,
    checkpoint: { size: 21, origin },
    cosignatures: [{ witness: 'jiangbei' }, { witness: 'yinzhou' }, { witness: 'city' }],
  })
})

test('what is extra comes along, and nothing vouches for it', async () => {
  const withExtra = { ...file, extra: utf8('{"act":1}') }
  const text = formatProofFile(withExtra)
  expect(text.split('\n')[1]).toBe('extra eyJhY3QiOjF9')
  expect(parseProofFile(text)).toEqual(withExtra)
  expect((await verifyProofFile(text, leaves[13]!, policy)).quorum).toBe(true)
})

test.each([
  ['another leaf', () => file, () => leaves[12]!],
  ['another index', () => ({ ...file, index: 12 }), () => leaves[13]!],
  ['a hash short', () => ({ ...file, proof: file.proof.slice(1) }), () => leaves[13]!],
  ['a hash too many', () => ({ ...file, proof: [...file.proof, leaves[0]!] }), () => leaves[13]!],
  [
    'a checkpoint of another size',
    () => ({ ...file, checkpoint: file.checkpoint.replace('\n21\n', '\n22\n') }),
    () => leaves[13]!,
  ],
] as [string, () => ProofFile, () => Uint8Array][])('%s does not verify', async (_name, make, leaf) => {
  await expect(verifyProofFile(make(), leaf(), policy)).rejects.toThrow(NoteError)
})

test('every bit of every hash counts', async () => {
  for (const [i, one] of file.proof.entries())
    for (let bit = 0; bit < 256; bit++) {
      const changed = Uint8Array.from(one)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      const spoilt = { ...file, proof: file.proof.with(i, changed) }
      await expect(
        verifyProofFile(spoilt, leaves[13]!, policy, sha256),
        `hash ${i} bit ${bit}`,
      ).rejects.toThrow('not at this place')
    }
}, 120_000)

test('a proof that lost a witness’s line still opens, without its quorum', async () => {
  const checkpoint = file.checkpoint.replace(/— [^ ]*city\/witness [^\n]*\n/, '')
  expect(await verifyProofFile({ ...file, checkpoint }, leaves[13]!, policy)).toMatchObject({ quorum: false })
})

test.each([
  ['nothing', () => ''],
  ['another format', (text: string) => text.replace('@v1', '@v2')],
  ['no index', (text: string) => text.replace('index 13\n', '')],
  ['an index with a leading zero', (text: string) => text.replace('index 13', 'index 013')],
  ['an index beyond counting', (text: string) => text.replace('index 13', 'index 9007199254740992')],
  ['a hash that is none', (text: string) => text.replace(/\n[^\n]{44}\n/, '\nAAAA\n')],
  ['a line that is no base64', (text: string) => text.replace(/\n[^\n]{44}\n/, '\n!\n')],
  ['64 hashes', (text: string) => text.replace('\n\n', `\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n`)],
  ['extra that is no base64', (text: string) => text.replace('index', 'extra ?\nindex')],
  ['extra after the index', (text: string) => text.replace('index 13\n', 'index 13\nextra AAAA\n')],
  ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n') + 2)],
  ['a checkpoint that is none', (text: string) => text.replace(`${origin}\n21\n`, `${origin}\nmany\n`)],
  ['no blank line', (text: string) => text.replaceAll('\n\n', '\n')],
  ['a hundred kilobytes', (text: string) => text + 'x'.repeat(100_000)],
])('a file of %s is refused', (_name, change) => {
  expect(() => parseProofFile(change(formatProofFile(file)))).toThrow(NoteError)
})

describe('compact', () => {
  test('a proof comes back as it was', async () => {
    expect(decodeCompactProof(encodeCompactProof(file), policy)).toEqual(file)
  })
  test('lines of keys nobody knows are left out, and the rest still verifies', async () => {
    const stranger = await signerFromSeed('stranger', new Uint8Array(32).fill(77))
    const [, line] = (
      await signNote(file.checkpoint.slice(0, file.checkpoint.indexOf('\n\n') + 1), [stranger])
    ).split('\n\n')
    const more = { ...file, checkpoint: file.checkpoint + line }
    expect(decodeCompactProof(encodeCompactProof(more), policy)).toEqual(file)
  })
  test('every cut, and a byte more, is refused; every changed byte is refused or does not verify', async () => {
    const bytes = encodeCompactProof(file)
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeCompactProof(bytes.slice(0, length), policy), `${length} bytes`).toThrow(NoteError)
    expect(() => decodeCompactProof(Uint8Array.of(...bytes, 0), policy)).toThrow(NoteError)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes)
      changed[at]! ^= 1
      const good = await Promise.resolve()
        .then(() => verifyProofFile(decodeCompactProof(changed, policy), leaves[13]!, policy, sha256))
        .then(({ quorum }) => quorum)
        .catch((error: unknown) => {
          expect(error, `byte ${at}`).toBeInstanceOf(NoteError)
          return false
        })
      // A time may be any; the signature is over it. A key id may be one nobody knows: then the quorum is short.
      expect(good, `byte ${at}`).toBe(false)
    }
  })
  test('of a log of ten million leaves with three cosignatures it has at most 1.3 KB', async () => {
    // Subtrees of equal leaves have equal roots, so the tree need not be built.
    const size = 10_000_000
    const leaf = leafHash(utf8('the same'))
    const perfect: Uint8Array[] = [leaf]
    for (let level = 1; level < 24; level++) perfect.push(nodeHash(perfect[level - 1]!, perfect[level - 1]!))
    const rootOf = (n: number): Uint8Array => {
      const k = 2 ** Math.floor(Math.log2(n))
      return k === n ? perfect[Math.log2(n)]! : nodeHash(perfect[Math.log2(k)]!, rootOf(n - k))
    }
    const proofOf = (index: number, n: number): Uint8Array[] => {
      if (n === 1) return []
      const k = 2 ** Math.ceil(Math.log2(n) - 1)
      return index < k ? [...proofOf(index, k), rootOf(n - k)] : [...proofOf(index - k, n - k), rootOf(k)]
    }
    const made = await published(size, rootOf(size))
    const proof = { index: 1_234_567, proof: proofOf(1_234_567, size), checkpoint: made.note }
    expect(proof.proof).toHaveLength(24)
    const bytes = encodeCompactProof(proof)
    expect(bytes.length).toBeLessThanOrEqual(1_300)
    expect(await verifyProofFile(decodeCompactProof(bytes, made.policy), leaf, made.policy)).toMatchObject({
      quorum: true,
    })
    expect(formatProofFile(proof).length).toBeGreaterThan(bytes.length)
  })
  test('a checkpoint with extension lines has no compact form', () => {
    const extended = {
      ...file,
      checkpoint: file.checkpoint.replace(`${toBase64(treeRoot(leaves))}\n`, (root) => `${root}more\n`),
    }
    expect(() => encodeCompactProof(extended)).toThrow('no compact form')
  })
})
