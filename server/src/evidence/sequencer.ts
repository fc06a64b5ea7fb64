import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import type pg from 'pg'
import { metrics } from '../platform/metrics.ts'
import { type Edge, grow, rootOf, type TileRoot, tileWidth } from './edge.ts'
import { keyId } from './keys.ts'

interface QueueRow {
  seq: number
  district: string
  act_id: string
  leaf_hash: Buffer
}

/** A signer of checkpoints. It signs what extends what it signed before and refuses anything else. */
export interface Signer {
  /** Returns the signed note (C2SP checkpoint). @throws Error when the checkpoint is older than, or beside, the last one signed. */
  sign(district: string, size: number, root: Uint8Array): Promise<string>
}

/** Signs with keys held in this process: the demo's signer. Remembers the last size of each log. */
export function localSigner(
  identity: (district: string) => { origin: string; privateKey: KeyObject },
): Signer {
  const last = new Map<string, { size: number; root: string }>()
  const keys = new Map<string, { origin: string; privateKey: KeyObject; id: Uint8Array }>()
  const keyOf = (district: string) => {
    const known = keys.get(district)
    if (known) return known
    const { origin, privateKey } = identity(district)
    const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
    const made = { origin, privateKey, id: keyId(origin, Buffer.concat([Buffer.from([1]), raw])) }
    keys.set(district, made)
    return made
  }
  return {
    async sign(district, size, root) {
      const { origin, privateKey, id } = keyOf(district)
      const before = last.get(district)
      const rootText = Buffer.from(root).toString('base64')
      if (before && (size < before.size || (size === before.size && rootText !== before.root))) {
        throw new Error(`refusing to sign ${origin} at ${size}: ${before.size} was signed before`)
      }
      last.set(district, { size, root: rootText })
      const text = `${origin}\n${size}\n${rootText}\n`
      const signature = sign(null, Buffer.from(text), privateKey)
      return `${text}\n— ${origin} ${Buffer.concat([id, signature]).toString('base64')}\n`
    },
  }
}

/**
 * Moves acts from the queue into their district's log: one loop for all logs, under an advisory lock, so that a
 * second sequencer started by mistake stands by. Order: (1) commit leaves, nodes and head, (2) sign, (3) publish.
 * Each step can be repeated; a batch is dense and starts at the head or the database refuses it.
 */
export class Sequencer {
  readonly #pool: pg.Pool
  readonly #signer: Signer
  readonly #edges = new Map<string, Edge>()
  readonly #batchMax: number
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #stopped = false
  /** False until every head is known to have its checkpoint: after a start, and after a fault between steps. */
  #published = false
  /** The last fault, for /api/health; null when the loop is well. */
  fault: string | null = null

  constructor(pool: pg.Pool, signer: Signer, { batchMax = 4096 }: { batchMax?: number } = {}) {
    this.#pool = pool
    this.#signer = signer
    this.#batchMax = batchMax
  }

  /** Runs every `everyMs` until stopped; a full batch is followed at once by the next. */
  start(everyMs: number): void {
    const tick = async () => {
      if (this.#stopped) return
      let more = false
      try {
        more = (await this.runOnce()) >= this.#batchMax
        this.fault = null
      } catch (error) {
        this.fault = error instanceof Error ? error.message : String(error)
        this.#edges.clear()
      }
      if (!this.#stopped) {
        this.#timer = setTimeout(
          () => {
            this.#running = tick()
          },
          more ? 0 : everyMs,
        )
      }
    }
    this.#running = tick()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#running
  }

  /** Sequences everything queued now. */
  async drain(): Promise<void> {
    while ((await this.runOnce()) > 0) {}
    await this.#signAndPublish()
  }

  /** One batch. Returns how many leaves were added; 0 when the queue is empty or another sequencer is at work. */
  async runOnce(): Promise<number> {
    const added = await this.#integrate()
    if (added > 0 || !this.#published) await this.#signAndPublish()
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
      const { size, levels } = before.get(district)!
      const edge: Edge = { size, levels: levels.map((level) => [...level]) }
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
   * Signs and publishes every head that has no checkpoint yet, one publisher at a time: a head read before another
   * published a larger one would ask the signer to go back.
   */
  async #signAndPublish(): Promise<void> {
    this.#published = false
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      await client.query(`select pg_advisory_xact_lock(hashtext('mingbu.publisher'))`)
      const { rows } = await client.query<{ district: string; size: number; root: Buffer }>({
        name: 'sequencer-unsigned',
        text: `select district, size, root from evidence.head h
          where not exists (select from evidence.checkpoint c where c.district = h.district and c.size = h.size)`,
      })
      const signed: [string, number, Uint8Array, string][] = []
      for (const { district, size, root } of rows)
        signed.push([district, size, root, await this.#signer.sign(district, size, root)])
      if (signed.length > 0) {
        await client.query({
          name: 'sequencer-checkpoints',
          text: `insert into evidence.checkpoint (district, size, root, note)
            select * from unnest($1::text[], $2::bigint[], $3::bytea[], $4::text[]) on conflict do nothing`,
          values: columns(signed),
        })
      }
      await client.query('commit')
      this.#published = true
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }
}

/** Rows turned into one array per column, as `unnest` takes them. */
const columns = (rows: readonly (readonly unknown[])[]): unknown[][] =>
  rows[0]!.map((_, column) => rows.map((row) => row[column]))

async function loadEdge(client: pg.PoolClient, district: string, size: number): Promise<Edge> {
  const levels: Uint8Array[][] = []
  for (let level = 0, width = size; width > 0; level++, width = Math.floor(width / tileWidth)) {
    const start = width - (width % tileWidth)
    const hashes =
      level === 0
        ? await client.query<{ hash: Buffer }>(
            'select hash from evidence.leaf where district = $1 and idx >= $2 order by idx',
            [district, start],
          )
        : await client.query<{ hash: Buffer }>(
            'select hash from evidence.node where district = $1 and level = $2 and idx >= $3 order by idx',
            [district, level, start],
          )
    levels[level] = hashes.rows.map((row) => row.hash)
  }
  return { size, levels }
}
