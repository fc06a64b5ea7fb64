import {
  decodeEntryBundle,
  equal,
  GrowingTree,
  type OpenedCheckpoint,
  openCheckpoint,
  type Policy,
  parsePolicy,
  type RecomputedTile,
  type TileAddress,
  tilePath,
  tilesOf,
  tileWidth,
  toBase64,
  toHex,
} from '@mingbu/tlog'
import type { Text } from '../kernel/refusal.ts'
import {
  type CheckBundle,
  type CheckedBundle,
  checkBundle,
  hashesOf,
  type UnreadableBundle,
} from './check-bundle.ts'
import { IdSet, idLength } from './id-set.ts'
import { type PackProblem, type ProblemFacts, packProblem } from './pack-problems.ts'
import { type PackFiles, splitNotes, textOf, type VerifyOptions, words } from './pack-reader.ts'

/** What was found of one log. */
export interface LogReport {
  district: string
  origin: string
  /** As its checkpoint says. */
  size: number
  /** Base64. */
  root: string
  /** Entries that were read. */
  leaves: number
  /** Entries that are leaves of acts. */
  acts: number
  /** Witnesses whose cosignatures are good, as the policy names them. */
  witnesses: string[]
  /** Name of the quorum that was asked for; `none` asks for the log's signature alone. */
  quorum: string
  /** Checkpoints, signed, published and kept, that were held against the entries. */
  checkpoints: number
}

/** An older checkpoint that opened, and where it stands. */
interface Older {
  file: string
  no: number
  size: number
  root: Uint8Array
}

/** A bundle that is being checked. */
interface UnderWay {
  tile: TileAddress
  /** Null when there is no such file. */
  checked: Promise<CheckedBundle | UnreadableBundle | null>
}

/** Leaves of a log from which threads are worth their start. */
const worthThreads = 20_000
/** Bundles under way at once, so that no thread waits for the next. */
const bundlesAhead = 24

/**
 * Checks one log of a pack. Everything is recomputed from the entries, once, in order; nothing is believed of a tile.
 */
export class LogCheck {
  readonly #files: PackFiles
  readonly #district: string
  readonly #folder: string
  readonly #policy: Policy
  readonly #options: VerifyOptions
  readonly #report: (problem: PackProblem) => void

  constructor(
    files: PackFiles,
    district: string,
    policy: Policy,
    options: VerifyOptions,
    report: (problem: PackProblem) => void,
  ) {
    this.#files = files
    this.#district = district
    this.#folder = `logs/${district}`
    this.#policy = policy
    this.#options = options
    this.#report = report
  }

  /** What holds of the log; null when its newest checkpoint does not open, so that there is nothing to hold it to. */
  async check(): Promise<LogReport | null> {
    const opened = await this.#openNewest()
    if (opened === null) return null
    const { origin, size, root } = opened.checkpoint
    const witnesses = opened.cosignatures.map(({ witness }) => witness)
    if (!opened.quorum) this.#wrong('quorum_missing', { have: witnesses.join(', ') || '–' })
    const older = await this.#openOlder(origin)
    const found = await this.#checkTree(size, root, older)
    this.#checkNames(size)
    return {
      district: this.#district,
      origin,
      size,
      root: toBase64(root),
      ...found,
      witnesses,
      quorum: this.#policy.quorum,
      checkpoints: older.length,
    }
  }

