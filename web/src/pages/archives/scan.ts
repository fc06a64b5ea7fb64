/** What a label of the archive names. */
export type Scanned =
  | { kind: 'file'; number: string }
  | { kind: 'box'; room: string; rack: string; box: string }
  | { kind: 'rack'; room: string; rack: string }

/**
 * What a scanner typed, or a person: a box `A-01-03`, a rack `A-01`, else the number of a file. Takes off what scanners put in
 * front (the sign of the code, as in `]C1`) and reads what a Chinese keyboard makes of letters, digits and the hyphen. Null is nothing.
 */
export function readScan(text: string): Scanned | null {
  const read = text
    .normalize('NFKC')
    .replace(/[‐-―−ー]/g, '-')
    .replace(/\s+/g, '')
    .replace(/^\][A-Za-z]\d/, '')
    .toUpperCase()
  if (read === '') return null
  const [room = '', rack = '', box, ...rest] = read.split('-')
  const part = (word: string, length: number) => word.length <= length && /^[A-Z0-9]+$/.test(word)
  if (rest.length === 0 && part(room, 6) && part(rack, 4)) {
    if (box === undefined) return { kind: 'rack', room, rack }
    if (part(box, 4)) return { kind: 'box', room, rack, box }
  }
  return { kind: 'file', number: read }
}
