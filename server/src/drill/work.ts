import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { demoPassword, seedDemo } from '../app/demo.ts'
import { demoPasskey, performConfirmed } from '../app/software-passkey.ts'
import type { World } from '../app/world.ts'
import { firstReview, storeFile } from '../cases/acts.ts'
import { raiseAlarm } from '../evidence/alarms.ts'
import { erase, proposeErasure } from '../evidence/erasure.ts'
import type { AnyAct } from '../kernel/act.ts'
import type { Outcome } from '../kernel/perform.ts'
import { demoScan } from '../papers/demo-scan.ts'
import { signIn, signOut } from '../people/acts.ts'
import { giveNotice } from '../supervision/rectification/acts.ts'

/** The smallest city that casts every role of the demo. */
const units = 300

/** People of the scratch city at their ordinary work. */
export class Workers {
  readonly #world: World
  readonly #tokens = new Map<string, Buffer>()

  constructor(world: World) {
    this.#world = world
  }

  /** Does an act as somebody, who is signed in first. @throws Error when it is refused. */
  async do<T = Record<string, unknown>>(username: string, act: AnyAct, input: unknown): Promise<T> {
    return this.#done<T>(act, await this.tokenOf(username), input, username)
  }

  /** Tries an act as somebody, and says what became of it. */
  async attempt<T>(username: string, act: AnyAct, input: unknown): Promise<Outcome<T>> {
    const { kernel, secrets, deps } = this.#world
    const token = await this.tokenOf(username)
    return (await performConfirmed(kernel, act, { token, input }, () =>
      demoPasskey(secrets, deps.origin, username),
    )) as Outcome<T>
  }

  /** Tries what is refused, so that a refusal is recorded. @throws Error when it is not. */
  async refused(username: string, act: AnyAct, input: unknown): Promise<void> {
    const token = await this.tokenOf(username)
    const outcome = await this.#world.kernel.perform(act, {
      token,
      requestId: randomUUID(),
      input: input as never,
    })
    if (outcome.ok) throw new Error(`${act.type} by ${username} was not refused`)
  }

  /** A sign-in with a wrong password, which counts. */
  async wrongPassword(username: string): Promise<void> {
    await this.#world.kernel.perform(signIn, {
      token: null,
      requestId: randomUUID(),
      input: { username, password: 'wrong' },
    })
  }

  async signOut(username: string): Promise<void> {
    await this.do(username, signOut, {})
    this.#tokens.delete(username)
  }

  /** Uploads a scan that nobody uploaded before. */
  async upload(username: string): Promise<string> {
    const scan = demoScan('演练', [randomUUID()])
    const taken = await this.#world.deps.files.take(Readable.from([scan]), 'application/pdf')
    if (typeof taken === 'string') throw new Error(`a scan was refused: ${taken}`)
    await this.do(username, storeFile, { file: taken.sha256, media: taken.type, bytes: taken.size })
    return taken.sha256
  }

  async asService<T = Record<string, unknown>>(
    service: 'seed' | 'detector' | 'installer',
    act: AnyAct,
    input: unknown,
  ): Promise<T> {
    return this.#done<T>(act, Buffer.from(this.#world.secrets.services[service]!, 'hex'), input)
  }

  async idOf(username: string): Promise<string> {
    const { rows } = await this.#world.pools.auditor.query<{ id: string }>(
      'select person_id as id from kernel.account where username = $1 and closed_at is null',
      [username],
    )
    return rows[0]!.id
  }

  /** The session of somebody, who is signed in first. */
  async tokenOf(username: string): Promise<Buffer> {
    const known = this.#tokens.get(username)
    if (known) return known
    const { token } = await this.#done<{ token: string }>(signIn, null, { username, password: demoPassword })
    const made = Buffer.from(token, 'hex')
    this.#tokens.set(username, made)
    return made
  }

  async #done<T>(act: AnyAct, token: Uint8Array | null, input: unknown, username = ''): Promise<T> {
    const { kernel, secrets, deps } = this.#world
    const outcome = await performConfirmed(kernel, act, { token, input }, () =>
      demoPasskey(secrets, deps.origin, username),
    )
    if (!outcome.ok) throw new Error(`${act.type} was refused: ${outcome.refusal.message.en}`)
    return outcome.result as T
  }
}

/** A working day a few days ahead, by the world's own clock. */
async function workingDay(world: World): Promise<string> {
  const { rows } = await world.pools.auditor.query<{ today: string }>(
    'select kernel.day_of(kernel.now())::text as today',
  )
  const counted = world.deps.calendar.addWorkingDays(Temporal.PlainDate.from(rows[0]!.today), 5)
  if (!('date' in counted)) throw new Error(counted.message.en)
  return counted.date.toString()
}

/** The scratch city: the demo's people, holdings and standing cases, then a finding, refusals, and a full tile of leaves. */
export async function playCity(world: World, seed: number, say: (words: string) => unknown): Promise<void> {
  await seedDemo(world, { seed, units }, say)
  const workers = new Workers(world)
  const { finding } = await workers.asService<{ finding: string }>('detector', raiseAlarm, {
    log: 'haishu',
    kind: 'queue_lag',
    detail: { zh: '6 秒', en: '6 s' },
  })
  await workers.do('haishu.head', giveNotice, {
    district: 'haishu',
    findingId: finding,
    responsibleId: await workers.idOf('haishu.clerk1'),
    requirement: '查明积压原因',
    planDue: await workingDay(world),
  })
  await workers.wrongPassword('haishu.clerk2')
  await workers.refused('haishu.clerk1', firstReview, { caseId: randomUUID(), opinion: '同意' })
  for (let i = 0; i < 24; i++) await workers.upload(`haishu.clerk${1 + (i % 3)}`)
  await world.sequencer.drain()
}

/** A little more of a day's work in one office, moved into its log. */
export async function workOn(world: World, acts: number): Promise<void> {
  const workers = new Workers(world)
  for (let i = 0; i < acts; i++) await workers.upload(`haishu.clerk${1 + (i % 3)}`)
  await world.sequencer.drain()
}

/** Sets the clock of an installation on by years, proposes and does an erasure of what need no longer be kept. */
export async function eraseOldLooks(world: World): Promise<void> {
  const admin = await world.admin()
  try {
    const { rows } = await admin.query<{ id: string }>(
      `select id from kernel.act where type = 'session.signIn' and district = 'city' and outcome = 'done' order by seq limit 3`,
    )
    await admin.query(`update kernel.clock set ahead = interval '4 years'`)
    const workers = new Workers(world)
    for (const { id } of rows) {
      const { erasureId } = await workers.do<{ erasureId: string }>('city.inspector1', proposeErasure, {
        district: 'city',
        ofAct: id,
        reason: '保存期已满',
      })
      await workers.do('city.auditadmin', erase, { district: 'city', erasureId })
    }
  } finally {
    await admin.end()
  }
}

/** Name by which the store knows some bytes. */
export const nameOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
