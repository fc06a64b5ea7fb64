import { equal, NoteError, parseCheckpoint, parseNote } from '@mingbu/tlog'
import type { Text } from '../../kernel/refusal.ts'
import { type Edge, rootOf } from '../edge.ts'
import { type Run, zhOffice } from './run.ts'

/** Those who remember the logs outside their database, and so know of a past that was changed as a whole. */
export interface Outside {
  /** The last tree that the signer signed of a log; null when it signed none. */
  signer?: (origin: string) => Promise<{ size: number; root: Uint8Array } | null>
  witnesses: readonly {
    name: string
    /** The last note it cosigned of a log; null when there is none. */
    latest(origin: string): Promise<string | null>
  }[]
}

const signerName = 'the signer'

/** A tree of a log that somebody outside has put their name to. */
export interface Recollection {
  by: string
  size: number
  root: Uint8Array
  /** True when a witness saw the signed checkpoint: it was stored before. */
  shown: boolean
}

/**
 * What everybody outside remembers of a log. Ask before the snapshot is taken: what they know of was stored by then.
 * Who does not answer says nothing.
 */
export async function recollect(outside: Outside, origin: string): Promise<Recollection[]> {
  const silent = () => null
  const [signed, ...notes] = await Promise.all([
    outside.signer?.(origin).catch(silent) ?? null,
    ...outside.witnesses.map(({ latest }) => latest(origin).catch(silent)),
  ])
  const shown = notes.flatMap((note, i) => {
    const tree = note === null ? null : treeOf(note, origin)
    return tree ? [{ by: outside.witnesses[i]!.name, ...tree, shown: true }] : []
  })
  return [...(signed ? [{ by: signerName, ...signed, shown: false }] : []), ...shown]
}

function treeOf(note: string, origin: string): { size: number; root: Uint8Array } | null {
  try {
    const checkpoint = parseCheckpoint(parseNote(note).text)
    return checkpoint.origin === origin ? checkpoint : null
  } catch (error) {
    if (error instanceof NoteError) return null
    throw error
  }
}

/** The signer in Chinese; a witness by the name of its key. */
const zhBy = (by: string): string => (by === signerName ? '签名机' : ` ${by} `)

/** Holds a log, while it grows, against what others remember of it. */
export class Recollections {
  readonly #report: Run['report']
  readonly #district: string
  readonly #left: Set<Recollection>

  constructor(report: Run['report'], district: string, all: readonly Recollection[]) {
    this.#report = report
    this.#district = district
    this.#left = new Set(all)
  }

  /** Called at every size of the tree, 0 first. @param signed Whether a checkpoint of that size is stored. */
  at(edge: Edge, signed: boolean): void {
    for (const one of this.#left) {
      if (one.size !== edge.size) continue
      this.#left.delete(one)
      if (!equal(one.root, rootOf(edge)))
        this.#tell('forked', edge.size, {
          zh: `${zhBy(one.by)}签名过另一部 ${one.size} 条的日志`,
          en: `${one.by} has put its name to another tree of ${one.size} leaves`,
        })
      else if (one.shown && !signed)
        this.#tell('checkpoint_missing', one.size, {
          zh: `${zhBy(one.by)}见证过第 ${one.size} 条检查点，现在不见了`,
          en: `${one.by} has cosigned checkpoint ${one.size}, which is gone`,
        })
    }
  }

  /** Called when all leaves are in the tree. */
  end(edge: Edge): void {
    for (const one of this.#left)
      this.#tell('rolled_back', edge.size, {
        zh: `${zhBy(one.by)}签名过 ${one.size} 条，而现在只有 ${edge.size} 条`,
        en: `${one.by} has put its name to ${one.size} leaves, and there are only ${edge.size}`,
      })
  }

  #tell(code: string, index: number, { zh, en }: Text): void {
    const district = this.#district
    this.#report({
      code,
      district,
      index,
      zh: `${zhOffice(district)}日志：${zh}`,
      en: `log ${district}: ${en}`,
    })
  }
}
