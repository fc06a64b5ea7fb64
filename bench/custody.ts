import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { endOffer, offer, take } from '../server/src/custody/handover.ts'
import { Workers } from '../server/src/drill/work.ts'
import type { AnyAct } from '../server/src/kernel/act.ts'
import { printedSerial } from '../server/src/values/blankSerial.ts'
import { type Installation, openInstallation } from './installation.ts'

/** Milliseconds of one kind of work. */
export interface Timed {
  what: string
  times: number
  p50Ms: number
  p95Ms: number
  maxMs: number
}

export interface CustodyBench {
  /** Serials in the book, and in how many runs they lie. */
  serials: number
  runs: number
  /** The slowest p95 of everything that moves or finds serials, but for the look at the whole book. */
  p95Ms: number
  figures: Timed[]
  /** A year's book as a workbook: its lines, seconds, bytes, and the most memory the server had while it was made. */
  book: { lines: number; seconds: number; bytes: number; serverMb: number; beforeMb: number }
  table: string
}

const district = 'haishu'
const first = 33_700_000_000
/** Runs of five hundred lie by turns in the store and with a keeper, so that the book is as broken up as years make it. */
const runLength = 500

/**
 * What moving and finding serials costs in a book of ten million: whole acts with their evidence, and the bare statements
 * below them.
 */
export async function benchCustody({
  seconds,
  say,
  serials = 10_000_000,
  bookLines = 1_000_000,
  seeded,
}: {
  seconds: number
  say: (words: string) => unknown
  serials?: number
  /** Lines of the book that is exported. */
  bookLines?: number
  /** A data folder with a demo city, which is used up; without it one is made. */
  seeded?: string
}): Promise<CustodyBench> {
  const installation = await openInstallation(say, seeded)
  const { world } = installation
  try {
    const workers = new Workers(world)
    const keeper = await workers.tokenOf(`${district}.certs1`)
    const printer = await workers.tokenOf(`${district}.printer1`)
    const ids = await world.pools.auditor.query<{ username: string; id: string }>(
      `select username, person_id as id from kernel.account where username = any($1)`,
      [[`${district}.certs1`, `${district}.printer1`]],
    )
    const idOf = (post: string) => ids.rows.find(({ username }) => username.endsWith(post))!.id
    await fill(installation, idOf('certs1'), serials)
    const act = async (token: Uint8Array, one: AnyAct, input: unknown): Promise<Record<string, string>> => {
      const outcome = await world.kernel.perform(one, {
        token,
        requestId: randomUUID(),
        input: input as never,
      })
      if (!outcome.ok) throw new Error(`${one.type}: ${outcome.refusal.message.en}`)
      return outcome.result as Record<string, string>
    }
    let at = 0
    /** The next run that lies in the store. */
    const inStore = () => first + (at++ % (serials / runLength / 2)) * 2 * runLength
    const give = (from: number, count: number) =>
      act(keeper, offer, {
        kind: 'certificate',
        first: printedSerial('D', from),
        last: printedSerial('D', from + count - 1),
        from: 'store',
        to: idOf('printer1'),
      })
    const look = <T>(sql: TemplateStringsArray, ...values: number[]) =>
      world.kernel.read(keeper, ({ tx }) => tx.rows<T>(sql, ...values))
    const figures: Timed[] = []
    const measure = async (what: string, work: () => Promise<unknown>, before?: () => Promise<unknown>) => {
      const taken: number[] = []
      for (const end = performance.now() + seconds * 1000; performance.now() < end || taken.length < 20; ) {
        await before?.()
        const started = performance.now()
        await work()
        taken.push(performance.now() - started)
      }
      taken.sort((a, b) => a - b)
      const part = (share: number) => Number(taken[Math.floor((taken.length - 1) * share)]!.toFixed(2))
      figures.push({ what, times: taken.length, p50Ms: part(0.5), p95Ms: part(0.95), maxMs: part(1) })
    }
    let offered = ''
    let from = 0
    const prepare = async () => {
      from = inStore() + 100
      offered = (await give(from, 200)).offerId!
    }
    await measure(
      'act: offer 200 out of the middle of a run',
      async () => {
        offered = (await give(inStore() + 100, 200)).offerId!
      },
      async () => {
        if (offered) await act(keeper, endOffer, { offerId: offered })
      },
    )
    await act(keeper, endOffer, { offerId: offered })
    await measure(
      'act: sign for them, the run splits in three',
      () => act(printer, take, { offerId: offered }),
      prepare,
    )
    await measure(
      'find one serial',
      () => look`select kernel.where_is('certificate', 'D', ${first + serials / 2 + (at++ % 1000)}::bigint)`,
    )
    const range = (from: number, count: number) => () =>
      look`select kernel.look_up('certificate', 'D', int8range(${from}::bigint, ${from + count}::bigint), true)`
    await measure('look up a range of 20 runs', range(first + serials / 5, 20 * runLength))
    const moving = figures.slice()
    await measure('look up all of them, in every run', range(first, serials))
    say(`Exporting a book of ${bookLines} lines …`)
    const book = await exportBook(installation, bookLines)
    return {
      book,
      serials,
      runs: serials / runLength,
      p95Ms: Math.max(...moving.map((one) => one.p95Ms)),
      figures,
      table: [
        `${serials} serials in ${serials / runLength} runs, ${seconds} s each`,
        `  ${'what'.padEnd(46)}${['times', 'p50 ms', 'p95 ms', 'max ms'].map((one) => one.padStart(9)).join('')}`,
        ...figures.map(
          (one) =>
            `  ${one.what.padEnd(46)}${[one.times, one.p50Ms, one.p95Ms, one.maxMs].map((n) => String(n).padStart(9)).join('')}`,
        ),
        `A book of ${book.lines} lines as a workbook: ${book.seconds} s, ${Math.round(book.bytes / 1e6)} MB; the server had ${book.serverMb} MB at most, ${book.beforeMb} before`,
      ].join('\n'),
    }
  } finally {
    await installation.close()
  }
}

