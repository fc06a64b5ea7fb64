/** The measured server, in a process of its own: the product's HTTP server, sequencer and publisher on the bench's data folder. */
import { httpServer } from '../server/src/app/http.ts'
import { openWorld } from '../server/src/app/world.ts'
import type { ServerOrder, ServerWord } from './installation.ts'

const tell = (word: ServerWord) => process.send?.(word)

const origin = 'http://localhost:8080'
const world = await openWorld({ dataDir: process.argv[2]!, port: 0, databaseUrl: null, origin })
world.sequencer.start(100)
world.publisher.start(500)
const app = await httpServer({
  kernel: world.kernel,
  origin,
  webDir: null,
  metricsToken: world.secrets.metricsToken,
  logLevel: 'warn',
  health: async () => ({}),
})
await app.listen({ host: '127.0.0.1', port: 0 })

process.on('message', async (order: ServerOrder) => {
  if (order !== 'stop') {
    world.kernel.evidence = order.evidence
    tell('done')
    return
  }
  await app.close()
  await world.close()
  process.disconnect?.()
})
tell({ port: (app.server.address() as { port: number }).port })
