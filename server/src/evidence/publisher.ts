import {
  checkTlogLine,
  consistencyProofFrom,
  equal,
  faultOf,
  formatAddCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  quorumMet,
  type Verifier,
} from '@mingbu/tlog'
import pg from 'pg'
import { sha256 } from '../kernel/evidence-fields.ts'
import type { Text } from '../kernel/refusal.ts'
import { Loop } from '../platform/loop.ts'
import type { WitnessPort } from '../signing/client.ts'
import { faultText } from '../values/logFaults.ts'
import { type LogPolicy, readPolicies } from './policy.ts'
import { type Outside, storedHashes } from './sequencer.ts'

/** The database's word for: this or a larger checkpoint was published before. */
const largerPublished = 'MB031'

/** Milliseconds between two rounds at least, however much is signed meanwhile. */
const restMs = 1000

/** A signed checkpoint that waits for its quorum. */
interface Waiting {
  district: string
  size: number
  note: string
}

/** How a log stands with its witnesses, for the status page and the alarms. */
export interface WitnessState {
  witness: string
  /** Size it last cosigned, as far as this process knows. */
  size: number | null
  /** What went wrong at the last try; null when nothing did. */
  fault: Text | null
}

/**
 * Shows what was signed to the witnesses of each log, and publishes a checkpoint once those its policy asks for have
 * put their names under it. A witness that is down holds back publication and nothing else.
 */
export class Publisher implements Outside {
  readonly #pool: pg.Pool
  readonly #witnesses: ReadonlyMap<string, WitnessPort>
  /** By log and witness: the size it is known to hold. */
  readonly #sizes = new Map<string, number>()
  readonly #faults = new Map<string, Text>()
  #rounds: Loop | null = null
  /** Logs that are published no more, and why: a witness remembers another past of them than lies here. */
  readonly contradicted = new Map<string, Text>()

  /** @param witnesses By the name of their key. */
  constructor(pool: pg.Pool, witnesses: Iterable<WitnessPort>) {
    this.#pool = pool
    this.#witnesses = new Map(Array.from(witnesses, (witness) => [witness.name, witness]))
  }

  /** The last fault of the loop itself; null when it is well. */
  get fault(): string | null {
    return this.#rounds?.fault ?? null
  }

  /**
   * Collects cosignatures and publishes soon after each `wake`, and every `everyMs` as well, until stopped. A round asks
   * as many witnesses for one leaf as for hundreds, so there is a rest between two.
   */
  start(everyMs: number): void {
    const round = async () => {
      await this.runOnce()
      return false
    }
    this.#rounds = new Loop(round, { gatherMs: 0, restMs, everyMs: Math.max(everyMs, restMs) })
  }

  wake(): void {
    this.#rounds?.wake()
  }

  async stop(): Promise<void> {
    await this.#rounds?.stop()
  }

  /** Shows every log's newest signed checkpoint to its witnesses and publishes those with a quorum. Returns how many were published. */
  async runOnce(): Promise<number> {
    const waiting = await this.#pool.query<Waiting>(
      `select c.district, c.size, c.note from evidence.log l
        join lateral (select * from evidence.checkpoint where district = l.district order by size desc limit 1) c on true
        where c.size > (select coalesce(max(size), -1) from evidence.published p where p.district = l.district)`,
    )
    if (waiting.rows.length === 0) return 0
    const policies = new Map((await readPolicies(this.#pool)).map((one) => [one.district, one]))
    const shown = await Promise.all(
      waiting.rows.map((one) => this.#publish(one, policies.get(one.district)!)),
    )
    return shown.filter(Boolean).length
  }

  /** Where each witness of a log stands, as this process knows it. */
  stateOf({ district, policy }: Pick<LogPolicy, 'district' | 'policy'>): WitnessState[] {
    return policy.witnesses.map(({ verifier }) => ({
      witness: verifier.name,
      size: this.#sizes.get(`${district} ${verifier.name}`) ?? null,
      fault: this.#faults.get(`${district} ${verifier.name}`) ?? null,
    }))
  }

  async remembered(district: string): Promise<{ by: string; size: number; root: Uint8Array }[]> {
    const log = (await readPolicies(this.#pool)).find((one) => one.district === district)
    if (!log) return []
    const answers = await Promise.all(
      log.policy.witnesses.map(async ({ verifier }) => {
        try {
          const note = await this.#witnesses.get(verifier.name)?.latest(log.origin)
          if (!note) return []
          const { checkpoint } = await openCheckpoint(note, log.policy, { origin: log.origin })
          return [{ by: verifier.name, size: checkpoint.size, root: checkpoint.root }]
        } catch (error) {
          this.#faults.set(`${district} ${verifier.name}`, words(error))
          return []
        }
      }),
    )
    return answers.flat()
  }

  async #publish({ district, size, note }: Waiting, log: LogPolicy): Promise<boolean> {
    if (this.contradicted.has(district)) return false
    const lines = await this.#collect({ district, size, note }, log)
    const names = new Set(
      log.policy.witnesses.filter(({ verifier }) => lines.has(verifier.name)).map(({ name }) => name),
    )
    if (lines.size > 0)
      await this.#pool.query(
        `insert into evidence.cosignature (district, size, witness, line)
         select $1, $2, * from unnest($3::text[], $4::text[]) on conflict do nothing`,
        [district, size, [...lines.keys()], [...lines.values()]],
      )
    if (!quorumMet(log.policy, names)) return false
    return this.#show({ district, size, note: note + [...lines.values()].join('') }, log.version)
  }

  /** False when another publisher was faster. */
  async #show({ district, size, note }: Waiting, policy: number | null): Promise<boolean> {
    try {
      const done = await this.#pool.query(
        `insert into evidence.published (district, size, note, policy) select $1, $2, $3, $4
         where not exists (select from evidence.published where district = $1 and size >= $2) on conflict do nothing`,
        [district, size, note, policy],
      )
      return done.rowCount === 1
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === largerPublished) return false
      throw error
    }
  }