/** A year's book of proofs, written by hand, taken home through the running server. */
async function exportBook(
  { world, port, signIn, serverPid }: Installation,
  lines: number,
): Promise<CustodyBench['book']> {
  const admin = await world.admin()
  try {
    await admin.query('set session_replication_role = replica')
    await admin.query(
      `insert into kernel.custody_line (district, kind, edition, serials, movement, from_place, to_place, act_id, at, person_id, no)
       select $1, 'proof', '', int8range(90000000000 + i, 90000000001 + i), 'issue', 'store', 'person:' || p.id, a.id, n.at - make_interval(secs => ($2::int - i) * 20), p.id, nextval('kernel.custody_line_no')
       from generate_series(1, $2::int) i, (select id from kernel.act where district = $1 limit 1) a, (select id from kernel.person where district = $1 limit 1) p, (select kernel.now() as at offset 0) n`,
      [district, lines],
    )
    await admin.query('analyze kernel.custody_line')
  } finally {
    await admin.end()
  }
  const headers = await signIn(`${district}.certs1`)
  forgetPeak(serverPid)
  const before = memoryMb(serverPid, 'VmRSS')
  const started = performance.now()
  const url = `http://127.0.0.1:${port}/api/custody/book.xlsx?kind=proof&from=2020-01-01&until=2099-12-31`
  const answer = await fetch(url, { headers })
  if (answer.status !== 200) throw new Error(`the book was not exported: ${await answer.text()}`)
  let bytes = 0
  for await (const chunk of answer.body!) bytes += chunk.length
  return {
    lines: Number(answer.headers.get('x-mingbu-lines')),
    seconds: Number(((performance.now() - started) / 1000).toFixed(1)),
    bytes,
    serverMb: memoryMb(serverPid, 'VmHWM'),
    beforeMb: before,
  }
}

/** Megabytes of a process by `/proc`: what it has now, or the most it ever had; 0 where there is none. */
function memoryMb(pid: number, of: 'VmRSS' | 'VmHWM'): number {
  try {
    const found = new RegExp(`${of}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Math.round(Number(found?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}

/** What a process had at most is counted anew from here, where the system lets us. */
function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // Then the most it ever had is told, which is no less.
  }
}

/** Serials by hand, past the booking: what matters is how broken up they lie. */
async function fill({ world }: Installation, keeper: string, serials: number): Promise<void> {
  const admin = await world.admin()
  try {
    await admin.query('alter table kernel.custody_line disable trigger book')
    await admin.query('alter table kernel.custody_line disable trigger delivered')
    await admin.query(
      `insert into kernel.custody_line (district, kind, edition, serials, movement, to_place, act_id, at, no)
       values ($1, 'certificate', 'D', int8range($2::int8, $3::int8), 'receive', 'store', (select id from kernel.act where district = $1 limit 1), kernel.now(), nextval('kernel.custody_line_no'))`,
      [district, first, first + serials],
    )
    await admin.query('alter table kernel.custody_line enable trigger book')
    await admin.query('alter table kernel.custody_line enable trigger delivered')
    await admin.query(
      `insert into kernel.custody_holding (district, kind, edition, serials, place)
       select $1, 'certificate', 'D', int8range($2::int8 + i * $3::int8, $2::int8 + (i + 1) * $3::int8), case when i % 2 = 0 then 'store' else 'person:' || $4::text end
       from generate_series(0, $5::int - 1) i`,
      [district, first, runLength, keeper, serials / runLength],
    )
    await admin.query('analyze kernel.custody_holding')
  } finally {
    await admin.end()
  }
}
