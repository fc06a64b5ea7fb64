import { beforeAll, describe, expect, test } from 'vitest'
import { fromBase64, toBase64 } from './bytes.ts'
import { checkTlogLine, cosign, cosignatureTime } from './cosignature.ts'
import {
  formatVkey,
  NoteError,
  noteType,
  openNote,
  parseNote,
  type Signer,
  signerFromSeed,
  signNote,
} from './note.ts'
import { formatPolicy, openCheckpoint, parsePolicy, quorumMet } from './policy.ts'

// Known answers, verified with two foreign programs: log seed 00…1f, witness seeds 32 × 01 and 32 × 02.
const vkeys = {
  log: 'haishu.example/log+7cbfb9dc+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4',
  yinzhou: 'yinzhou.example/witness+e2287f42+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c',
  city: 'city.example/witness+394ef545+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU',
}
const text = 'haishu.example/log\n70000\no5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=\n'
const lines = {
  log: '— haishu.example/log fL+53OOa0seGNxK8VC/Ql4RTHl1kOPT2Y05MyAaHxAehUEFENyVwzGh3BGqEKsUYTvd01rxG1AIMcjP4zhx8Hf/cUgs=\n',
  yinzhou:
    '— yinzhou.example/witness 4ih/QgAAAABlU/EAm+80R+6bQ+myYTJJ14rbJXouReC36YxJSsMisPlRliW+8E8SZy7ARONAr9F88l98xVrZk1Qr9OTcYXzxOwEYAA==\n',
  city: '— city.example/witness OU71RQAAAABlU/EBR+6vwaLy3rJeXwm0RlpnwqRIV4gtUzq2YayDiW766t9lJyTAQdz2FeTVJEc/sdpiWjEOMCR2ei+TZKcygnk8AA==\n',
}
const note = `${text}\n${lines.log}${lines.yinzhou}${lines.city}`
let yinzhou: Signer
let city: Signer
beforeAll(async () => {
  yinzhou = await signerFromSeed(
    'yinzhou.example/witness',
    new Uint8Array(32).fill(1),
    noteType.cosignatureV1,
  )
  city = await signerFromSeed('city.example/witness', new Uint8Array(32).fill(2), noteType.cosignatureV1)
})

test('the published cosignatures come out byte for byte, and say when they were made', async () => {
  expect(formatVkey(yinzhou.verifier)).toBe(vkeys.yinzhou)
  expect(await cosign(yinzhou, text, 1_700_000_000)).toBe(lines.yinzhou)
  expect(await cosign(city, text, 1_700_000_001)).toBe(lines.city)
  expect(parseNote(note).lines.slice(1).map(cosignatureTime)).toEqual([1_700_000_000, 1_700_000_001])
})

test('every bit of a cosignature counts', async () => {
  const [, line] = parseNote(note).lines
  for (let at = 0; at < line!.signature.length * 8; at++) {
    const signature = Uint8Array.from(line!.signature)
    signature[at >> 3]! ^= 1 << (at & 7)
    expect(await checkTlogLine(yinzhou.verifier, text, { ...line!, signature }), `bit ${at}`).toBe(false)
  }
  expect(await checkTlogLine(yinzhou.verifier, text, line!)).toBe(true)
  for (const length of [0, 64, 71, 73])
    expect(await checkTlogLine(yinzhou.verifier, text, { ...line!, signature: new Uint8Array(length) })).toBe(
      false,
    )
})

test('a plain signature is no cosignature, nor the other way round', async () => {
  const plain = await signerFromSeed('a', new Uint8Array(32).fill(3))
  await expect(cosign(plain, text, 1)).rejects.toThrow('a key of its type')
  const [own] = parseNote(await signNote(text, [plain])).lines
  expect(await checkTlogLine({ ...plain.verifier, type: noteType.cosignatureV1 }, text, own!)).toBe(false)
  expect(() => cosignatureTime(own!)).toThrow(NoteError)
})

const head = `log ${vkeys.log}\nwitness yinzhou ${vkeys.yinzhou}\nwitness city ${vkeys.city} https://city.example/\n`
const both = `${head}group both all yinzhou city\nquorum both\n`