  /** The lines of all witnesses of the log that answer with one, by the name of their key. */
  async #collect(waiting: Waiting, log: LogPolicy): Promise<Map<string, string>> {
    const proofs = new Map<number, Promise<Uint8Array[]>>()
    const proofFrom = (old: number) => {
      const known = proofs.get(old)
      if (known) return known
      const made = consistencyProofFrom(
        (level, start, count) => storedHashes(this.#pool, waiting.district, level, start, count),
        old,
        waiting.size,
        sha256,
      )
      proofs.set(old, made)
      return made
    }
    const lines = new Map<string, string>()
    await Promise.all(
      log.policy.witnesses.map(async ({ verifier }) => {
        const key = `${waiting.district} ${verifier.name}`
        try {
          const line = await this.#ask(waiting, verifier, proofFrom)
          lines.set(verifier.name, line)
          this.#sizes.set(key, waiting.size)
          this.#faults.delete(key)
        } catch (error) {
          this.#faults.set(key, words(error))
        }
      }),
    )
    return lines
  }

  /** One witness's line. @throws Error for every answer that is none, whatever its status. */
  async #ask(
    { district, size, note }: Waiting,
    verifier: Verifier,
    proofFrom: (old: number) => Promise<Uint8Array[]>,
  ): Promise<string> {
    const witness = this.#witnesses.get(verifier.name)
    if (!witness) throw new NoCosignature({ zh: '不知道其地址', en: 'no address is known' })
    const key = `${district} ${verifier.name}`
    let old = Math.min(this.#sizes.get(key) ?? 0, size)
    for (let tries = 0; tries < 3; tries++) {
      const answer = await witness.addCheckpoint(
        formatAddCheckpoint({ old, proof: await proofFrom(old), note }),
      )
      if (answer.status === 200) return this.#goodLine(answer.body, note, verifier)
      if (answer.status !== 409) {
        if (answer.status === 422)
          this.contradicted.set(district, {
            zh: `${verifier.name} 发现本机的 ${size} 条不是由它见证过的 ${old} 条延续而来`,
            en: `${verifier.name} finds that our ${size} leaves do not go on from the ${old} it cosigned`,
          })
        throw new NoCosignature({
          zh: `回答 ${answer.status}（${statusZh[answer.status] ?? '不见证'}）`,
          en: `answered ${answer.status}`,
        })
      }
      const stored = Number(answer.body)
      if (!/^\d{1,16}\n$/.test(answer.body) || !Number.isSafeInteger(stored))
        throw new NoCosignature({
          zh: '回答 409，却没有写明条数',
          en: 'answered 409 without its size',
        })
      if (stored > size) {
        this.contradicted.set(district, {
          zh: `${verifier.name} 见证过 ${stored} 条，本机只有 ${size} 条：数据库被退回过`,
          en: `${verifier.name} has cosigned ${stored} leaves, here are ${size}: the database was set back`,
        })
        throw new NoCosignature({ zh: `已有 ${stored} 条`, en: `has ${stored} leaves` })
      }
      old = stored
    }
    throw new NoCosignature({
      zh: '询问期间其条数在变',
      en: 'its size changes while we ask',
    })
  }

  /** The line of this witness in an answer, checked. */
  async #goodLine(body: string, note: string, verifier: Verifier): Promise<string> {
    const cut = note.lastIndexOf('\n\n') + 2
    const { text, lines } = parseNote(note.slice(0, cut) + body)
    const line = lines.find((one) => one.name === verifier.name && equal(one.id, verifier.id))
    if (!line || !(await checkTlogLine(verifier, text, line)))
      throw new NoCosignature({
        zh: '其签名验证不通过',
        en: 'its signature does not verify',
      })
    parseCheckpoint(text)
    const own = body.split('\n').find((one) => one.startsWith(`— ${verifier.name} `))
    return `${own}\n`
  }
}

/** Why a witness gave no line, in both languages. */
class NoCosignature extends Error {
  override readonly name = 'NoCosignature'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/** What the statuses of tlog-witness mean. */
const statusZh: Readonly<Record<number, string>> = {
  400: '请求的格式不对',
  403: '签名不被承认',
  404: '不见证这个日志',
  422: '与其见证过的不一致',
  429: '正忙',
}

/** A witness that gives no answer at all is not to be reached, whatever the network calls it. */
const words = (error: unknown): Text => {
  if (error instanceof NoCosignature) return error.text
  const fault = faultOf(error)
  if (fault) return faultText(fault)
  return { zh: '不能连通', en: error instanceof Error ? error.message : String(error) }
}
