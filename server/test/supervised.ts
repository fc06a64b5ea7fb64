import type { AnyAct } from '../src/kernel/act.ts'
import { signIn } from '../src/people/acts.ts'
import { Tx } from '../src/platform/db/tx.ts'
import { Figures } from '../src/supervision/board/figures.ts'
import { readBoard, wholeCity } from '../src/supervision/board/queries.ts'
import { type Someone, type TestWorld, testPassword } from './world.ts'

/** How a control stands in an office now, read as the auditor. */
export async function stands(world: Pick<TestWorld, 'pools' | 'deps'>, id: string, district = 'haishu') {
  const client = await world.pools.auditor.connect()
  try {
    const tx = new Tx(client)
    const { now } = await tx.one<{ now: string }>`select kernel.now() as now`
    const board = await readBoard(
      // Figures of its own: those of the house may be told as they were a moment ago.
      {
        tx,
        at: Temporal.Instant.from(now),
        deps: { ...world.deps, figures: new Figures(world.pools.auditor) },
      },
      { ...wholeCity, district },
    )
    const found = board.clauses.flatMap(({ controls }) => controls).find((one) => one.id === id)!
    return { status: found.status, ...found.counts }
  } finally {
    client.release()
  }
}

/** It is another day: the clock is set, and everybody signs in anew. */
export async function anotherDay(
  world: TestWorld,
  people: Record<string, Someone>,
  at: string,
): Promise<void> {
  await world.setClock(at)
  for (const one of Object.values(people)) {
    const outcome = await world.as(null, signIn, { username: one.username, password: testPassword })
    if (!outcome.ok) throw new Error(outcome.refusal.message.en)
    one.token = Buffer.from((outcome.result as { token: string }).token, 'hex')
  }
}

/** Does an act in an office, and says `done`, or the refusal’s code with the field it is about. */
export async function tried(world: TestWorld, who: Someone, act: AnyAct, input: object): Promise<string> {
  const outcome = await world.as(who, act, input)
  if (outcome.ok) return 'done'
  const [field] = outcome.refusal.fields ?? []
  return field ? `${outcome.refusal.code} ${field.path}` : outcome.refusal.code
}

/** Does an act that must go through, and gives its result. */
export async function done<R>(world: TestWorld, who: Someone, act: AnyAct, input: object): Promise<R> {
  const outcome = await world.as(who, act, input)
  if (!outcome.ok)
    throw new Error(`${act.type}: ${outcome.refusal.code} ${JSON.stringify(outcome.refusal.fields ?? '')}`)
  return outcome.result as R
}

/**
 * What an attacker with the app’s password and somebody’s token gets at the SQL prompt, inside an act of a type: the
 * constraint or the code of the error, or how many rows there were. Statements may go before it. Nothing is kept.
 */
export async function atPrompt(
  world: TestWorld,
  who: Someone,
  type: string,
  sql: string,
  values: unknown[] = [],
  before: readonly string[] = [],
): Promise<string> {
  const prompt = await world.prompt('mingbu_app')
  try {
    await prompt.query('begin')
    const { rows } = await prompt.query(
      `select kernel.open_act($1, $2, null, gen_random_uuid(), sha256('x')) as opened`,
      [who.token, type],
    )
    if (rows[0].opened.status !== 'ok') return `not opened: ${rows[0].opened.status}`
    for (const one of before) await prompt.query(one)
    return await prompt.query(sql, values).then(
      ({ rowCount }) => `${rowCount} rows`,
      (error: { code: string; constraint?: string }) => error.constraint ?? error.code,
    )
  } finally {
    await prompt.query('rollback')
    await prompt.end()
  }
}
