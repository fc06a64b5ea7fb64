import {
  checkInclusion,
  commitmentWith,
  decodeLeaf,
  equal,
  fieldsRootWith,
  fromBase64,
  fromHex,
  fromUtf8,
  leafHash,
  type ProofFile,
  parseProofFile,
  type Sha256,
  toHex,
  utf8,
} from '@mingbu/tlog'
import type { HeldAct } from './check-officer.ts'
import { type PackProblem, packProblem } from './pack-problems.ts'
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

/** A log that was checked: its entries, and the checkpoint they were held against. */
export interface CheckedLog {
  entry(index: number): Promise<Uint8Array | null>
  size: number
  root: Uint8Array
}

/** What does not hold of an opened act, or the act: each value opens its commitment, and these belong to the act's leaf. */
export async function checkOpened(
  files: PackFiles,
  file: string,
  logs: ReadonlyMap<string, CheckedLog>,
  sha256: Sha256,
): Promise<PackProblem | HeldAct> {
  try {
    return await check(files, file, logs, sha256)
  } catch (error) {
    return packProblem('opened_unreadable', { file, why: words(error) })
  }
}

async function check(
  files: PackFiles,
  file: string,
  logs: ReadonlyMap<string, CheckedLog>,
  sha256: Sha256,
): Promise<PackProblem | HeldAct> {
  const { act, district, index, fields } = JSON.parse(await textOf(files, file)) as OpenedAct
  const log = logs.get(district)
  const entry = await log?.entry(index)
  if (!log || !entry) return packProblem('opened_no_leaf', { file, index })
  const leaf = decodeLeaf(entry)
  if (leaf.act !== act || file !== `opened/${act}.json`)
    return packProblem('opened_other_act', { file, index, act: leaf.act })
  if (fields.length !== leaf.n || fields.some(({ no }, i) => no !== i))
    return packProblem('opened_fields', { file, index, act })
  const commitments = fields.map((field) => fromHex(field.commitment))
  if (toHex(fieldsRootWith(sha256, commitments)) !== leaf.fields)
    return packProblem('opened_commitments', { file, index, act })
  const wrong = fields.find((field, i) => !opens(field, commitments[i]!, sha256))
  if (wrong) return packProblem('opened_value', { file, index, act, why: wrong.name })
  const alone = await files.read(`opened/${act}.entry`)
  if (alone && !equal(alone, entry))
    return packProblem('opened_entry', { file: `opened/${act}.entry`, index, act })
  const proof = await files.read(`opened/${act}.tlog-proof`)
  if (proof && !(await proves(proof, { files, district, log, index, entry, sha256 })))
    return packProblem('opened_proof', { file: `opened/${act}.tlog-proof`, index, act })
  const shown = fields.map((field) => [
    field.name,
    { commitment: field.commitment.toLowerCase(), value: bytesOf(field) },
  ])
  return {
    file,
    index,
    leaf,
    fields: new Map(shown as [string, { commitment: string; value: Uint8Array | null }][]),
  }
}

/** The value that a field shows; null when it stays closed or was erased. */
const bytesOf = ({ value, valueBase64 }: OpenedField): Uint8Array | null =>
  value !== undefined ? utf8(value) : valueBase64 !== undefined ? fromBase64(valueBase64) : null

/** A field that shows a value shows the one committed to. */
function opens(field: OpenedField, commitment: Uint8Array, sha256: Sha256): boolean {
  const { name, salt } = field
  const bytes = bytesOf(field)
  if (salt === undefined || bytes === null) return salt === undefined && bytes === null
  return equal(commitmentWith(sha256, name, fromHex(salt), bytes), commitment)
}

/** The proof file is one of this entry under the very checkpoint of the pack, which was checked. */
async function proves(
  bytes: Uint8Array,
  at: {
    files: PackFiles
    district: string
    log: CheckedLog
    index: number
    entry: Uint8Array
    sha256: Sha256
  },
): Promise<boolean> {
  const { files, district, log, index, entry, sha256 } = at
  const { size, root } = log
  let file: ProofFile
  try {
    file = parseProofFile(fromUtf8(bytes))
  } catch {
    return false
  }
  return (
    file.index === index &&
    file.checkpoint === (await textOf(files, `logs/${district}/checkpoint`)) &&
    checkInclusion({ leaf: leafHash(entry, sha256), index, size, proof: file.proof, root }, sha256)
  )
}
