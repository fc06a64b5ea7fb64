import { utf8 } from './bytes.ts'

/** What each byte may be: bits of the classes it belongs to. */
const lower = 1
const upper = 2
const digit = 4
const hex = 8
const classes = new Uint8Array(256)
for (let c = 0x61; c <= 0x7a; c++) classes[c]! |= lower
for (let c = 0x41; c <= 0x5a; c++) classes[c]! |= upper
for (let c = 0x30; c <= 0x39; c++) classes[c]! |= digit | hex
for (let c = 0x61; c <= 0x66; c++) classes[c]! |= hex

/** What a hexadecimal digit is worth. */
const worth = new Uint8Array(256)
for (let c = 0x30; c <= 0x39; c++) worth[c] = c - 0x30
for (let c = 0x61; c <= 0x66; c++) worth[c] = c - 0x57

/** The part of a leaf whose places are fixed: `h` a hexadecimal digit, `d` a decimal one, all else itself. */
const head = '{"act":"hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh","at":"dddd-dd-ddTdd:dd:dd.ddddddZ","district":"'
const literal = Uint8Array.from(utf8(head))
const classAt = new Uint8Array(head.length)
for (const [start, end] of [
  [8, 44],
  [52, 79],
] as const)
  for (let i = start; i < end; i++) classAt[i] = head[i] === 'h' ? hex : head[i] === 'd' ? digit : 0
/** Where the 32 digits of the act's id stand. */
const idAt = [...head].flatMap((sign, i) => (sign === 'h' && i >= 8 && i < 44 ? [i] : []))

const fieldsWord = utf8('","fields":"')
const countWord = utf8('","n":')
const outcomeWord = utf8(',"outcome":"')
const done = utf8('done","type":"')
const refused = utf8('refused","type":"')
const end = utf8('","v":1}')

/**
 * Writes the 16 bytes of the act's id to `into` at `at` when `entry` is, byte for byte, a leaf that `encodeLeaf` makes for
 * `district`; answers whether it is. An order of magnitude cheaper than `decodeLeaf`, which says why one is not.
 */
export function actOfLeaf(entry: Uint8Array, district: Uint8Array, into: Uint8Array, at: number): boolean {
  for (let i = 0; i < literal.length; i++) {
    const is = entry[i]!
    const asked = classAt[i]!
    if (asked === 0 ? is !== literal[i] : (classes[is]! & asked) === 0) return false
  }
  let next = after(entry, literal.length, district)
  next = after(entry, next, fieldsWord)
  next = run(entry, next, hex, 64, 64)
  next = after(entry, next, countWord)
  if (entry[next] === 0x30) return false
  next = run(entry, next, digit, 1, 15)
  next = after(entry, next, outcomeWord)
  const outcome = after(entry, next, done)
  next = outcome < 0 ? after(entry, next, refused) : outcome
  next = run(entry, next, lower, 1, entry.length)
  if (next < 0 || entry[next] !== 0x2e) return false
  next = run(entry, next + 1, lower | upper, 1, entry.length)
  if (after(entry, next, end) !== entry.length) return false
  for (let i = 0; i < 16; i++)
    into[at + i] = (worth[entry[idAt[2 * i]!]!]! << 4) | worth[entry[idAt[2 * i + 1]!]!]!
  return true
}

/** Where `word` ends that stands at `from`; -1 when it does not stand there, or `from` is already -1. */
function after(entry: Uint8Array, from: number, word: Uint8Array): number {
  if (from < 0) return -1
  for (let i = 0; i < word.length; i++) if (entry[from + i] !== word[i]) return -1
  return from + word.length
}

/** Where a run of bytes of a class ends, at most `most` long; -1 when it is shorter than `least`. */
function run(entry: Uint8Array, from: number, of: number, least: number, most: number): number {
  if (from < 0) return -1
  let length = 0
  while (length < most && (classes[entry[from + length]!]! & of) !== 0) length++
  return length < least ? -1 : from + length
}
