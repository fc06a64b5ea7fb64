import { consistencyProofFrom, type ReadHashes, toBase64 } from '@mingbu/tlog'
import type pg from 'pg'
import { sha256 } from '../kernel/evidence-fields.ts'
import type { Text } from '../kernel/refusal.ts'
import { Loop } from '../platform/loop.ts'
import { metrics } from '../platform/metrics.ts'
import type { SignAnswer, Signer, SignRequest } from '../signing/signer.ts'
import { copyOf, type Edge, edgeOf, grow, hashesOf, rootOf, type TileRoot, tileWidth } from './edge.ts'

/** Those outside the house who remember its logs. */
export interface Outside {
  /**
   * Everything that any witness has cosigned of this log; those that do not answer say nothing. Asked once for each
   * log, before the first signature after a start.
   */
  remembered(district: string): Promise<{ by: string; size: number; root: Uint8Array }[]>
  /** Shows them what was signed, and publishes what they put their names to. */
  runOnce(): Promise<unknown>
  /** Something was signed: its round may begin, if it runs by itself. */
  wake(): void
}

const nobody: Outside = { remembered: async () => [], runOnce: async () => {}, wake: () => {} }

/**
 * An act waits this long for others that go into the log with it: a batch costs as much for one as for twenty. Signing has a
 * pace of its own, so that batches need not wait for it and many of them share one signature.
 */
const batchPace = { gatherMs: 60, restMs: 0 }
const signingPace = { gatherMs: 0, restMs: 500 }

interface QueueRow {
  seq: number
  district: string
  act_id: string
  leaf_hash: Buffer
}

/**
 * Moves acts from the queue into their district's log: one loop for all logs, under an advisory lock, so that a
 * second sequencer started by mistake stands by. Order: (1) commit leaves, nodes and head, (2) sign;
 * cosigning and publishing are the `Publisher`'s.
 * Each step can be repeated; a batch is dense and starts at the head or the database refuses it.
 */
export class Sequencer {
  readonly #pool: pg.Pool
  readonly #signer: Signer
  readonly #edges = new Map<string, Edge>()
  readonly #batchMax: number
  #batches: Loop | null = null
  #signing: Loop | null = null
  /** False until every head is known to have its checkpoint: after a start, and after a fault between steps. */
  #allSigned = false
  /** Size of the last tree of each log that the signer is known to have signed. */
  readonly #signed = new Map<string, number>()
  /** Logs whose past was compared with what others remember. */
  readonly #compared = new Set<string>()
  readonly #outside: Outside
  /** Logs that are signed no more, and why: what others remember of them is not what lies here. */
  readonly frozen = new Map<string, Text>()

  constructor(
    pool: pg.Pool,
    signer: Signer,
    { batchMax = 4096, outside = nobody }: { batchMax?: number; outside?: Outside } = {},
  ) {
    this.#pool = pool
    this.#signer = signer
    this.#batchMax = batchMax
    this.#outside = outside
  }

  /** The last fault, for /api/health; null when all is well. */
  get fault(): string | null {
    return this.#batches?.fault ?? this.#signing?.fault ?? null
  }

