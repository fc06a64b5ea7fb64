import { randomUUID } from 'node:crypto'
import { demoPassword } from '../app/demo.ts'
import type { Installation } from './installation.ts'

/** One act as whoever asked for it saw it. Times by this process's clock, in milliseconds. */
export interface Op {
  requestId: string
  /** When it was first asked for. */
  began: number
  /** When the answer was here. */
  answered: number
  actId: string | null
}

const people = [
  'haishu.clerk1',
  'haishu.clerk2',
  'haishu.clerk3',
  'jiangbei.clerk1',
  'yinzhou.clerk1',
  'yuyao.clerk1',
]

/**
 * People who each store one file after another. Whoever gets no answer asks again with the same request id until
 * there is one, as a browser does.
 */
export class Load {
  readonly acknowledged: Op[] = []
  /** Answers that are neither done nor a passing fault. */
  readonly wrongAnswers: string[] = []
  readonly #installation: Installation
  #stopped = false
  #abandoned = false
  #running: Promise<unknown> = Promise.resolve()

  constructor(installation: Installation) {
    this.#installation = installation
  }

  async start(): Promise<void> {
    const cookies = await Promise.all(people.map((username) => this.#signIn(username)))
    this.#running = Promise.all(cookies.map((cookie) => this.#work(cookie)))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  /** Lets everybody go, answered or not. */
  abandon(): void {
    this.#stopped = true
    this.#abandoned = true
  }

  async #work(cookie: string): Promise<void> {
    while (!this.#stopped) {
      const requestId = randomUUID()
      const stored = await this.#installation.putFile(`%PDF-1.7\n% ${requestId}\n%%EOF\n`)
      const input = { ...stored, media: 'application/pdf' }
      const began = performance.now()
      const actId = await this.#untilAnswered(cookie, JSON.stringify({ requestId, input }))
      if (actId === undefined) return
      this.acknowledged.push({ requestId, began, answered: performance.now(), actId })
    }
  }

  /** The act's id; undefined when the answer was a wrong one. */
  async #untilAnswered(cookie: string, body: string): Promise<string | undefined> {
    while (!this.#abandoned) {
      const answer = await this.#installation.post('/api/acts/file.store', body, cookie)
      if (answer === null || answer.status >= 500) {
        await new Promise((wake) => setTimeout(wake, 50))
        continue
      }
      const said = answer.body as { ok?: boolean; actId?: string; refusal?: { code: string } }
      if (said.ok && said.actId) return said.actId
      this.wrongAnswers.push(`${answer.status} ${JSON.stringify(said).slice(0, 200)}`)
      return undefined
    }
    return undefined
  }

  async #signIn(username: string): Promise<string> {
    const body = JSON.stringify({ requestId: randomUUID(), input: { username, password: demoPassword } })
    const answer = await this.#installation.post('/api/acts/session.signIn', body)
    if (!answer?.cookie) throw new Error(`${username} could not sign in: ${JSON.stringify(answer?.body)}`)
    return answer.cookie
  }
}
