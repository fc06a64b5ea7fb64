import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatCheckpoint, signNote } from '@mingbu/tlog'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Held, heldIn, put, sampleLog, writeSample } from './sample.ts'
import { tamperings } from './tampering.ts'
import { buildChecklog, checklog, opensslCheck, run } from './verifiers.ts'

const work = mkdtempSync(join(tmpdir(), 'mingbu-foreign-'))
const program = join(work, 'checklog')
const sample = join(work, 'sample')
beforeAll(async () => {
  buildChecklog(program)
  await writeSample(sample)
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** A copy to spoil. */
function copy(): Held {
  const folder = join(work, 'copy')
  rmSync(folder, { recursive: true, force: true })
  cpSync(sample, folder, { recursive: true })
  return heldIn(folder)
}

describe('the log of the published vectors', () => {
  test('its checkpoint is byte for byte the published one', () => {
    expect(readFileSync(join(heldIn(sample).log, 'checkpoint'), 'utf8')).toBe(
      `haishu.example/log
70000
o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=

— haishu.example/log fL+53OOa0seGNxK8VC/Ql4RTHl1kOPT2Y05MyAaHxAehUEFENyVwzGh3BGqEKsUYTvd01rxG1AIMcjP4zhx8Hf/cUgs=
— yinzhou.example/witness 4ih/QgAAAABlU/EAm+80R+6bQ+myYTJJ14rbJXouReC36YxJSsMisPlRliW+8E8SZy7ARONAr9F88l98xVrZk1Qr9OTcYXzxOwEYAA==
— city.example/witness OU71RQAAAABlU/EBR+6vwaLy3rJeXwm0RlpnwqRIV4gtUzq2YayDiW766t9lJyTAQdz2FeTVJEc/sdpiWjEOMCR2ei+TZKcygnk8AA==
`,
    )
  })

  test('both foreign verifiers accept it', () => {
    expect(checklog(program, heldIn(sample))).toEqual({
      code: 0,
      out: `${heldIn(sample).log}: ok: haishu.example/log at 70000, cosigned by 2 (w-city, w-yinzhou); 277 tiles, 3 older checkpoints, proof of entry 25600\n`,
    })
    expect(opensslCheck(heldIn(sample))).toEqual({
      code: 0,
      out: 'good log\ngood witness w-yinzhou\ngood witness w-city\nsigned by the log\nquorum met\n',
    })
  })

  test.each(tamperings)('$name is refused as $found', ({ found, inCheckpoint, apply }) => {
    const held = copy()
    apply(held)
    const said = checklog(program, held)
    expect(said.out).toContain(`BAD ${found}: `)
    expect(said.code).toBe(1)
    expect(opensslCheck(held).code).toBe(inCheckpoint ? 1 : 0)
  })

  test('a second history that the log itself signed is refused, because an outsider kept the first', async () => {
    const held = copy()
    const text = formatCheckpoint({ origin: 'haishu.example/log', size: 42_000, root: new Uint8Array(32) })
    put(held.old, await signNote(text, [await sampleLog()]))
    const said = checklog(program, held)
    expect(said.out).toContain('BAD consistency: ')
    expect(said.out).toContain('at 42000 the log has the root ')
    expect(said.code).toBe(1)
  })

  test('a checkpoint larger than the log an outsider is given is refused', async () => {
    const held = copy()
    const text = formatCheckpoint({ origin: 'haishu.example/log', size: 70_001, root: new Uint8Array(32) })
    put(held.old, await signNote(text, [await sampleLog()]))
    expect(checklog(program, held)).toMatchObject({
      code: 1,
      out: expect.stringContaining('BAD consistency: ') as string,
    })
  })
})

describe('the quorum is counted by the verifier, never by the log', () => {
  const city = (policy: string) => /^witness w-city (.*)$/m.exec(policy)![1]!
  test.each([
    ['one of the neighbours and the city', (text: string) => text, 0],
    ['both neighbours', (text: string) => text.replace('neighbours 1', 'neighbours 2'), 1],
    ['both neighbours, in words', (text: string) => text.replace('neighbours 1', 'neighbours all'), 1],
    ['any neighbour', (text: string) => text.replace('neighbours 1', 'neighbours any'), 0],
    [
      'the neighbour that did not cosign',
      (text: string) => `${text.replace(/^(group|quorum).*\n/gm, '')}quorum w-jiangbei\n`,
      1,
    ],
    ['nobody', (text: string) => text.replace('quorum both', 'quorum none'), 0],
    [
      'a witness whose lines are another’s',
      (text: string) => text.replace(city(text), 'x'.concat(city(text))),
      2,
    ],
  ])('asked for: %s', (_, change, code) => {
    const held = copy()
    put(held.policy, change(readFileSync(held.policy, 'utf8')))
    expect(checklog(program, held).code).toBe(code)
    if (code < 2) expect(opensslCheck(held).code).toBe(code)
  })

  test.each([
    ['no quorum', (text: string) => text.replace('quorum both\n', '')],
    ['two quorums', (text: string) => `${text}quorum none\n`],
    ['a quorum nobody defined', (text: string) => text.replace('quorum both', 'quorum others')],
    ['a member nobody defined', (text: string) => text.replace('all neighbours', 'all neighbors')],
    ['a member of two groups', (text: string) => text.replace('neighbours w-city', 'w-yinzhou w-city')],
    ['more than all members', (text: string) => text.replace('neighbours 1', 'neighbours 3')],
    ['none of the members', (text: string) => text.replace('neighbours 1', 'neighbours 0')],
    [
      'one key under two names',
      (text: string) =>
        text.replace(
          /^witness w-city.*$/m,
          text.match(/^witness w-yinzhou .*$/m)![0].replace('w-yinzhou', 'w-city'),
        ),
    ],
    ['one name for two', (text: string) => text.replace('witness w-city', 'witness w-yinzhou')],
    ['a key whose id is another’s', (text: string) => text.replace('e2287f42', 'e2287f43')],
    [
      'a log’s key for a witness',
      (text: string) => text.replace(/^witness w-city \S+/m, `witness w-city ${/^log (\S+)/.exec(text)![1]}`),
    ],
    ['a line of its own', (text: string) => `${text}trust everybody\n`],
    ['a carriage return', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('a policy with %s is not understood', (_, change) => {
    const held = copy()
    put(held.policy, change(readFileSync(held.policy, 'utf8')))
    expect(checklog(program, held)).toMatchObject({
      code: 2,
      out: expect.stringMatching(/^checklog: /) as string,
    })
  })

  test('asked wrongly, it says how it is asked', () => {
    expect(run(program, ['-log', heldIn(sample).log]).code).toBe(2)
    expect(
      run(program, ['-policy', heldIn(sample).policy, '-log', heldIn(sample).log, '-proof', 'x']).code,
    ).toBe(2)
  })
})