  /** Runs soon after each `wake`, and every `everyMs` for acts of other processes, until stopped. */
  start(everyMs: number): void {
    this.#signing = new Loop(() => this.#signNew(), {
      ...signingPace,
      everyMs: Math.max(everyMs, signingPace.restMs),
    })
    this.#batches = new Loop(() => this.#batch(), { ...batchPace, everyMs })
  }

  /** An act waits in the queue. */
  wake(): void {
    this.#batches?.wake()
  }

  async stop(): Promise<void> {
    await this.#batches?.stop()
    await this.#signing?.stop()
  }

  /** Answers whether the batch was full, so that more may wait. */
  async #batch(): Promise<boolean> {
    const added = await this.#integrate()
    if (added > 0) {
      this.#allSigned = false
      this.#signing?.wake()
    }
    return added >= this.#batchMax
  }

  async #signNew(): Promise<boolean> {
    if (this.#allSigned) return false
    await this.#signHeads()
    this.#outside.wake()
    return false
  }

  /** Sequences, signs and publishes everything queued now. */
  async drain(): Promise<void> {
    while ((await this.runOnce()) > 0) {}
    await this.#signHeads()
    await this.#outside.runOnce()
  }

  /** One batch. Returns how many leaves were added; 0 when the queue is empty or another sequencer is at work. */
  async runOnce(): Promise<number> {
    const added = await this.#integrate()
    if (added > 0 || !this.#allSigned) await this.#signHeads()
    return added
  }

  async #integrate(): Promise<number> {
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      const lock = await client.query<{ mine: boolean }>(
        `select pg_try_advisory_xact_lock(hashtext('mingbu.sequencer')) as mine`,
      )
      if (!lock.rows[0]!.mine) {
        await client.query('rollback')
        return 0
      }
      const taken = await client.query<QueueRow>({
        name: 'sequencer-take',
        text: 'delete from kernel.act_queue where seq in (select seq from kernel.act_queue order by seq limit $1) returning seq, district, act_id, leaf_hash',
        values: [this.#batchMax],
      })
      if (taken.rows.length === 0) {
        await client.query('rollback')
        return 0
      }
      const byLog = Map.groupBy(
        taken.rows.sort((a, b) => a.seq - b.seq),
        (row) => row.district,
      )
      const moved = await this.#append(client, byLog)
      await client.query('commit')
      for (const [district, edge] of moved) {
        metrics.sequenced(district, byLog.get(district)!.length)
        this.#edges.set(district, edge)
      }
      return taken.rows.length
    } catch (error) {
      await client.query('rollback').catch(() => {})
      this.#edges.clear()
      throw error
    } finally {
      client.release()
    }
  }

  /** Appends to every log at once: as many statements for ten logs as for one. Returns where each log now ends. */
  async #append(client: pg.PoolClient, byLog: Map<string, QueueRow[]>): Promise<Map<string, Edge>> {
    const before = await this.#edgesOf(client, [...byLog.keys()])
    const moved = new Map<string, Edge>()
    const leaves: [string, number, number, string, Uint8Array][] = []
    const nodes: [string, number, number, Uint8Array][] = []
    const heads: [string, number, number, Uint8Array][] = []
    for (const [district, rows] of byLog) {
      const edge = copyOf(before.get(district)!)
      const { size } = edge
      const roots: TileRoot[] = []
      for (const row of rows) {
        leaves.push([district, edge.size, row.seq, row.act_id, row.leaf_hash])
        grow(edge, row.leaf_hash, roots)
      }
      for (const node of roots) nodes.push([district, node.level, node.idx, node.hash])
      heads.push([district, size, edge.size, rootOf(edge)])
      moved.set(district, edge)
    }
    await client.query({
      name: 'sequencer-leaves',
      text: `insert into evidence.leaf (district, idx, seq, act_id, hash)
        select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::uuid[], $5::bytea[])`,
      values: columns(leaves),
    })
    if (nodes.length > 0) {
      await client.query({
        name: 'sequencer-nodes',
        text: 'insert into evidence.node select * from unnest($1::text[], $2::smallint[], $3::bigint[], $4::bytea[])',
        values: columns(nodes),
      })
    }
    const head = await client.query({
      name: 'sequencer-heads',
      text: `update evidence.head h set size = n.size, root = n.root
        from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[]) as n (district, before, size, root)
        where h.district = n.district and h.size = n.before`,
      values: columns(heads),
    })
    if (head.rowCount !== heads.length)
      throw new Error('the head of a log moved under us: another sequencer is at work')
    return moved
  }

  /** The edges at the stored heads: the remembered ones unless another sequencer has moved a head since. */
  async #edgesOf(client: pg.PoolClient, districts: readonly string[]): Promise<Map<string, Edge>> {
    const { rows } = await client.query<{ district: string; size: number }>({
      name: 'sequencer-sizes',
      text: 'select district, size from evidence.head where district = any($1::text[])',
      values: [districts],
    })
    const edges = new Map<string, Edge>()
    for (const { district, size } of rows) {
      const known = this.#edges.get(district)
      edges.set(district, known?.size === size ? known : await loadEdge(client, district, size))
    }
    return edges
  }

  /**
   * Has every head signed that has no checkpoint yet, one at a time: a head read before another's larger one was
   * signed would ask the signer to go back.
   */
  async #signHeads(): Promise<void> {
    // A batch that comes while these are signed says so again.
    this.#allSigned = true
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      await client.query(`select pg_advisory_xact_lock(hashtext('mingbu.signing'))`)
      const { rows } = await client.query<Head>({
        name: 'sequencer-unsigned',
        text: `select h.district, h.size, h.root, l.origin,
            (select coalesce(max(size), 0) from evidence.checkpoint c where c.district = h.district)::bigint as signed
          from evidence.head h join evidence.log l using (district)
          where not exists (select from evidence.checkpoint c where c.district = h.district and c.size = h.size)`,
      })
      const signed = await this.#sign(client, rows)
      if (signed.length > 0) {
        await client.query({
          name: 'sequencer-checkpoints',
          text: `insert into evidence.checkpoint (district, size, root, note)
            select * from unnest($1::text[], $2::bigint[], $3::bytea[], $4::text[]) on conflict do nothing`,
          values: columns(signed),
        })
      }
      await client.query('commit')
    } catch (error) {
      this.#allSigned = false
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }

  /** Has the signer sign these heads; one that it refuses, or that others remember otherwise, is left out and frozen. */
  async #sign(
    client: pg.PoolClient,
    heads: readonly Head[],
  ): Promise<[string, number, Uint8Array, string][]> {
    const fit: Head[] = []
    for (const head of heads) if (await this.#agreesWithOthers(client, head)) fit.push(head)
    if (fit.length === 0) return []
    const requests = await Promise.all(
      fit.map((head) => this.#request(client, head, this.#signed.get(head.district) ?? head.signed)),
    )
    const answers = await this.#signer.sign(requests)
    const signed: [string, number, Uint8Array, string][] = []
    for (const [i, head] of fit.entries()) {
      const answer = await this.#secondTry(client, head, answers[i]!)
      if (!answer.ok) {
        this.#freeze(head.district, {
          zh: `签名机拒绝为 ${head.origin} 的 ${head.size} 条签名`,
          en: `the signer refused ${head.origin} at ${head.size}: ${answer.reason}`,
        })
        continue
      }
      this.#signed.set(head.district, head.size)
      const text = `${head.origin}\n${head.size}\n${head.root.toString('base64')}\n`
      signed.push([head.district, head.size, head.root, `${text}\n${answer.line}`])
    }
    return signed
  }

  /** The signer has signed less, or another part of, this log than we thought: the proof starts where it stands. */
  async #secondTry(client: pg.PoolClient, head: Head, answer: SignAnswer): Promise<SignAnswer> {
    if (answer.ok || answer.status !== 409 || answer.stored > head.size) return answer
    const [again] = await this.#signer.sign([await this.#request(client, head, answer.stored)])
    return again!
  }

  async #request(client: pg.PoolClient, head: Head, from: number): Promise<SignRequest> {
    const old = Math.min(from, head.size)
    const edge = this.#edges.get(head.district)
    const stored: ReadHashes = (level, start, count) =>
      storedHashes(client, head.district, level, start, count)
    const read = edge?.size === head.size ? hashesOf(edge, stored) : stored
    const proof = await consistencyProofFrom(read, old, head.size, sha256)
    return {
      origin: head.origin,
      size: head.size,
      root: head.root.toString('base64'),
      old,
      proof: proof.map(toBase64),
    }
  }

  /** Compares a log with what its witnesses remember of it, once after each start. */
  async #agreesWithOthers(client: pg.PoolClient, head: Head): Promise<boolean> {
    if (this.frozen.has(head.district)) return false
    if (this.#compared.has(head.district)) return true
    for (const { by, size, root } of await this.#outside.remembered(head.district)) {
      if (size > head.size) {
        this.#freeze(head.district, {
          zh: `${by} 见证过 ${head.origin} 的 ${size} 条，本机只有 ${head.size} 条：数据库被退回过`,
          en: `${by} has cosigned ${size} leaves of ${head.origin}, here are ${head.size}: the database was set back`,
        })
        return false
      }
      const own = await rootAt(client, head.district, size)
      if (!own.equals(root)) {
        this.#freeze(head.district, {
          zh: `${by} 见证过的 ${head.origin} 的 ${size} 条与本机的不同`,
          en: `${by} has cosigned another tree of ${size} leaves of ${head.origin} than lies here`,
        })
        return false
      }
    }
    this.#compared.add(head.district)
    return true
  }

  #freeze(district: string, why: Text): void {
    this.frozen.set(district, why)
  }
}

