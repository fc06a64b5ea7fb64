import { hash } from 'node:crypto'
import {
  checkInclusion,
  encodeEntryBundle,
  encodeLeaf,
  formatVkey,
  fromBase64,
  GrowingTree,
  leafHash,
  parsePolicy,
  signerFromSeed,
  signNote,
  tilePath,
  tileWidth,
  toBase64,
} from '@mingbu/tlog'
import pg from 'pg'
import { BundleThreads } from '../server/src/audit/bundle-threads.ts'
import { LogCheck } from '../server/src/audit/check-log.ts'
import { inclusionProof } from '../server/src/evidence/proofs.ts'
import { sha256 } from '../server/src/kernel/evidence-fields.ts'
import { peopleWhoAct, storeFileWorker } from './acts.ts'
import { HttpClient } from './httpClient.ts'
import { type Installation, openInstallation } from './installation.ts'
import { percentile, round, stretch } from './measure.ts'
import { ownerAddress } from './owner.ts'

/** How large the evidence bench makes things. */
export interface EvidenceBenchOptions {
  /** Seconds the load lasts under which acts are followed to their log. */
  seconds: number
  say: (words: string) => unknown
  /** A data folder with a demo city, which is used up; without it one is made. */
  seeded?: string
  /** Acts that wait at once for the sequencer. */
  waiting?: number
  /** Leaves of the log that is verified whole. */
  verified?: number
  /** Leaves of the log that proofs are taken from. */
  proven?: number
}

/** Milliseconds at which half and all but a hundredth are through. */
interface Delay {
  p50Ms: number
  p99Ms: number
}

/** What the bench of evidence found; each figure beside its floor. */
export interface EvidenceBenchResult {
  what: 'evidence'
  /** From the answer to an act until it has its place in its log, at 8 at a time. */
  commitToSequenced: Delay
  /** From that place until a checkpoint with a quorum covers it. */
  sequencedToQuorum: Delay
  actsFollowed: number
  /** Leaves a second that the running product takes in from a full queue, and a bare insert of the same rows. */
  leavesPerSecond: number
  floorLeavesPerSecond: number
  /** Leaves a second of a whole log that are checked, and the two hashes a leaf that this needs at least. */
  verifiedPerSecond: number
  floorVerifiedPerSecond: number
  /** Processor time of one leaf's check on all threads together, in microseconds. */
  verifiedCpuMicros: number
  /** An inclusion proof from a large log, and one look by primary key. */
  proof: Delay & { leaves: number; hashes: number }
  floorProof: Delay
  table: string
}

/** The log that is filled with invented leaves: an office in which the load does nothing. */
const quiet = 'qianwan'

/** Measures the log: how fast acts get into it, how fast it is verified, how fast it proves. */
export async function benchEvidence({
  seconds,
  say,
  waiting = 200_000,
  verified = 1_000_000,
  proven = 10_000_000,
  seeded,
}: EvidenceBenchOptions): Promise<EvidenceBenchResult> {
  say(`Verifying a log of ${verified} leaves …`)
  const whole = await verifyWhole(verified)
  const installation = await openInstallation(say, seeded)
  try {
    say('Following acts to their log …')
    const followed = await follow(installation, seconds)
    say(`Taking in ${waiting} waiting acts …`)
    const taken = await takeIn(installation, waiting)
    say(`Proving from a log of ${proven} leaves …`)
    const proofs = await prove(installation, proven)
    const result = { what: 'evidence' as const, ...followed, ...taken, ...whole, ...proofs }
    return { ...result, table: tableOf(result, waiting, verified) }
  } finally {
    await installation.close()
  }
}

const delay = (values: readonly number[]): Delay => ({
  p50Ms: round(percentile(values, 0.5)),
  p99Ms: round(percentile(values, 0.99)),
})

type Followed = Pick<EvidenceBenchResult, 'commitToSequenced' | 'sequencedToQuorum' | 'actsFollowed'>

