import { randomUUID } from 'node:crypto'
import { endOffer, offer, take } from '../server/src/custody/handover.ts'
import { Workers } from '../server/src/drill/work.ts'
import type { AnyAct } from '../server/src/kernel/act.ts'
import { printedSerial } from '../server/src/values/blankSerial.ts'
import { openInstallation } from './installation.ts'

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
  table: string
}

const district = 'haishu'
const first = 33_700_000_000
const serials = 10_000_000
/** Runs of five hundred lie by turns in the store and with a keeper, so that the book is as broken up as years make it. */
const runLength = 500

/**
 * What moving and finding serials costs in a book of ten million: whole acts with their evidence, and the bare statements
 * below them.
 */
export async function benchCustody({
  seconds,
  say,
}: {
  seconds: number
  say: (words: string) => unknown
}): Promise<CustodyBench> {
  const installation = await openInstallation(say)
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
    await fill(installation, idOf('certs1'))
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
      'find one serial among ten million',
      () => look`select kernel.where_is('certificate', 'D', ${first + 4_321_000 + (at++ % 1000)}::bigint)`,
    )
    const range = (from: number, count: number) => () =>
      look`select kernel.look_up('certificate', 'D', int8range(${from}::bigint, ${from + count}::bigint), true)`
    await measure('look up a range of 10,000 in 20 runs', range(first + 4_000_000, 10_000))
    const moving = figures.slice()
    await measure('look up all ten million in 20,000 runs', range(first, serials))
    return {
      serials,
      runs: serials / runLength,
      p95Ms: Math.max(...moving.map((one) => one.p95Ms)),
      figures,
      table: [
        `Ten million serials in ${serials / runLength} runs, ${seconds} s each`,
        `  ${'what'.padEnd(46)}${['times', 'p50 ms', 'p95 ms', 'max ms'].map((one) => one.padStart(9)).join('')}`,
        ...figures.map(
          (one) =>
            `  ${one.what.padEnd(46)}${[one.times, one.p50Ms, one.p95Ms, one.maxMs].map((n) => String(n).padStart(9)).join('')}`,
        ),
      ].join('\n'),
    }
  } finally {
    await installation.close()
  }
}

/** Ten million serials by hand, past the booking: what matters is how broken up they lie. */
async function fill({ world }: Awaited<ReturnType<typeof openInstallation>>, keeper: string): Promise<void> {
  const admin = await world.admin()
  try {
    await admin.query('alter table kernel.custody_line disable trigger book')
    await admin.query('alter table kernel.custody_line disable trigger delivered')
    await admin.query(
      `insert into kernel.custody_line (district, kind, edition, serials, movement, to_place, act_id, at)
       values ($1, 'certificate', 'D', int8range($2, $3), 'receive', 'store', (select id from kernel.act where district = $1 limit 1), kernel.now())`,
      [district, first, first + serials],
    )
    await admin.query('alter table kernel.custody_line enable trigger book')
    await admin.query('alter table kernel.custody_line enable trigger delivered')
    await admin.query(
      `insert into kernel.custody_holding (district, kind, edition, serials, place)
       select $1, 'certificate', 'D', int8range($2 + i * $3, $2 + (i + 1) * $3), case when i % 2 = 0 then 'store' else 'person:' || $4::text end
       from generate_series(0, $5 - 1) i`,
      [district, first, runLength, keeper, serials / runLength],
    )
    await admin.query('analyze kernel.custody_holding')
  } finally {
    await admin.end()
  }
}