/** A log's end that waits for its signature. */
interface Head {
  district: string
  size: number
  root: Buffer
  origin: string
  /** Size of its newest checkpoint. */
  signed: number
}

/** Rows turned into one array per column, as `unnest` takes them. */
const columns = (rows: readonly (readonly unknown[])[]): unknown[][] =>
  rows[0]!.map((_, column) => rows.map((row) => row[column]))

async function loadEdge(client: pg.PoolClient, district: string, size: number): Promise<Edge> {
  const levels: Uint8Array[][] = []
  for (let level = 0, width = size; width > 0; level++, width = Math.floor(width / tileWidth)) {
    const start = width - (width % tileWidth)
    levels[level] = await storedHashes(client, district, level, start, width - start)
  }
  return edgeOf(size, levels)
}

/** Root over the first `size` leaves as they lie here. */
async function rootAt(client: pg.PoolClient, district: string, size: number): Promise<Buffer> {
  return Buffer.from(rootOf(await loadEdge(client, district, size)))
}

/** Hashes of one tile level as they lie in the database: level 0 the leaves, above it the roots of full tiles. */
export async function storedHashes(
  client: Pick<pg.Pool, 'query'>,
  district: string,
  level: number,
  start: number,
  count: number,
): Promise<Uint8Array[]> {
  const { rows } = await client.query<{ hash: Buffer }>(
    level === 0
      ? 'select hash from evidence.leaf where district = $1 and idx >= $2 and idx < $3 order by idx'
      : `select hash from evidence.node where district = $1 and level = ${level} and idx >= $2 and idx < $3 order by idx`,
    [district, start, start + count],
  )
  return rows.map((row) => row.hash)
}
