import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Kernel } from '../kernel/perform.ts'
import type { Text } from '../kernel/refusal.ts'
import { Watch } from '../platform/watch.ts'
import { type Alarm, raiseAlarm } from './alarms.ts'
import type { Publisher } from './publisher.ts'
import type { Sequencer } from './sequencer.ts'

const queueLagSeconds = 5
const publicationLagSeconds = 60

const seconds = (lag: number): Text => ({ zh: `${Math.round(lag)} 秒`, en: `${Math.round(lag)} s` })

export interface WatchOptions {
  /** Reads as the auditor. */
  pool: pg.Pool
  kernel: Kernel
  /** Token of the service that acts for the watch. */
  token: Uint8Array
  sequencer: Pick<Sequencer, 'frozen'>
  publisher: Pick<Publisher, 'contradicted' | 'stateOf'>
}

/** Stands beside the logs and makes findings of what goes wrong with them (evidence lag, contradiction). */
export class LogWatch extends Watch<Alarm[]> {
  readonly #options: WatchOptions
  /** Alarms that are on: told once, until they have been off. */
  #on = new Set<string>()

  constructor(options: WatchOptions) {
    super()
    this.#options = options
  }

  /** Looks once. Returns what is wrong now; alarms that were off before are made findings. */
  async runOnce(): Promise<Alarm[]> {
    const { kernel, token } = this.#options
    const alarms = await this.#look()
    const on = new Set<string>()
    for (const alarm of alarms) {
      const name = `${alarm.kind} ${alarm.log}`
      const told =
        this.#on.has(name) ||
        (
          await kernel.perform(raiseAlarm, {
            token,
            requestId: randomUUID(),
            input: {
              ...alarm,
              detail: { zh: alarm.detail.zh.slice(0, 300), en: alarm.detail.en.slice(0, 300) },
            },
          })
        ).ok
      if (told) on.add(name)
    }
    this.#on = on
    return alarms
  }

  async #look(): Promise<Alarm[]> {
    const { pool, sequencer, publisher } = this.#options
    const { rows } = await pool.query<{ log: string; queued: number | null; unpublished: number | null }>(
      `select l.district as log,
         (select extract(epoch from kernel.now() - a.at)::float8 from kernel.act_queue q join kernel.act a on a.district = q.district and a.id = q.act_id
           where q.district = l.district order by q.seq limit 1) as queued,
         (select extract(epoch from kernel.now() - min(c.signed_at))::float8 from evidence.checkpoint c where c.district = l.district
           and c.size > (select coalesce(max(p.size), -1) from evidence.published p where p.district = l.district)) as unpublished
       from evidence.log l order by l.district`,
    )
    const contradicted = new Map([...publisher.contradicted, ...sequencer.frozen])
    return rows.flatMap(({ log, queued, unpublished }): Alarm[] => {
      const why = contradicted.get(log)
      return [
        ...(why ? [{ log, kind: 'rolled_back' as const, detail: why }] : []),
        ...(queued !== null && queued > queueLagSeconds
          ? [{ log, kind: 'queue_lag' as const, detail: seconds(queued) }]
          : []),
        ...(unpublished !== null && unpublished > publicationLagSeconds
          ? [{ log, kind: 'publication_lag' as const, detail: seconds(unpublished) }]
          : []),
      ]
    })
  }
}