/** Has eight people act, and watches when each act got its place and when a quorum covered it. */
async function follow(installation: Installation, seconds: number): Promise<Followed> {
  const clerks = await peopleWhoAct(installation, 8)
  const clients = await Promise.all(clerks.map(() => HttpClient.open(installation.port)))
  const answered = new Map<string, number>()
  const workers = clients.map((client, i) => {
    const work = storeFileWorker(client, clerks[i]!)
    return async () => {
      const body = await work()
      answered.set((JSON.parse(body) as { actId: string }).actId, performance.now())
      return undefined
    }
  })
  const watch = watchSizes(installation)
  try {
    await stretch(workers, seconds)
    await new Promise((wake) => setTimeout(wake, 3000))
  } finally {
    await watch.stop()
    for (const client of clients) client.close()
  }
  const { rows } = await installation.world.pools.auditor.query<{
    id: string
    district: string
    idx: number
  }>('select act_id as id, district, idx from evidence.leaf where act_id = any($1::uuid[])', [
    [...answered.keys()],
  ])
  const sequenced: number[] = []
  const quorum: number[] = []
  for (const { id, district, idx } of rows) {
    const placed = watch.when('head', district, idx)
    const shown = watch.when('published', district, idx)
    if (placed === null || shown === null) continue
    sequenced.push(Math.max(0, placed - answered.get(id)!))
    quorum.push(Math.max(0, shown - placed))
  }
  return {
    commitToSequenced: delay(sequenced),
    sequencedToQuorum: delay(quorum),
    actsFollowed: sequenced.length,
  }
}

type Kind = 'head' | 'published'

/** Looks at the sizes of all logs every few milliseconds and remembers when each was first seen. */
function watchSizes({ world }: Installation) {
  const seen: Record<Kind, Map<string, { at: number; size: number }[]>> = {
    head: new Map(),
    published: new Map(),
  }
  let stopped = false
  const note = (kind: Kind, district: string, size: number, at: number) => {
    const steps = seen[kind].get(district) ?? []
    seen[kind].set(district, steps)
    if ((steps.at(-1)?.size ?? -1) < size) steps.push({ at, size })
  }
  const look = async () => {
    while (!stopped) {
      const { rows } = await world.pools.auditor.query<{ district: string; head: number; published: number }>(
        {
          name: 'bench-sizes',
          text: `select district, size as head,
          (select coalesce(max(size), 0) from evidence.published p where p.district = h.district)::bigint as published from evidence.head h`,
        },
      )
      const at = performance.now()
      for (const { district, head, published } of rows) {
        note('head', district, head, at)
        note('published', district, published, at)
      }
      await new Promise((wake) => setTimeout(wake, 4))
    }
  }
  const looking = look()
  return {
    async stop() {
      stopped = true
      await looking
    },
    /** When leaf `idx` was first covered; null when that was not seen. */
    when: (kind: Kind, district: string, idx: number): number | null =>
      seen[kind].get(district)?.find(({ size }) => size > idx)?.at ?? null,
  }
}

type Taken = Pick<EvidenceBenchResult, 'leavesPerSecond' | 'floorLeavesPerSecond'>

/** Lets a heap of acts wait for the log, and times the running product until none waits. */
async function takeIn({ world }: Installation, waiting: number): Promise<Taken> {
  const owner = new pg.Client(await ownerAddress(world))
  await owner.connect()
  try {
    await owner.query('set session_replication_role = replica')
    await owner.query(`create table bench_leaf (like evidence.leaf including all)`)
    await owner.query(
      `insert into kernel.act overriding system value
       select r.* from (select to_jsonb(act) || '{"district": "${quiet}"}' as like_this from kernel.act where type = 'file.store' order by seq desc limit 1) a,
         generate_series(1, $1::int) i,
         jsonb_populate_record(null::kernel.act, like_this || jsonb_build_object(
           'seq', 1000000000 + i, 'id', gen_random_uuid(), 'request_id', gen_random_uuid())) r`,
      [waiting],
    )
    await owner.query('analyze kernel.act')
    const start = performance.now()
    await owner.query(
      `insert into kernel.act_queue (seq, district, act_id, leaf_hash)
       select seq, district, id, sha256(entry) from kernel.act where seq > 1000000000 order by seq`,
    )
    for (;;) {
      const { rows } = await owner.query<{ some: boolean }>(
        'select exists (select from kernel.act_queue) as some',
      )
      if (!rows[0]!.some) break
      if (performance.now() - start > stuckMs) throw new Error('the queue does not empty')
      await new Promise((wake) => setTimeout(wake, 20))
    }
    const product = (performance.now() - start) / 1000
    const floorStart = performance.now()
    for (let from = 0; from < waiting; from += 4096)
      await owner.query(
        `insert into bench_leaf (district, idx, seq, act_id, hash) select '${quiet}', i, i, gen_random_uuid(), sha256(i::text::bytea)
         from generate_series($1::int, $2::int) i`,
        [from, Math.min(from + 4096, waiting) - 1],
      )
    const floor = (performance.now() - floorStart) / 1000
    return { leavesPerSecond: round(waiting / product), floorLeavesPerSecond: round(waiting / floor) }
  } finally {
    await owner.end()
  }
}

