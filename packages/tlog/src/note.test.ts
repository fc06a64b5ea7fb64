import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, equal, fromBase64, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts'
import {
  type CheckLine,
  checkEd25519Line,
  formatLine,
  formatVkey,
  isKeyName,
  keyId,
  NoteError,
  noteType,
  openNote,
  parseNote,
  parseVkey,
  signEd25519,
  signerFromSeed,
  signNote,
  type Verifier,
  verifyEd25519,
} from './note.ts'

const published = [
  {
    name: 'example.com/foo',
    vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    text: 'This is an example message.\n',
    line: '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
  },
  {
    name: 'PeterNeumann (golang)',
    vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
    line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
  },
  {
    name: 'sum.golang.org (a real tree head, its key named otherwise than its origin)',
    vkey: 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
    text: 'go.sum database tree\n35225469\nvt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=\n',
    line: '— sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=\n',
  },
]

/** The log and witnesses of evidence 8, from their seeds. */
const logSeed = Uint8Array.from({ length: 32 }, (_, i) => i)
const logVkey = 'haishu.example/log+7cbfb9dc+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'
const witnesses = [
  {
    name: 'yinzhou.example/witness',
    seed: new Uint8Array(32).fill(1),
    vkey: 'yinzhou.example/witness+e2287f42+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c',
    time: 1_700_000_000,
    line: '— yinzhou.example/witness 4ih/QgAAAABlU/EAm+80R+6bQ+myYTJJ14rbJXouReC36YxJSsMisPlRliW+8E8SZy7ARONAr9F88l98xVrZk1Qr9OTcYXzxOwEYAA==\n',
  },
  {
    name: 'city.example/witness',
    seed: new Uint8Array(32).fill(2),
    vkey: 'city.example/witness+394ef545+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU',
    time: 1_700_000_001,
    line: '— city.example/witness OU71RQAAAABlU/EBR+6vwaLy3rJeXwm0RlpnwqRIV4gtUzq2YayDiW766t9lJyTAQdz2FeTVJEc/sdpiWjEOMCR2ei+TZKcygnk8AA==\n',
  },
]
const logText = 'haishu.example/log\n70000\no5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=\n'
const logLine =
  '— haishu.example/log fL+53OOa0seGNxK8VC/Ql4RTHl1kOPT2Y05MyAaHxAehUEFENyVwzGh3BGqEKsUYTvd01rxG1AIMcjP4zhx8Hf/cUgs=\n'
const cosigned = `${logText}\n${logLine}${witnesses.map(({ line }) => line).join('')}`

