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
  return {
    async sign(district, size, root) {
      const { origin, privateKey } = identity(district)
      const before = last.get(district)
      const rootText = Buffer.from(root).toString('base64')
      if (before && (size < before.size || (size === before.size && rootText !== before.root))) {
        throw new Error(`refusing to sign ${origin} at ${size}: ${before.size} was signed before`)
      }
      last.set(district, { size, root: rootText })
      const text = `${origin}\n${size}\n${rootText}\n`
      const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
      const id = keyId(origin, Buffer.concat([Buffer.from([1]), raw]))
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
      const moved: [string, Edge][] = []
      for (const [district, rows] of byLog) moved.push([district, await this.#append(client, district, rows)])
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

  async #append(client: pg.PoolClient, district: string, rows: QueueRow[]): Promise<Edge> {
    const before = await this.#edgeOf(client, district)
    const edge: Edge = { size: before.size, levels: before.levels.map((level) => [...level]) }
    const nodes: TileRoot[] = []
    for (const row of rows) grow(edge, row.leaf_hash, nodes)
    const root = rootOf(edge)
    await client.query({
      name: 'sequencer-leaves',
      text: `insert into evidence.leaf (district, idx, seq, act_id, hash)
        select $1, $2::bigint + n - 1, seq, act_id, hash from unnest($3::bigint[], $4::uuid[], $5::bytea[]) with ordinality as u (seq, act_id, hash, n)`,
      values: [
        district,
        before.size,
        rows.map((row) => row.seq),
        rows.map((row) => row.act_id),
        rows.map((row) => row.leaf_hash),
      ],
    })
    if (nodes.length > 0) {
      await client.query({
        name: 'sequencer-nodes',
        text: 'insert into evidence.node select $1, * from unnest($2::smallint[], $3::bigint[], $4::bytea[])',
        values: [
          district,
          nodes.map((node) => node.level),
          nodes.map((node) => node.idx),
          nodes.map((node) => node.hash),
        ],
      })
    }
    const head = await client.query({
      name: 'sequencer-head',
      text: 'update evidence.head set size = $3, root = $4 where district = $1 and size = $2',
      values: [district, before.size, edge.size, root],
    })
    if (head.rowCount !== 1)
      throw new Error(`the head of ${district} moved under us: another sequencer is at work`)
    return edge
  }

  /** The edge at the stored head: the remembered one unless another sequencer has moved the head since. */
  async #edgeOf(client: pg.PoolClient, district: string): Promise<Edge> {
    const head = await client.query<{ size: number }>({
      name: 'sequencer-size',
      text: 'select size from evidence.head where district = $1',
      values: [district],
    })
    const size = head.rows[0]!.size
    const known = this.#edges.get(district)
    return known?.size === size ? known : loadEdge(client, district, size)
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
      const { rows } = await client.query<{ district: string; size: number; root: Buffer }>(
        `select district, size, root from evidence.head h
         where not exists (select from evidence.checkpoint c where c.district = h.district and c.size = h.size)`,
      )
      for (const { district, size, root } of rows) {
        const note = await this.#signer.sign(district, size, root)
        await client.query(
          'insert into evidence.checkpoint (district, size, root, note) values ($1, $2, $3, $4) on conflict do nothing',
          [district, size, root, note],
        )
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