  /** An entry that `check` has read; null for one that it has not. */
  async entry(index: number, { size, leaves }: LogReport): Promise<Uint8Array | null> {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < leaves)) return null
    const start = index - (index % tileWidth)
    const tile = { level: 0, index: start / tileWidth, width: Math.min(tileWidth, size - start) }
    return (await this.#readBundle(tile))?.[index % tileWidth] ?? null
  }

  #wrong(code: PackProblem['code'], facts: ProblemFacts = {}): void {
    this.#report(packProblem(code, { log: this.#district, ...facts }))
  }

  async #openNewest(): Promise<OpenedCheckpoint | null> {
    try {
      return await openCheckpoint(await textOf(this.#files, `${this.#folder}/checkpoint`), this.#policy)
    } catch (error) {
      this.#wrong('checkpoint_wrong', { why: words(error) })
      return null
    }
  }

  /**
   * Opens what was signed and published before. What was signed needs the log's signature, what was published the
   * quorum, of the policy in force or of the earlier version in whose folder it lies.
   */
  async #openOlder(origin: string): Promise<Older[]> {
    const policies = await this.#policies()
    const signed = await this.#openNotes(`${this.#folder}/checkpoints`, origin, [...policies.values()], false)
    const cosigned: Older[] = []
    for (const [place, policy] of policies)
      cosigned.push(...(await this.#openNotes(`${place}/cosigned`, origin, [policy], true)))
    return [...signed, ...cosigned, ...(await this.#openKept(origin, [...policies.values()]))]
  }

  /** Those of this log among the checkpoints that somebody kept. */
  async #openKept(origin: string, policies: readonly Policy[]): Promise<Older[]> {
    const ofThis = (this.#options.kept ?? []).filter((note) => note.startsWith(`${origin}\n`))
    return this.#open('–', ofThis, origin, policies, false)
  }

  /** The policy in force and its earlier versions, by folder. */
  async #policies(): Promise<Map<string, Policy>> {
    const policies = new Map([[this.#folder, this.#policy]])
    const isEarlier = (name: string) => name.startsWith(`${this.#folder}/policy-`) && name.endsWith('/policy')
    for (const name of this.#files.names().filter(isEarlier)) {
      try {
        policies.set(name.slice(0, -'/policy'.length), parsePolicy(await textOf(this.#files, name)))
      } catch (error) {
        this.#wrong('policy_wrong', { why: words(error) })
      }
    }
    return policies
  }

  async #openNotes(
    file: string,
    origin: string,
    policies: readonly Policy[],
    needsQuorum: boolean,
  ): Promise<Older[]> {
    if (!this.#files.names().includes(file)) return []
    try {
      const notes = splitNotes(await textOf(this.#files, file))
      return await this.#open(file, notes, origin, policies, needsQuorum)
    } catch (error) {
      this.#wrong('older_wrong', { file, no: 1, why: words(error) })
      return []
    }
  }

  async #open(
    file: string,
    notes: readonly string[],
    origin: string,
    policies: readonly Policy[],
    needsQuorum: boolean,
  ): Promise<Older[]> {
    const older: Older[] = []
    for (const [i, note] of notes.entries()) {
      const no = i + 1
      const opened = await openUnderAny(note, policies, origin)
      if ('why' in opened) this.#wrong('older_wrong', { file, no, why: opened.why })
      else {
        const { size, root } = opened.checkpoint
        if (needsQuorum && !opened.quorum) this.#wrong('older_quorum', { file, no, size })
        older.push({ file, no, size, root })
      }
    }
    return older
  }

  async #checkTree(
    size: number,
    root: Uint8Array,
    older: readonly Older[],
  ): Promise<Pick<LogReport, 'leaves' | 'acts'>> {
    const { sha256, progress } = this.#options
    const tree = new GrowingTree(sha256)
    const olderAt = Map.groupBy(older, (one) => one.size)
    const seen = new IdSet()
    // Said after the tiles, which tell better where it is that the entries differ.
    const rewritten: Older[] = []
    const checkOlder = () => {
      const here = olderAt.get(tree.size)
      if (!here) return
      const root = tree.root()
      rewritten.push(...here.filter((one) => !equal(one.root, root)))
      olderAt.delete(tree.size)
    }
    const olderWithin = [...olderAt.keys()].sort((a, b) => a - b)
    checkOlder()
    for await (const bundle of this.#bundles(size)) {
      if (bundle === null) return { leaves: tree.size, acts: seen.size }
      const { checked, width } = bundle
      const hashes = hashesOf(checked, width)
      this.#checkLeaves(checked, tree.size, seen)
      while (olderWithin.length > 0 && olderWithin[0]! <= tree.size) olderWithin.shift()
      const filled: RecomputedTile[] = []
      if (checked.root !== null && (olderWithin[0] ?? Number.POSITIVE_INFINITY) >= tree.size + width)
        filled.push(...tree.addTile(hashes, checked.root))
      else
        for (const hash of hashes) {
          filled.push(...tree.add(hash))
          checkOlder()
        }
      checkOlder()
      for (const one of filled) await this.#checkTile(one)
      await progress?.({ step: this.#district, done: tree.size, of: size })
    }
    for (const one of tree.partial()) await this.#checkTile(one)
    if (!equal(tree.root(), root)) this.#wrong('root_wrong')
    for (const { file, no, size: at } of rewritten) this.#wrong('older_root', { file, no, size: at })
    for (const { file, no, size: at } of [...olderAt.values()].flat())
      this.#wrong('older_larger', { file, no, size: at })
    return { leaves: tree.size, acts: seen.size }
  }

  /**
   * Every bundle in order, checked by itself, some of them ahead of being asked for; null, once reported, for the first
   * that cannot be read.
   */
  async *#bundles(size: number): AsyncGenerator<{ checked: CheckedBundle; width: number } | null> {
    const { sha256, elsewhere } = this.#options
    const here: CheckBundle = async (bundle) => checkBundle(bundle, sha256)
    const threads = size >= worthThreads ? elsewhere : undefined
    const check = threads ?? here
    const ahead = threads ? bundlesAhead : 1
    const under = this.#underWay(size, check)
    const waiting: UnderWay[] = []
    for (;;) {
      while (waiting.length < ahead) {
        const next = under.next()
        if (next.done) break
        waiting.push(next.value)
      }
      const first = waiting.shift()
      if (!first) return
      const checked = await first.checked
      yield this.#readable(checked, first.tile)
    }
  }

  /** Bundles whose check begins when they are asked for. */
  *#underWay(size: number, check: CheckBundle): Generator<UnderWay> {
    for (const tile of tilesOf(size)) {
      if (tile.level > 0) return
      const checked = this.#files
        .read(`${this.#folder}/${tilePath({ ...tile, level: 'entries' })}`)
        .then((bytes) => bytes && check({ bytes, width: tile.width, district: this.#district }))
      // Whoever waits for it hears of its failure; when nobody does any more, nobody need.
      checked.catch(() => {})
      yield { tile, checked }
    }
  }

  /** Null, once reported, when it cannot be read. */
  #readable(
    checked: CheckedBundle | UnreadableBundle | null,
    tile: TileAddress,
  ): { checked: CheckedBundle; width: number } | null {
    if (checked && 'hashes' in checked) return { checked, width: tile.width }
    const where = { file: tilePath({ ...tile, level: 'entries' }), index: tile.index * tileWidth }
    if (checked === null) this.#wrong('entries_missing', where)
    else this.#wrong('entries_unreadable', { ...where, why: checked.unreadable })
    return null
  }

  /** Every entry is a leaf of this log, of an act that has none before. */
  #checkLeaves({ acts, wrong }: CheckedBundle, start: number, seen: IdSet): void {
    const wrongAt = new Map(wrong.map((one) => [one.no, one]))
    for (let no = 0; no * idLength < acts.length; no++) {
      const found = wrongAt.get(no)
      if (found) this.#wrong(found.code, { index: start + no, why: found.why })
      if (found?.code === 'leaf_wrong' || seen.add(acts, no * idLength)) continue
      const act = uuidOf(acts.subarray(no * idLength, (no + 1) * idLength))
      this.#wrong('act_twice', { index: start + no, act })
    }
  }

  /** A tile file holds exactly the hashes that were recomputed. */
  async #checkTile({ level, index, hashes }: RecomputedTile): Promise<void> {
    const file = tilePath({ level, index, width: hashes.length })
    const bytes = await this.#files.read(`${this.#folder}/${file}`)
    if (bytes === null) return this.#wrong('tile_missing', { file })
    const first = hashes.findIndex((hash, i) => !equal(hash, bytes.subarray(i * 32, i * 32 + 32)))
    if (first < 0 && bytes.length === hashes.length * 32) return
    const of = index * tileWidth + (first < 0 ? hashes.length - 1 : first)
    this.#wrong('tile_wrong', { file, index: of * tileWidth ** level })
  }

  /** The entries of a bundle; null, once reported, when they cannot be read. */
  async #readBundle(tile: TileAddress): Promise<Uint8Array[] | null> {
    const file = tilePath({ ...tile, level: 'entries' })
    const index = tile.index * tileWidth
    const bytes = await this.#files.read(`${this.#folder}/${file}`)
    if (bytes === null) {
      this.#wrong('entries_missing', { file, index })
      return null
    }
    try {
      return decodeEntryBundle(bytes, tile.width)
    } catch (error) {
      this.#wrong('entries_unreadable', { file, index, why: words(error) })
      return null
    }
  }

  /** Nothing lies among the tiles that the log does not have. */
  #checkNames(size: number): void {
    const prefix = `${this.#folder}/`
    const expected = new Set<string>()
    for (const tile of tilesOf(size)) {
      expected.add(tilePath(tile))
      if (tile.level === 0) expected.add(tilePath({ ...tile, level: 'entries' }))
    }
    for (const name of this.#files.names()) {
      if (!name.startsWith(`${prefix}tile/`) || expected.has(name.slice(prefix.length))) continue
      this.#wrong('tile_extra', { file: name, size })
    }
  }
}

/** The 16 bytes of an id as they are written. */
const uuidOf = (id: Uint8Array): string => toHex(id).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** The note opened under the first policy that can, or why the first could not. */
async function openUnderAny(
  note: string,
  policies: readonly Policy[],
  origin: string,
): Promise<OpenedCheckpoint | { why: Text }> {
  let why: Text | null = null
  for (const policy of policies) {
    try {
      return await openCheckpoint(note, policy, { origin })
    } catch (error) {
      why ??= words(error)
    }
  }
  return { why: why ?? { zh: '没有规则', en: 'there is no policy' } }
}