describe('verifier keys', () => {
  test.each([...published.map(({ vkey }) => vkey), logVkey, ...witnesses.map(({ vkey }) => vkey)])(
    '%s comes back',
    (vkey) => {
      expect(formatVkey(parseVkey(vkey))).toBe(vkey)
    },
  )

  test('the plus signs of base64 stay with the key: only the first two split', () => {
    const { name, publicKey } = parseVkey(published[2]!.vkey)
    expect(name).toBe('sum.golang.org')
    expect(toBase64(concat(Uint8Array.of(1), publicKey))).toBe('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8')
  })

  test('the seeds of evidence 8 give its keys, and the key id is four bytes of the hash', async () => {
    const log = await signerFromSeed('haishu.example/log', logSeed)
    expect(formatVkey(log.verifier)).toBe(logVkey)
    expect(toHex(keyId(log.verifier.name, noteType.ed25519, log.verifier.publicKey))).toBe('7cbfb9dc')
    for (const { name, seed, vkey } of witnesses) {
      expect(formatVkey((await signerFromSeed(name, seed, noteType.cosignatureV1)).verifier)).toBe(vkey)
    }
  })

  test('no character of a verifier key can change, go or come', () => {
    const { vkey } = published[0]!
    const passed: string[] = []
    for (let at = 0; at < vkey.length; at++) {
      for (const other of ['A', 'b', '0', '+', '=', ' ', '']) {
        for (const wrong of [
          vkey.slice(0, at) + other + vkey.slice(at + 1),
          vkey.slice(0, at) + other + vkey.slice(at),
        ]) {
          if (wrong !== vkey && reads(() => parseVkey(wrong))) passed.push(wrong)
        }
      }
    }
    expect(passed).toEqual([])
  })

  test.each([
    ['nothing', ''],
    ['a name alone', 'example.com/foo'],
    ['no key', 'example.com/foo+530d903a'],
    ['an empty key', 'example.com/foo+530d903a+'],
    ['no name', '+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['capitals in the key id', 'example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    [
      'a key of 31 bytes',
      `a+${toHex(keyId('a', 1, new Uint8Array(31)))}+${toBase64(concat(Uint8Array.of(1), new Uint8Array(31)))}`,
    ],
    ['a newline behind', `${published[0]!.vkey}\n`],
  ])('%s is refused', (_, vkey) => {
    expect(() => parseVkey(vkey)).toThrow(NoteError)
  })

  test.each(['a', 'haishu.example/log', '海曙', '-', '—'])('%j may name a key', (name) => {
    expect(isKeyName(name)).toBe(true)
  })

  test.each([
    '',
    ' ',
    'a b',
    'a+b',
    'a\n',
    'a\tb',
    'a\u0085b',
    'a\u00a0b',
    'a\u2028b',
    'a\u3000b',
    'a\u0000b',
    '\ud800',
  ])('%j may not name a key', async (name) => {
    expect(isKeyName(name)).toBe(false)
    await expect(signerFromSeed(name, logSeed)).rejects.toThrow(NoteError)
  })

  test.each([0, 31, 33, 64])('a seed of %i bytes is refused', async (length) => {
    await expect(signerFromSeed('a', new Uint8Array(length))).rejects.toThrow(NoteError)
  })
})

describe('published notes', () => {
  test.each(published)('$name opens', async ({ vkey, text, line }) => {
    const verifier = parseVkey(vkey)
    const opened = await openNote(`${text}\n${line}`, [verifier])
    expect(opened.text).toBe(text)
    expect(opened.signatures.map((one) => one.verifier)).toEqual([verifier])
  })

  test.each(published)(
    '$name: none of its bits, nor of its signature, can change',
    async ({ vkey, text, line }) => {
      const note = utf8(`${text}\n${line}`)
      const passed: string[] = []
      for (let at = 0; at < note.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const wrong = Uint8Array.from(note)
          wrong[at]! ^= 1 << bit
          if (await opens(wrong, vkey)) passed.push(`byte ${at}, bit ${bit}`)
        }
      }
      expect(passed).toEqual([])
    },
  )

  test.each(published)(
    '$name: no byte can go or stand twice, and no end be cut off',
    async ({ vkey, text, line }) => {
      const note = utf8(`${text}\n${line}`)
      const passed: string[] = []
      for (let at = 0; at < note.length; at++) {
        if (await opens(concat(note.slice(0, at), note.slice(at + 1)), vkey))
          passed.push(`without byte ${at}`)
        if (await opens(concat(note.slice(0, at + 1), note.slice(at)), vkey)) passed.push(`byte ${at} twice`)
        if (await opens(note.slice(0, at), vkey)) passed.push(`its first ${at} bytes`)
      }
      expect(passed).toEqual([])
    },
  )

  test.each([
    ['a byte order mark in front', (note: string) => `\uFEFF${note}`],
    ['a newline behind', (note: string) => `${note}\n`],
    ['a space behind', (note: string) => `${note} `],
    ['carriage returns', (note: string) => note.replaceAll('\n', '\r\n')],
    ['a line of text in front', (note: string) => `more\n${note}`],
    ['a blank line in front', (note: string) => `\n${note}`],
    ['a hyphen for the dash', (note: string) => note.replace('— ', '- ')],
    ['two spaces after the dash', (note: string) => note.replace('— ', '—  ')],
    ['base64 without padding', (note: string) => note.replace('=\n', '\n')],
  ])('%s: it does not open', async (_, spoil) => {
    for (const { vkey, text, line } of published) {
      const note = `${text}\n${line}`
      expect(spoil(note)).not.toBe(note)
      expect(await opens(utf8(spoil(note)), vkey)).toBe(false)
    }
  })

  test('golang: its own seed signs its own note', async () => {
    const { text, line, vkey } = published[1]!
    const seed = fromBase64('gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=')
    const signer = await signerFromSeed('PeterNeumann', seed)
    expect(formatVkey(signer.verifier)).toBe(vkey)
    expect(await signNote(text, [signer])).toBe(`${text}\n${line}`)
  })
})

