import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type pg from 'pg'
import type { Kernel } from '../kernel/perform.ts'
import { refuseKernel, refuser } from '../kernel/refusal.ts'
import { answer, tokenOf } from '../platform/http.ts'

/** How often all watched sessions are looked at, by one question to the database. */
const everyMs = 300
/** A comment keeps proxies from closing a line on which nothing happens. */
const breathMs = 15_000
/** Lines one session may hold open (a browser needs one), and all together. */
const linesPerSession = 6
const linesMax = 5_000

const refuse = refuser({
  too_many_lines: {
    status: 429,
    zh: '打开的窗口过多，请关闭一些。',
    en: 'Too many windows are open; please close some.',
  },
})

interface State {
  session: string | null
  state:
    | 'unknown'
    | 'live'
    | 'ended'
    | 'session_locked'
    | 'factor_needed'
    | 'device_needed'
    | 'password_expired'
  told: Record<string, string> | null
}
const nobody: State = { session: null, state: 'unknown', told: null }
const said = ({ session, state, told }: State) => ({ session, state, told })

interface Line {
  token: Uint8Array
  response: ServerResponse
  last: string
  breath: number
}

/**
 * Tells open pages, within a second, that their session was ended, locked or let go on (6.3). However many pages are open,
 * the database is asked once per round, and not at all while none is.
 */
export class SessionFeed {
  readonly #pool: pg.Pool
  readonly #lines = new Set<Line>()
  #timer: NodeJS.Timeout | null = null
  /** While a round runs, and whether another was asked for meanwhile. */
  #looking = false
  #again = false
  #stopped = false

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  get size(): number {
    return this.#lines.size
  }

  /** What the database says of these tokens now, in their order. */
  async states(tokens: readonly Uint8Array[]): Promise<State[]> {
    const { rows } = await this.#pool.query<State & { no: number }>(
      'select * from kernel.session_states($1) order by no',
      [tokens],
    )
    return rows
  }

  /** Adds a page that watches; false when too many do. */
  add(token: Uint8Array, response: ServerResponse): boolean {
    const same = [...this.#lines].filter((line) => Buffer.compare(line.token, token) === 0).length
    if (this.#stopped || same >= linesPerSession || this.#lines.size >= linesMax) return false
    const line: Line = { token, response, last: '', breath: Date.now() }
    this.#lines.add(line)
    response.on('close', () => this.#lines.delete(line))
    this.#wake(0)
    return true
  }

  /** How a session stands may have changed just now: the next round begins at once. */
  soon(): void {
    if (this.#looking) this.#again = true
    else if (this.#timer) {
      clearTimeout(this.#timer)
      this.#timer = null
      this.#wake(0)
    }
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    for (const line of this.#lines) line.response.end()
    this.#lines.clear()
  }

  #wake(afterMs: number): void {
    if (this.#timer || this.#stopped) return
    this.#timer = setTimeout(async () => {
      this.#looking = true
      // A database that is away tells nothing; every act is refused meanwhile, and the next round asks again.
      await this.#round().catch(() => {})
      this.#looking = false
      this.#timer = null
      const afterThat = this.#again ? 0 : everyMs
      this.#again = false
      if (this.#lines.size > 0) this.#wake(afterThat)
    }, afterMs)
  }

  async #round(): Promise<void> {
    const lines = [...this.#lines]
    if (lines.length === 0) return
    const states = await this.states(lines.map((line) => line.token))
    for (const [i, line] of lines.entries()) {
      const words = JSON.stringify(said(states[i]!))
      if (words !== line.last) {
        line.last = words
        line.response.write(`data: ${words}\n\n`)
      } else if (Date.now() - line.breath > breathMs) {
        line.breath = Date.now()
        line.response.write(':\n\n')
      }
      if (states[i]!.state === 'ended' || states[i]!.state === 'unknown') {
        line.response.end()
        this.#lines.delete(line)
      }
    }
  }
}

/** How often the server looks for sessions of which it has heard nothing. */
const idleEveryMs = 30_000

/**
 * Locks sessions that nobody uses any more, whatever their page does or does not do: a closed browser keeps its cookie.
 * A page that is open locks itself sooner, because it also sees that nobody types.
 */
export class IdleLock {
  readonly #pool: pg.Pool
  /** When each session was heard of last, by its token. What a restart forgets is heard of again or expires. */
  readonly #heard = new Map<string, { token: Uint8Array; at: number }>()
  readonly #timer: NodeJS.Timeout

  constructor(pool: pg.Pool) {
    this.#pool = pool
    this.#timer = setInterval(() => void this.round().catch(() => {}), idleEveryMs).unref()
  }

  heard(token: Uint8Array): void {
    this.#heard.set(Buffer.from(token).toString('base64'), { token, at: Date.now() })
  }

  async round(now = Date.now()): Promise<void> {
    if (this.#heard.size === 0) return
    const { rows } = await this.#pool.query<{ minutes: number }>('select kernel.idle_minutes() as minutes')
    const silent = [...this.#heard].filter(([, { at }]) => now - at > rows[0]!.minutes * 60_000)
    if (silent.length === 0) return
    await this.#pool.query('select kernel.lock_idle($1)', [silent.map(([, { token }]) => token)])
    // Forgotten only once they are locked, or the next round tries again.
    for (const [key] of silent) this.#heard.delete(key)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** `GET /api/session/feed`: the line itself. `GET /api/session/state`: the same once, also for a session that has ended. */
export function sessionRoutes(app: FastifyInstance, kernel: Kernel): void {
  const feed = new SessionFeed(kernel.pool)
  const idle = new IdleLock(kernel.pool)
  app.addHook('preClose', async () => {
    feed.stop()
    idle.stop()
  })
  // What a page asks by itself to hear how its session stands is not use of it.
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/') || request.url.startsWith('/api/session/')) return
    const token = tokenOf(request)
    if (token) idle.heard(token)
  })
  // What this server has just done to a session is told by it without waiting for the next round.
  app.addHook('onSend', async (request) => {
    if (/^\/api\/acts\/(session|people|account)\./.test(request.url)) feed.soon()
  })
  const told = {
    policy: {
      kind: 'public',
      why: 'who holds a token hears how that session stands, also once it has ended',
    },
  } as const
  const line = { policy: { ...told.policy, kind: 'signed_in' } } as const
  app.get('/api/session/feed', { config: line }, (request, reply: FastifyReply) => {
    const token = tokenOf(request)
    if (!token) return answer(reply, refuseKernel('not_signed_in'))
    if (!feed.add(token, reply.raw)) return answer(reply, refuse('too_many_lines'))
    reply.hijack()
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    reply.raw.write('retry: 1000\n\n')
  })
  app.get('/api/session/state', { config: told }, async (request, reply) => {
    const token = tokenOf(request)
    const [found] = token ? await feed.states([token]) : [nobody]
    return reply.header('cache-control', 'no-store').send(said(found!))
  })
}
