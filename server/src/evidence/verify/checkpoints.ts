import { verify as verifySignature } from 'node:crypto'
import type { Text } from '../../kernel/refusal.ts'
import { type Edge, rootOf } from '../edge.ts'
import { publicKeyOfVkey } from '../keys.ts'
import { type Run, zhOffice } from './run.ts'

/** A log with its key, as it is verified. */
export interface Log {
  district: string
  origin: string
  vkey: string
}

interface CheckpointRow {
  size: number
  root: Buffer
  note: string
  /** Size of the one before it. */
  before: number | null
}

/** The signed checkpoints of a log, held against its tree while that grows past their sizes. */
export class Checkpoints {
  /** Size of the newest one; 0 when there is none. */
  readonly newest: number
  readonly #report: Run['report']
  readonly #log: Log
  readonly #key: ReturnType<typeof publicKeyOfVkey>
  readonly #left: Map<number, CheckpointRow>

  private constructor(report: Run['report'], log: Log, rows: readonly CheckpointRow[]) {
    this.#report = report
    this.#log = log
    this.#key = publicKeyOfVkey(log.vkey)
    this.#left = new Map(rows.map((row) => [row.size, row]))
    this.newest = rows.at(-1)?.size ?? 0
  }

  static async of({ client, report }: Run, log: Log): Promise<Checkpoints> {
    const { rows } = await client.query<CheckpointRow>(
      'select size, root, note, before from evidence.checkpoint where district = $1 order by size',
      [log.district],
    )
    for (const gap of gapsIn(rows))
      report({
        code: 'checkpoint_missing',
        district: log.district,
        index: gap,
        zh: `${zhOffice(log.district)}日志：签名过的第 ${gap} 条检查点不见了`,
        en: `log ${log.district}: checkpoint ${gap} was signed and is gone`,
      })
    return new Checkpoints(report, log, rows)
  }

  /** Called at every size of the tree, 0 first. Tells whether a checkpoint of that size is stored. */
  at(edge: Edge): boolean {
    const checkpoint = this.#left.get(edge.size)
    if (!checkpoint) return false
    this.#left.delete(edge.size)
    const { district } = this.#log
    const problem = this.#problem(checkpoint, rootOf(edge))
    if (problem)
      this.#report({
        code: 'checkpoint_wrong',
        district,
        index: edge.size,
        zh: `${zhOffice(district)}第 ${edge.size} 条检查点：${problem.zh}`,
        en: `checkpoint ${edge.size} of ${district}: ${problem.en}`,
      })
    return true
  }

  /** Called when all leaves are in the tree. */
  end({ size: leaves }: Edge): void {
    const { district } = this.#log
    for (const size of this.#left.keys())
      this.#report({
        code: 'leaves_dropped',
        district,
        index: leaves,
        zh: `${zhOffice(district)}日志：签名过 ${size} 条的检查点，而现在只有 ${leaves} 条`,
        en: `log ${district}: a checkpoint was signed at ${size}, but there are only ${leaves} leaves`,
      })
  }

  #problem({ size, root: stored, note }: CheckpointRow, root: Uint8Array): Text | null {
    const { origin } = this.#log
    const cut = note.lastIndexOf('\n\n')
    const text = note.slice(0, cut + 1)
    const line = note
      .slice(cut + 2)
      .split('\n')
      .find((one) => one.startsWith(`— ${origin} `))
    if (!line) return { zh: '没有本日志的签名', en: 'it has no signature of its log' }
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64')
    const { id, key } = this.#key
    if (!bytes.subarray(0, 4).equals(id) || !verifySignature(null, Buffer.from(text), key, bytes.subarray(4)))
      return { zh: '签名验证不通过', en: 'its signature does not verify' }
    if (text !== `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`)
      return {
        zh: '所签的不是由这些条目构成的日志',
        en: 'what was signed is not the tree of these leaves',
      }
    if (stored.equals(root)) return null
    return { zh: '所存的根哈希不是条目的根哈希', en: 'its stored root is not the root of its leaves' }
  }
}

/** Sizes that rows in order of their size name as the one before them, and that are not there. */
export function gapsIn(rows: readonly { size: number; before: number | null }[]): number[] {
  return rows.flatMap(({ before }, i) => (before === (rows[i - 1]?.size ?? null) ? [] : [before ?? 0]))
}
