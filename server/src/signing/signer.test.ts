import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consistencyProof, leafHash, openNote, parseVkey, toBase64, treeRoot, utf8 } from '@mingbu/tlog'
import { afterAll, expect, test } from 'vitest'
import { TreeMemory } from './memory.ts'
import { CheckpointSigner, type SignRequest } from './signer.ts'

const folder = mkdtempSync(join(tmpdir(), 'mingbu-signer-'))
afterAll(() => rmSync(folder, { recursive: true }))

const origin = 'mingbu.example/haishu'
const seed = new Uint8Array(32).fill(7)
const tree = (mark: string, size: number) =>
  Array.from({ length: size }, (_, i) => leafHash(utf8(`${mark} ${i}`)))
const honest = tree('leaf', 40)
/** The same first six leaves, then others. */
const forked = [...honest.slice(0, 6), ...tree('fork', 34)]

const request = (leaves: Uint8Array[], old: number, size: number): SignRequest => ({
  origin,
  size,
  root: toBase64(treeRoot(leaves.slice(0, size))),
  old,
  proof: consistencyProof(leaves.slice(0, size), old).map(toBase64),
})
const open = (path = ':memory:') => new CheckpointSigner(seed, new TreeMemory(path))
/** What became of the second request after ten honest leaves were signed. */
async function afterTen(second: SignRequest) {
  const signer = open()
  expect(await signer.sign([request(honest, 0, 10)])).toMatchObject([{ ok: true }])
  return (await signer.sign([second]))[0]!
}

test.each([
  ['the same tree again', request(honest, 10, 10), true],
  ['the same tree again by one who does not know it was signed', request(honest, 0, 10), true],
  ['a larger tree that begins with it', request(honest, 10, 40), true],
])('%s is signed', async (_name, second, ok) => {
  expect(await afterTen(second)).toMatchObject({ ok })
})

test.each([
  ['a smaller tree', request(honest, 9, 9), 409],
  ['a larger tree proven from an older size', request(honest, 4, 40), 409],
  ['another tree of the same size', request(forked, 10, 10), 422],
  ['a fork that is honest about its own past', request(forked, 10, 40), 422],
  ['a larger tree without proof', { ...request(honest, 10, 40), proof: [] }, 422],
  [
    'a proof one hash short',
    { ...request(honest, 10, 40), proof: request(honest, 10, 40).proof.slice(1) },
    422,
  ],
  ['a size that is none', { ...request(honest, 10, 40), size: -1 }, 400],
  ['a size beyond counting', { ...request(honest, 10, 40), size: 2 ** 53 }, 400],
  ['a root that is no hash', { ...request(honest, 10, 40), root: 'AAAA' }, 400],
  ['a root in another spelling', { ...request(honest, 10, 40), root: `${'A'.repeat(42)}B=` }, 400],
  ['an origin no key may have', { ...request(honest, 10, 40), origin: 'two words' }, 400],
  ['64 hashes', { ...request(honest, 10, 40), proof: Array(64).fill(request(honest, 0, 10).root) }, 400],
  ['nothing at all', null as unknown as SignRequest, 400],
] as const)('%s is refused', async (_name, second, status) => {
  const answer = await afterTen(second as SignRequest)
  expect(answer).toMatchObject({ ok: false, status })
  if (status === 409) expect(answer).toMatchObject({ stored: 10 })
})

test('what was refused leaves no trace: the honest tree still goes on', async () => {
  const signer = open()
  await signer.sign([request(honest, 0, 10)])
  await signer.sign([request(forked, 10, 40), request(honest, 4, 40)])
  expect(await signer.sign([request(honest, 10, 40)])).toMatchObject([{ ok: true }])
})

test('its line opens under its own key and under no other log’s', async () => {
  const signer = open()
  const [answer] = await signer.sign([request(honest, 0, 10)])
  const [own, other] = (await signer.vkeys([origin, 'mingbu.example/yuyao'])).map(parseVkey)
  const line = answer!.ok ? answer!.line : ''
  const note = `${origin}\n10\n${toBase64(treeRoot(honest.slice(0, 10)))}\n\n${line}`
  expect((await openNote(note, [own!])).signatures).toHaveLength(1)
  await expect(openNote(note.replace('\n10\n', '\n11\n'), [own!])).rejects.toThrow('does not verify')
  await expect(openNote(note, [other!])).rejects.toThrow('no known key')
})

test('after a restart it remembers what it signed, also when another process signed beside it', async () => {
  const path = join(folder, 'signed.db')
  const first = open(path)
  const beside = open(path)
  await first.sign([request(honest, 0, 10)])
  await beside.sign([request(honest, 10, 20)])
  expect(await first.sign([request(forked, 10, 40)])).toMatchObject([{ ok: false, status: 409, stored: 20 }])
  const again = open(path)
  expect(await again.sign([request(honest, 19, 19)])).toMatchObject([{ ok: false, stored: 20 }])
  expect(await again.sign([request(honest, 20, 40)])).toMatchObject([{ ok: true }])
})