describe('signature lines', () => {
  const [first, second, third] = published.map(({ vkey }) => parseVkey(vkey)) as [
    Verifier,
    Verifier,
    Verifier,
  ]
  const { text, line } = published[0]!

  test('lines of unknown keys are ignored, before and after the known one', async () => {
    const others = published[1]!.line + published[2]!.line
    for (const lines of [others + line, line + others]) {
      expect((await openNote(`${text}\n${lines}`, [first])).signatures).toHaveLength(1)
    }
  })

  test('a line of a known key that fails sinks the note, though another line is good', async () => {
    for (const lines of [line + published[1]!.line, published[1]!.line + line]) {
      await expect(openNote(`${text}\n${lines}`, [first, second])).rejects.toThrow('PeterNeumann')
    }
  })

  test('a second line of the same key must be good too, and counts once', async () => {
    expect((await openNote(`${text}\n${line}${line}`, [first])).signatures).toHaveLength(1)
    const bad = formatLine(first, new Uint8Array(64))
    await expect(openNote(`${text}\n${line}${bad}`, [first])).rejects.toThrow(NoteError)
    await expect(openNote(`${text}\n${bad}${line}`, [first])).rejects.toThrow(NoteError)
  })

  test('the name and the key id must both be those of the key', async () => {
    const { lines } = parseNote(`${text}\n${line}`)
    const renamed = formatLine({ name: 'example.com/bar', id: first.id }, lines[0]!.signature)
    const otherId = formatLine({ name: first.name, id: second.id }, lines[0]!.signature)
    for (const wrong of [renamed, otherId]) {
      await expect(openNote(`${text}\n${wrong}`, [first])).rejects.toThrow('no known key')
      expect((await openNote(`${text}\n${wrong}${line}`, [first])).signatures).toHaveLength(1)
    }
  })

  test('without a known key nothing opens', async () => {
    await expect(openNote(`${text}\n${line}`, [])).rejects.toThrow('no known key')
    await expect(openNote(`${text}\n${line}`, [second, third])).rejects.toThrow('no known key')
  })

  test('a plain check verifies no other type, though the signature is good Ed25519', async () => {
    const witness = await signerFromSeed('w', logSeed, noteType.cosignatureV1)
    const [parsed] = parseNote(
      `${text}\n${formatLine(witness.verifier, await signEd25519(witness, utf8(text)))}`,
    ).lines
    expect(await verifyEd25519(witness.verifier.publicKey, utf8(text), parsed!.signature)).toBe(true)
    expect(await checkEd25519Line(witness.verifier, text, parsed!)).toBe(false)
  })

  test.each([1, 16, 100])('%i lines are read', async (count) => {
    const unknown = formatLine({ name: 'x', id: Uint8Array.of(1, 2, 3, 4) }, Uint8Array.of(5))
    const note = `${text}\n${unknown.repeat(count - 1)}${line}`
    expect(parseNote(note).lines).toHaveLength(count)
    expect((await openNote(note, [first])).signatures).toHaveLength(1)
  })

  test('101 lines are too many, and so is more than a million characters', () => {
    const unknown = formatLine({ name: 'x', id: Uint8Array.of(1, 2, 3, 4) }, Uint8Array.of(5))
    expect(() => parseNote(`${text}\n${unknown.repeat(101)}`)).toThrow('too many')
    expect(() => parseNote(`${'a'.repeat(1_000_000)}\n\n${line}`)).toThrow('too long')
  })
})

