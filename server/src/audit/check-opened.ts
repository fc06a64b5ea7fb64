import {
  commitmentWith,
  decodeLeaf,
  equal,
  fieldsRootWith,
  fromBase64,
  fromHex,
  type Sha256,
  toHex,
  utf8,
} from '@mingbu/tlog'
import { type PackFiles, textOf, words } from './pack-reader.ts'

/** One field of an opened act. Without salt and value it stays closed, or was erased. */
export interface OpenedField {
  no: number
  name: string
  /** Hex. */
  commitment: string
  /** Hex. */
  salt?: string
  value?: string
  /** Instead of `value` where the bytes are no text. */
  valueBase64?: string
}

/** `opened/<act>.json`. */
export interface OpenedAct {
  act: string
  district: string
  index: number
  fields: OpenedField[]
}

/** How to get an entry of a log that was checked; null when there is no such log or entry. */
export type EntryOf = (district: string, index: number) => Promise<Uint8Array | null>

/** Says why an opened act does not hold; null when each value opens its commitment and these belong to the act's leaf. */
export async function openedProblem(
  files: PackFiles,
  file: string,
  entryOf: EntryOf,
  sha256: Sha256,
): Promise<string | null> {
  try {
    const opened = JSON.parse(await textOf(files, file)) as OpenedAct
    const entry = await entryOf(opened.district, opened.index)
    if (entry === null) return `there is no leaf ${opened.index} of ${opened.district} in this pack`
    const leaf = decodeLeaf(entry)
    if (leaf.act !== opened.act || file !== `opened/${leaf.act}.json`)
      return `leaf ${opened.index} is of the act ${leaf.act}`
    if (opened.fields.length !== leaf.n || opened.fields.some(({ no }, i) => no !== i))
      return `its ${leaf.n} fields are not all there`
    const commitments = opened.fields.map((field) => fromHex(field.commitment))
    if (toHex(fieldsRootWith(sha256, commitments)) !== leaf.fields)
      return 'its commitments are not those of the leaf'
    const closed = opened.fields.find((field, i) => !opens(field, commitments[i]!, sha256))
    if (closed) return `the value shown for ${closed.name} is not the one committed to`
    const alone = await files.read(`opened/${leaf.act}.entry`)
    return alone === null || equal(alone, entry) ? null : 'the entry beside it is another'
  } catch (error) {
    return words(error)
  }
}

/** A field that shows a value shows the one committed to. */
function opens(field: OpenedField, commitment: Uint8Array, sha256: Sha256): boolean {
  const { name, salt, value, valueBase64 } = field
  const bytes = value !== undefined ? utf8(value) : valueBase64 !== undefined ? fromBase64(valueBase64) : null
  if (salt === undefined || bytes === null) return salt === undefined && bytes === null
  return equal(commitmentWith(sha256, name, fromHex(salt), bytes), commitment)
}
