import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
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
  // Built for use whoever starts it: a test runner's own setting makes parts that behave otherwise.
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'error' })
  return dist
}

/** The page that checks audit packs offline, in one file. */
export const verifyPage = (): Promise<Uint8Array> =>
  offlinePage('verify', [
    'server/src/audit',
    'server/src/kernel/assertion.ts',
    'server/src/kernel/passkey-key.ts',
  ])

/** The page that draws a sample again offline, in one file. */
export const redrawPage = (): Promise<Uint8Array> =>
  offlinePage('redraw', ['server/src/supervision/sampling'])

/**
 * A page of one file that is opened from a disk; built when it is missing or older than its source. Two that build at once
 * do not meet: each puts the whole page in place.
 */
async function offlinePage(name: 'verify' | 'redraw', parts: readonly string[]): Promise<Uint8Array> {
  const folder = join(root, 'web', 'dist-offline')
  const built = join(folder, `${name}.html`)
  const sources = ['web/src/offline', 'web/src/i18n', 'web/src/build', 'packages', 'package-lock.json']
  if (isCurrent(built, [...sources, ...parts])) return readFile(built)
  const { build } = await import('vite')
  const made = (await build({
    configFile: join(root, 'web', 'src', 'offline', 'vite.config.ts'),
    mode: name,
    logLevel: 'error',
    build: { write: false },
  })) as { output: { fileName: string; source?: string | Uint8Array }[] }
  const page = Buffer.from(made.output.find(({ fileName }) => fileName.endsWith('.html'))!.source!)
  try {
    await mkdir(folder, { recursive: true })
    const incoming = join(folder, `${randomUUID()}.new`)
    await writeFile(incoming, page)
    await rename(incoming, built)
  } catch {
    // An account that may not write here builds it again the next time.
  }
  return page
}

const isCurrent = (built: string, sources: readonly string[]): boolean =>
  existsSync(built) && sources.every((path) => newest(join(root, path)) <= statSync(built).mtimeMs)

/** Latest change below a path, in milliseconds since the epoch. */
function newest(path: string): number {
  const at = statSync(path)
  if (!at.isDirectory()) return at.mtimeMs
  return readdirSync(path).reduce(
    (latest, name) => (name === 'node_modules' ? latest : Math.max(latest, newest(join(path, name)))),
    0,
  )
}
