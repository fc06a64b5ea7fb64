import { leafHash } from '@mingbu/tlog'
import { sha256 } from '../../kernel/evidence-fields.ts'
import type { Text } from '../../kernel/refusal.ts'
import { type Edge, emptyEdge, grow, rootOf, type TileRoot } from '../edge.ts'
import { type ActRow, actColumns, erasedActs, readValues, type ValueRow, verifyAct } from './acts.ts'
import { Checkpoints, type Log } from './checkpoints.ts'
import { verifyCosignatures } from './cosignatures.ts'
import { verifyNodes } from './nodes.ts'
import { type Recollection, Recollections } from './outside.ts'
import { publishedProblems } from './published.ts'
import { verifyLeafless, verifyQueued } from './queue.ts'
import { pageSize, type Run, zhOffice } from './run.ts'
import { Times } from './times.ts'

/** An office with the log it should have. */
export interface LogRow {
  district: string
  /** Null when the district has no log. */
  origin: string | null
  vkey: string | null
}

/** What is known beside the log itself. */
export interface Beside {
  recollections: readonly Recollection[]
  /** Numbers of the acts by which the clock was moved. */
  clockMoves: readonly number[]
}

/** What was counted in one log. */
export interface Counted {
  acts: number
  leaves: number
  /** Size of the newest signed checkpoint. */
  checkpointSize: number
}

interface LeafRow extends ActRow {
  idx: number
  hash: Buffer
  leaf_seq: number
}

interface Head {
  size: number
  root: Buffer
}

/** Checks one log and everything that hangs on it but the tables. */
export async function verifyLog(
  run: Run,
  { district, origin, vkey }: LogRow,
  beside: Beside,
  progress: (leaves: number) => void,
): Promise<Counted> {
  const { client, report } = run
  const { rows } = await client.query<Head>('select size, root from evidence.head where district = $1', [
    district,
  ])
  const head = rows[0]
  if (origin === null || vkey === null || !head) {
    report({
      code: 'log_missing',
      district,
      zh: `${zhOffice(district)}没有日志，或日志没有头部`,
      en: `${district} has no log, or its log no head`,
    })
    return { acts: 0, leaves: 0, checkpointSize: 0 }
  }
  const log: Log = { district, origin, vkey }
  const checkpoints = await Checkpoints.of(run, log)
  const recollections = new Recollections(report, district, beside.recollections)
  const times = new Times(beside.clockMoves)
  const erasures = await erasedActs(client, district)
  const edge = emptyEdge()
  const nodes: TileRoot[] = []
  let acts = 0
  const atSize = () => recollections.at(edge, checkpoints.at(edge))
  atSize()
  for await (const { leaves, values } of pagesOf(run, district)) {
    for (const leaf of leaves) {
      if (leaf.idx !== edge.size) {
        report({
          code: 'leaf_gap',
          district,
          index: edge.size,
          zh: `${zhOffice(district)}日志：缺少第 ${edge.size} 条`,
          en: `log ${district}: leaf ${edge.size} is missing`,
        })
        return { acts, leaves: edge.size, checkpointSize: 0 }
      }
      if (leaf.id) acts++
      verifyLeaf(run, district, leaf, values.get(leaf.id) ?? [], erasures.has(leaf.id))
      if (leaf.id) verifyTime(run, district, leaf, times)
      grow(edge, leaf.hash, nodes)
      atSize()
    }
    progress(edge.size)
  }
  verifyHead(run, district, head, edge)
  checkpoints.end(edge)
  recollections.end(edge)
  await verifyNodes(run, district, nodes)
  for (const problem of await publishedProblems(client, log)) report({ ...problem, district })
  await verifyCosignatures(run, district)
  await verifyQueued(run, district, erasures)
  await verifyLeafless(run, district)
  return { acts, leaves: edge.size, checkpointSize: checkpoints.newest }
}

/** All leaves of a log in order, with their acts, and those acts' values by act; a page at a time. */
async function* pagesOf(
  { client }: Run,
  district: string,
): AsyncGenerator<{ leaves: LeafRow[]; values: Map<string, ValueRow[]> }> {
  for (let from = 0; ; ) {
    const page = await client.query<LeafRow>({
      name: 'verify-acts',
      text: `select l.idx, l.hash, l.seq as leaf_seq, ${actColumns}
        from evidence.leaf l left join kernel.act a on a.district = l.district and a.id = l.act_id
        where l.district = $1 and l.idx >= $2 order by l.idx limit ${pageSize}`,
      values: [district, from],
    })
    const last = page.rows.at(-1)
    if (!last) return
    yield { leaves: page.rows, values: await readValues(client, district, page.rows) }
    if (page.rows.length < pageSize) return
    from = last.idx + 1
  }
}

function verifyLeaf(run: Run, district: string, leaf: LeafRow, values: ValueRow[], erased: boolean): void {
  const { idx, id } = leaf
  const wrong = (code: string, said: Text) =>
    run.report({ code, district, index: idx, ...(id ? { act: id } : {}), ...said })
  const place = `${zhOffice(district)}日志第 ${idx} 条`
  if (!id) {
    wrong('act_missing', { zh: `${place}：其行为不见了`, en: `leaf ${idx} of ${district}: its act is gone` })
    return
  }
  if (!Buffer.from(leafHash(leaf.entry, sha256)).equals(leaf.hash))
    wrong('entry_changed', {
      zh: `${place}：行为的条目算不出该条的哈希`,
      en: `leaf ${idx} of ${district}: the act's entry does not hash to the leaf`,
    })
  const wrongAct = (code: string, { zh, en }: Text) =>
    wrong(code, {
      zh: `行为 ${id}（${place}）：${zh}`,
      en: `act ${id} (leaf ${idx} of ${district}): ${en}`,
    })
  if (leaf.seq !== leaf.leaf_seq)
    wrongAct('act_changed', {
      zh: '其次序号不是记入日志时的那一个',
      en: 'its number is not the one it was logged under',
    })
  verifyAct(run, { district, row: leaf, values, erased }, wrongAct)
}

function verifyTime({ report }: Run, district: string, leaf: LeafRow, times: Times): void {
  const seconds = times.back(leaf)
  if (seconds !== null)
    report({
      code: 'time_back',
      district,
      index: leaf.idx,
      act: leaf.id,
      zh: `行为 ${leaf.id}（${zhOffice(district)}日志第 ${leaf.idx} 条）：其时间比前面的条目早 ${seconds} 秒`,
      en: `act ${leaf.id} (leaf ${leaf.idx} of ${district}): its time lies ${seconds} s before that of an earlier leaf`,
    })
}

function verifyHead({ report }: Run, district: string, head: Head, edge: Edge): void {
  if (edge.size !== head.size)
    report({
      code: 'head_size',
      district,
      index: edge.size,
      zh: `${zhOffice(district)}日志：头部记有 ${head.size} 条，实有 ${edge.size} 条`,
      en: `log ${district}: the head says ${head.size} leaves, there are ${edge.size}`,
    })
  else if (!head.root.equals(rootOf(edge)))
    report({
      code: 'head_root',
      district,
      zh: `${zhOffice(district)}日志：头部的根哈希不是全部条目的根哈希`,
      en: `log ${district}: the head's root is not the root of its leaves`,
    })
}
