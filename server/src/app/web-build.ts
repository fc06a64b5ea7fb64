import { existsSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')
const dist = join(root, 'web', 'dist')

/** Builds the screens when they are missing or older than their source. Returns the folder to serve. */
export async function ensureWebBuilt(say: (words: string) => unknown): Promise<string> {
  const sources = [
    'web/src',
    'web/index.html',
    'web/vite.config.ts',
    'packages',
    'server/src/values',
    'package-lock.json',
  ]
  if (isCurrent(join(dist, 'index.html'), sources)) return dist
  say('Building the screens …')
  await buildWith('vite.config.ts')
  return dist
}

/** The page that checks audit packs offline, in one file; built when it is missing or older than its source. */
export async function verifyPage(): Promise<Uint8Array> {
  const built = join(root, 'web', 'dist-offline', 'verify.html')
  const sources = [
    'web/src/offline',
    'web/src/i18n',
    'web/src/build',
    'packages',
    'server/src/audit',
    'package-lock.json',
  ]
  if (!isCurrent(built, sources)) await buildWith('src/offline/vite.config.ts')
  return readFile(built)
}

const isCurrent = (built: string, sources: readonly string[]): boolean =>
  existsSync(built) && sources.every((path) => newest(join(root, path)) <= statSync(built).mtimeMs)

async function buildWith(config: string): Promise<void> {
  const { build } = await import('vite')
  await build({ configFile: join(root, 'web', config), logLevel: 'error' })
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