type Whole = Pick<EvidenceBenchResult, 'verifiedPerSecond' | 'floorVerifiedPerSecond' | 'verifiedCpuMicros'>

/** Checks a whole invented log as an auditor would: every entry read, every tile and the root recomputed. */
export async function verifyWhole(size: number): Promise<Whole> {
  const { files, policy, entries } = await inventLog(size)
  const problems: unknown[] = []
  await using threads = new BundleThreads()
  const start = performance.now()
  const cpuStart = process.cpuUsage()
  const report = await new LogCheck(files, quiet, policy, { sha256, elsewhere: threads.check }, (problem) =>
    problems.push(problem),
  ).check()
  const product = (performance.now() - start) / 1000
  const cpu = process.cpuUsage(cpuStart)
  if (report?.leaves !== size || problems.length > 0)
    throw new Error(`the invented log does not verify: ${JSON.stringify(problems.slice(0, 3))}`)
  const node = Buffer.alloc(65)
  const floorStart = performance.now()
  for (let i = 0; i < size; i++) {
    sha256(entries[i % entries.length]!)
    sha256(node)
  }
  const floor = (performance.now() - floorStart) / 1000
  return {
    verifiedPerSecond: round(size / product),
    floorVerifiedPerSecond: round(size / floor),
    verifiedCpuMicros: round((cpu.user + cpu.system) / size),
  }
}

async function inventLog(size: number) {
  const files = new Map<string, Uint8Array>()
  const tree = new GrowingTree(sha256)
  const sample: Uint8Array[] = []
  const keep = (level: number, index: number, hashes: readonly Uint8Array[]) =>
    files.set(`logs/${quiet}/${tilePath({ level, index, width: hashes.length })}`, Buffer.concat(hashes))
  for (let from = 0; from < size; from += tileWidth) {
    const entries = Array.from({ length: Math.min(tileWidth, size - from) }, (_, i) => inventedLeaf(from + i))
    if (sample.length < 4096) sample.push(...entries)
    for (const entry of entries)
      for (const tile of tree.add(leafHash(entry, sha256))) keep(tile.level, tile.index, tile.hashes)
    const bundle = { level: 'entries' as const, index: from / tileWidth, width: entries.length }
    files.set(`logs/${quiet}/${tilePath(bundle)}`, encodeEntryBundle(entries))
  }
  for (const tile of tree.partial()) keep(tile.level, tile.index, tile.hashes)
  const origin = `mingbu.example/${quiet}`
  const signer = await signerFromSeed(origin, new Uint8Array(32).fill(1))
  const note = await signNote(`${origin}\n${size}\n${toBase64(tree.root())}\n`, [signer])
  files.set(`logs/${quiet}/checkpoint`, Buffer.from(note))
  const names = [...files.keys()]
  return {
    files: { names: () => names, read: async (name: string) => files.get(name) ?? null },
    policy: parsePolicy(`log ${formatVkey(signer.verifier)}\nquorum none\n`),
    entries: sample,
  }
}

const inventedLeaf = (i: number): Uint8Array =>
  encodeLeaf({
    act: `01a20845-0000-7000-8000-${i.toString(16).padStart(12, '0')}`,
    at: '2026-11-23T01:02:03.000004Z',
    district: quiet,
    fields: hash('sha256', String(i)),
    n: 8,
    outcome: 'done',
    type: 'file.store',
  })

type Proofs = Pick<EvidenceBenchResult, 'proof' | 'floorProof'>
const proofsTaken = 500
/** When a queue that does not empty is given up. */
const stuckMs = 600_000