describe('the form of a note', () => {
  test('the text ends at the last blank line, so it may hold others', async () => {
    const signer = await signerFromSeed('a', logSeed)
    for (const text of ['\n', '\n\n', 'a\n\nb\n', 'a\n\n\n', '— a AAAAAAA=\n\n— b AAAAAAA=\n']) {
      const note = await signNote(text, [signer])
      expect(parseNote(note).text).toBe(text)
      expect((await openNote(note, [signer.verifier])).text).toBe(text)
    }
  })

  test.each([
    ['nothing', ''],
    ['a newline', '\n'],
    ['no blank line', 'text\n— a AAAAAAA=\n'],
    ['no text', '\n— a AAAAAAA=\n'],
    ['no signature line', 'text\n\n'],
    ['no last newline', 'text\n\n— a AAAAAAA='],
    ['a blank line at the end', 'text\n\n— a AAAAAAA=\n\n'],
    ['a line that is no signature', 'text\n\nnot a signature\n'],
    ['a signature line and one that is none', 'text\n\n— a AAAAAAA=\nmore\n'],
    ['a name with a plus', 'text\n\n— a+b AAAAAAA=\n'],
    ['no name', 'text\n\n—  AAAAAAA=\n'],
    ['something after the signature', 'text\n\n— a AAAAAAA= b\n'],
    ['a key id without a signature', 'text\n\n— a AAAAAA==\n'],
    ['a tab in the text', 'te\txt\n\n— a AAAAAAA=\n'],
    ['a NUL in the text', 'te\0xt\n\n— a AAAAAAA=\n'],
    ['a lone surrogate in the text', 'te\ud800xt\n\n— a AAAAAAA=\n'],
  ])('%s is no note', (_, note) => {
    expect(() => parseNote(note)).toThrow(NoteError)
  })

  test.each(['', 'no newline', 'a\tb\n', 'a\r\n', 'a\u0000\n', '\ud800\n'])(
    'the text %j is not signed',
    async (text) => {
      const signer = await signerFromSeed('a', logSeed)
      await expect(signNote(text, [signer])).rejects.toThrow(NoteError)
    },
  )

  test('without a signer, or with a witness for one, nothing is signed', async () => {
    const witness = await signerFromSeed('w', logSeed, noteType.cosignatureV1)
    await expect(signNote('a\n', [])).rejects.toThrow(NoteError)
    await expect(signNote('a\n', [witness])).rejects.toThrow(NoteError)
  })
})

describe('whatever the text and the names', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '—', '+', '=', '明', '簿', '𠮷', '\u00a0', '\n') })
  const names = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '—', '区'), minLength: 1, maxLength: 8 }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })

  test('a note opens to what was signed, by all who signed it, in their order', async () => {
    await fc.assert(
      fc.asyncProperty(line, names, seed, async (body, signerNames, bytes) => {
        const signers = await Promise.all(signerNames.map((name) => signerFromSeed(name, bytes)))
        const text = `${body}\n`
        const note = await signNote(text, signers)
        const opened = await openNote(note, signers.map(({ verifier }) => verifier).reverse())
        expect(opened.text).toBe(text)
        expect(opened.signatures.map(({ verifier }) => verifier.name)).toEqual(signerNames)
        expect(await signNote(text, signers)).toBe(note)
        for (const { verifier } of signers) expect(parseVkey(formatVkey(verifier))).toEqual(verifier)
      }),
      { seed: 20_261_123, numRuns: 100 },
    )
  })

  test('a note of one key does not open under another key of the same name', async () => {
    await fc.assert(
      fc.asyncProperty(line, seed, seed, async (body, mine, theirs) => {
        fc.pre(!equal(mine, theirs))
        const note = await signNote(`${body}\n`, [await signerFromSeed('a', mine)])
        const other = await signerFromSeed('a', theirs)
        await expect(openNote(note, [other.verifier])).rejects.toThrow(NoteError)
      }),
      { seed: 20_261_123, numRuns: 100 },
    )
  })
})

