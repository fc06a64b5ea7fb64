import { httpServer } from '../src/app/http.ts'
import type { Kernel } from '../src/kernel/perform.ts'
import type { Someone } from './world.ts'

/** Routes of a test's own kernel, without pages, asked as the browser of a signed-in person asks. */
export interface TestRoutes extends AsyncDisposable {
  get(who: Someone, path: string): Promise<Asked>
}

/** An answer as it came, and its JSON where it is JSON. */
export interface Asked {
  status: number
  media: string
  header(name: string): string | undefined
  bytes: Buffer
  json: unknown
}

/** Opens the HTTP server of a kernel without listening anywhere. */
export async function openRoutes(kernel: Kernel): Promise<TestRoutes> {
  const app = await httpServer({
    kernel,
    origin: 'http://localhost:8080',
    webDir: null,
    metricsToken: 'm'.repeat(32),
    logLevel: 'silent',
    health: async () => ({ database: 'up' }),
  })
  await app.ready()
  return {
    async get(who, path) {
      const token = who.token.toString('hex')
      const cookie = `mingbu_session=${token.slice(0, 64)}; mingbu_device=${token.slice(64)}`
      const answer = await app.inject({ url: `/api/${path}`, headers: { 'x-mingbu': '1', cookie } })
      const media = String(answer.headers['content-type'])
      return {
        status: answer.statusCode,
        media,
        header: (name) => answer.headers[name]?.toString(),
        bytes: answer.rawPayload,
        json: media.includes('json') ? answer.json() : {},
      }
    },
    [Symbol.asyncDispose]: () => app.close(),
  }
}