/** Makes a log of `size` invented leaves in the database and takes proofs from it through the product's own query. */
async function prove({ world }: Installation, size: number): Promise<Proofs> {
  const admin = await world.admin()
  let root: Uint8Array
  try {
    await admin.query('set session_replication_role = replica')
    await admin.query(`delete from evidence.leaf where district = '${quiet}'`)
    await admin.query(`delete from evidence.node where district = '${quiet}'`)
    await admin.query(
      `insert into evidence.leaf (district, idx, seq, act_id, hash)
       select '${quiet}', i, i, ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, sha256(i::text::bytea) from generate_series(0, $1::bigint - 1) i`,
      [size],
    )
    root = await growNodes(admin, size)
    await admin.query(
      `insert into evidence.checkpoint (district, size, root, note) values ('${quiet}', $1, $2, 'bench')`,
      [size, root],
    )
    await admin.query(
      `insert into evidence.published (district, size, note) values ('${quiet}', $1, 'bench')`,
      [size],
    )
    await admin.query('analyze evidence.leaf, evidence.node')
  } finally {
    await admin.end()
  }
  const times: number[] = []
  const floor: number[] = []
  let hashes = 0
  for (let i = 0; i < proofsTaken; i++) {
    // Spread over the whole log, the same every time.
    const index = Math.floor(((i * 0.6180339887) % 1) * size)
    const start = performance.now()
    const proof = await world.kernel.readPublic((tx) => inclusionProof(tx, quiet, index))
    times.push(performance.now() - start)
    hashes = Math.max(hashes, proof!.hashes.length)
    const leaf = sha256(Buffer.from(String(index)))
    const claim = { leaf, index, size, proof: proof!.hashes.map(fromBase64), root }
    if (!checkInclusion(claim, sha256)) throw new Error(`the proof of leaf ${index} does not verify`)
    const floorStart = performance.now()
    await world.kernel.readPublic(
      (tx) => tx.maybe`select hash from evidence.leaf where district = ${quiet} and idx = ${index}`,
    )
    floor.push(performance.now() - floorStart)
  }
  return { proof: { ...delay(times), leaves: size, hashes }, floorProof: delay(floor) }
}

/** Writes the hashes above invented leaves. Returns the root. */
async function growNodes(admin: pg.Client, size: number): Promise<Uint8Array> {
  const tree = new GrowingTree(sha256)
  let rows: [number, number, Uint8Array][] = []
  const flush = async () => {
    if (rows.length > 0)
      await admin.query(
        `insert into evidence.node (district, level, idx, hash) select '${quiet}', * from unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
        [0, 1, 2].map((column) => rows.map((row) => row[column])),
      )
    rows = []
  }
  for (let i = 0; i < size; i++) {
    for (const { level, index, hashes } of tree.add(sha256(Buffer.from(String(i))))) {
      const above = new GrowingTree(sha256)
      for (const one of hashes) above.add(one)
      rows.push([level + 1, index, above.root()])
    }
    if (rows.length >= 10_000) await flush()
  }
  await flush()
  return tree.root()
}

function tableOf(result: Omit<EvidenceBenchResult, 'table'>, waiting: number, verified: number): string {
  const line = (what: string, figure: string, floor = '') => `${what.padEnd(52)}${figure.padEnd(34)}${floor}`
  const ms = ({ p50Ms, p99Ms }: Delay) => `p50 ${p50Ms} ms, p99 ${p99Ms} ms`
  const { proof } = result
  return [
    line('what', 'measured', 'floor'),
    line(`answered to sequenced (${result.actsFollowed} acts, 8 at a time)`, ms(result.commitToSequenced)),
    line('sequenced to quorum', ms(result.sequencedToQuorum)),
    line(
      `leaves taken in a second (${waiting} waiting)`,
      String(result.leavesPerSecond),
      `bare insert ${result.floorLeavesPerSecond}`,
    ),
    line(
      `leaves verified a second (log of ${verified})`,
      `${result.verifiedPerSecond}, ${result.verifiedCpuMicros} µs each`,
      `two hashes a leaf ${result.floorVerifiedPerSecond}`,
    ),
    line(
      `proof of ${proof.hashes} hashes (log of ${proof.leaves})`,
      ms(proof),
      `one look by key ${ms(result.floorProof)}`,
    ),
  ].join('\n')
}