describe('the cosigned checkpoint of evidence 8', () => {
  const verifiers = [logVkey, ...witnesses.map(({ vkey }) => vkey)].map(parseVkey)

  /** What a witness signs: the time and the whole checkpoint text. */
  const message = (time: bigint): Uint8Array => utf8(`cosignature/v1\ntime ${time}\n${logText}`)

  /** Checks both types, as a reader of cosigned checkpoints would plug in. */
  const checkBoth: CheckLine = async (verifier, text, line) => {
    if (verifier.type !== noteType.cosignatureV1) return checkEd25519Line(verifier, text, line)
    if (line.signature.length !== 72 || text !== logText) return false
    const time = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0)
    return verifyEd25519(verifier.publicKey, message(time), line.signature.slice(8))
  }

  test('the log key of the seed signs that very line', async () => {
    const signer = await signerFromSeed('haishu.example/log', logSeed)
    expect(await signNote(logText, [signer])).toBe(`${logText}\n${logLine}`)
  })

  test.each(witnesses)(
    'the seed of $name signs that very line over the time and the text',
    async ({ name, seed, time, line }) => {
      const signer = await signerFromSeed(name, seed, noteType.cosignatureV1)
      const signature = await signEd25519(signer, message(BigInt(time)))
      const timed = new Uint8Array(72)
      new DataView(timed.buffer).setBigUint64(0, BigInt(time))
      timed.set(signature, 8)
      expect(formatLine(signer.verifier, timed)).toBe(line)
    },
  )

  test('a reader who knows only the log ignores the witnesses', async () => {
    expect((await openNote(cosigned, [verifiers[0]!])).signatures).toHaveLength(1)
  })

  test('with a check for their type, all three lines are good', async () => {
    const { signatures } = await openNote(cosigned, verifiers, checkBoth)
    expect(signatures.map(({ verifier }) => verifier.name)).toEqual([
      'haishu.example/log',
      'yinzhou.example/witness',
      'city.example/witness',
    ])
  })

  test('without such a check, a known witness line fails and sinks the note', async () => {
    await expect(openNote(cosigned, verifiers)).rejects.toThrow('yinzhou.example/witness')
  })

  test('with a witness line removed it still opens, by one fewer: counting is the caller\u2019s duty', async () => {
    const { signatures } = await openNote(cosigned.replace(witnesses[0]!.line, ''), verifiers, checkBoth)
    expect(signatures).toHaveLength(2)
  })

  test('whatever bit changes, it never opens by all three', async () => {
    const note = utf8(cosigned)
    const passed: string[] = []
    for (let at = 0; at < note.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const wrong = Uint8Array.from(note)
        wrong[at]! ^= 1 << bit
        const opened = await openNote(textOr(wrong), verifiers, checkBoth).catch(nothing)
        if (opened && (opened.text !== logText || opened.signatures.length === 3))
          passed.push(`byte ${at}, bit ${bit}`)
      }
    }
    expect(passed).toEqual([])
  })
})

/** True when the bytes are a note that opens under the key. Only refusals count as no: a bug is thrown on. */
async function opens(bytes: Uint8Array, vkey: string): Promise<boolean> {
  return (await openNote(textOr(bytes), [parseVkey(vkey)]).catch(nothing)) !== null
}

/** The text of bytes that are UTF-8; for others, a text that is no note. */
function textOr(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes)
  } catch {
    return ''
  }
}

function nothing(error: unknown): null {
  if (error instanceof NoteError) return null
  throw error
}

function reads(parse: () => unknown): boolean {
  try {
    parse()
    return true
  } catch (error) {
    return nothing(error) !== null
  }
}
