import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')
const dist = join(root, 'web', 'dist')

/** Builds the screens when they are missing or older than their source. Returns the folder to serve. */
export async function ensureWebBuilt(say: (words: string) => unknown): Promise<string> {
  const built = join(dist, 'index.html')
  const sources = [
    'web/src',
    'web/index.html',
    'web/vite.config.ts',
    'packages',
    'server/src/values',
    'package-lock.json',
  ]
  if (existsSync(built) && sources.every((path) => newest(join(root, path)) <= statSync(built).mtimeMs))
    return dist
  say('Building the screens …')
  const { build } = await import('vite')
  await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'error' })
  return dist
}

/** Latest change below a path, in milliseconds since the epoch. */
function newest(path: string): number {
  const at = statSync(path)
  if (!at.isDirectory()) return at.mtimeMs
  return readdirSync(path).reduce(
    (latest, name) => (name === 'node_modules' ? latest : Math.max(latest, newest(join(path, name)))),
    0,
  )
}