describe('a policy', () => {
  test('is read, and written as it was read', () => {
    expect(formatPolicy(parsePolicy(both))).toBe(both)
    expect(parsePolicy(`# a remark\n\n${head.replaceAll(' ', '\t')}  quorum   none  \n`)).toMatchObject({
      quorum: 'none',
    })
  })
  test.each([
    ['nothing', ''],
    ['no quorum', head],
    ['two quorums', `${both}quorum city\n`],
    ['a quorum that is not defined', `${head}quorum both\n`],
    ['a group of one that is not defined', `${head}group a 1 nobody\nquorum a\n`],
    ['a group defined after its use', `${head}group a 1 b\ngroup b 1 city\nquorum a\n`],
    ['three of two', `${head}group a 3 yinzhou city\nquorum a\n`],
    ['none of two', `${head}group a 0 yinzhou city\nquorum a\n`],
    ['one and a half of two', `${head}group a 1.5 yinzhou city\nquorum a\n`],
    ['a group without members', `${head}group a any\nquorum a\n`],
    ['a member of two groups', `${head}group a 1 city\ngroup b 1 city\nquorum a\n`],
    ['a witness twice', `${head}witness city ${vkeys.city}\nquorum none\n`],
    ['two names with one key', `${head}witness other ${vkeys.city}\nquorum none\n`],
    ['a witness with a log’s key', `witness w ${vkeys.log}\nquorum none\n`],
    ['a log with a witness’s key', `log ${vkeys.city}\nquorum none\n`],
    ['a log twice', `log ${vkeys.log}\n${both}`],
    ['a key that is none', 'log x\nquorum none\n'],
    ['a witness called none', `witness none ${vkeys.city}\nquorum none\n`],
    ['a keyword of no policy', `${head}mirror x\nquorum none\n`],
    ['more than an address', `log ${vkeys.log} a b\nquorum none\n`],
  ])('of %s is refused', (_name, policy) => {
    expect(() => parsePolicy(policy)).toThrow(NoteError)
  })
})

test.each([
  ['none', [], true],
  ['yinzhou', ['yinzhou'], true],
  ['yinzhou', ['city'], false],
  ['any', ['city'], true],
  ['any', [], false],
  ['all', ['city', 'yinzhou'], true],
  ['all', ['city'], false],
  ['all', ['city', 'stranger'], false],
])('quorum %s with %j', (quorum, names, met) => {
  const group =
    quorum === 'any' || quorum === 'all' ? `group g ${quorum} yinzhou city\nquorum g\n` : `quorum ${quorum}\n`
  expect(quorumMet(parsePolicy(head + group), new Set(names))).toBe(met)
})

describe('a checkpoint under a policy', () => {
  test('of both witnesses has its quorum', async () => {
    expect(await openCheckpoint(note, parsePolicy(both), { origin: 'haishu.example/log' })).toMatchObject({
      quorum: true,
      checkpoint: { size: 70_000 },
      cosignatures: [
        { witness: 'yinzhou', time: 1_700_000_000 },
        { witness: 'city', time: 1_700_000_001 },
      ],
    })
  })
  test('that lost a witness’s line opens still, without the quorum; the same line twice counts once', async () => {
    for (const one of [
      `${text}\n${lines.log}${lines.city}`,
      `${text}\n${lines.log}${lines.city}${lines.city}`,
    ]) {
      const opened = await openCheckpoint(one, parsePolicy(both))
      expect(opened.quorum).toBe(false)
      expect(opened.cosignatures).toHaveLength(1)
      expect((await openNote(one, [city.verifier], checkTlogLine)).signatures).toHaveLength(1)
    }
  })
  const spoilt = (line: string) => {
    const [, name, signature = ''] = line.trim().split(' ')
    const bytes = fromBase64(signature)
    bytes[40]! ^= 1
    return `— ${name} ${toBase64(bytes)}\n`
  }
  test.each([
    ['without its log’s line', () => `${text}\n${lines.yinzhou}${lines.city}`, {}],
    ['with its log’s line spoilt', () => `${text}\n${spoilt(lines.log)}${lines.yinzhou}${lines.city}`, {}],
    ['with a witness’s line spoilt', () => `${text}\n${lines.log}${spoilt(lines.yinzhou)}${lines.city}`, {}],
    ['of another size', () => note.replace('70000', '70001'), {}],
    ['of another log than expected', () => note, { origin: 'yinzhou.example/log' }],
  ] as [string, () => string, { origin?: string }][])('%s is refused', async (_name, make, expected) => {
    await expect(openCheckpoint(make(), parsePolicy(both), expected)).rejects.toThrow(NoteError)
  })
  test('of a log the policy does not know is refused', async () => {
    const unknown = parsePolicy(both.replace(`log ${vkeys.log}\n`, ''))
    await expect(openCheckpoint(note, unknown)).rejects.toThrow('no known key of haishu.example/log')
  })
})
