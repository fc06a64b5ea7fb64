import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes `licences.md`, the list of everything the product and its tests are built from: `npm run licences`.
 * The lock file is the source, because it names the packages of every platform and not only of this machine.
 */

const root = join(import.meta.dirname, '..')

/** One package of the lock file. */
export interface Dependency {
  name: string
  version: string
  /** SPDX expression; empty when the package states none. */
  licence: string
  /** True when only tests and checks need it. */
  dev: boolean
  /** Folder below the repository root; absent for packages of other platforms. */
  folder: string
}

interface LockEntry {
  version?: string
  license?: string
  dev?: boolean
  link?: boolean
}

/** Licences anyone may use, change and pass on with little more than their text. */
export const allowed: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]

/** Packages under other licences, each looked at, and why it may stay. A name ending in `*` stands for its variants. */
export const exceptions: readonly { name: string; licence: string; why: string }[] = [
  {
    name: 'axe-core',
    licence: 'MPL-2.0',
    why: 'tests only; loaded unchanged into a test browser, never passed on',
  },
  {
    name: 'lightningcss*',
    licence: 'MPL-2.0',
    why: 'a build tool of Vite, used unchanged; what it makes is not under its licence',
  },
  {
    name: 'geos-wasm',
    licence: 'LGPL-3.0-or-later',
    why: 'used unchanged by the tool that prepared the demo geometry and by a test; the running product does not load it',
  },
]

/** Every package of the lock file, by name and version. */
export function dependencies(): Dependency[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>
  }
  const found = new Map<string, Dependency>()
  for (const [folder, entry] of Object.entries(lock.packages)) {
    if (!folder.startsWith('node_modules/') && !folder.includes('/node_modules/')) continue
    if (entry.link) continue
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const version = entry.version ?? ''
    const before = found.get(`${name}@${version}`)
    const dev = (entry.dev ?? false) && (before?.dev ?? true)
    found.set(`${name}@${version}`, { name, version, licence: entry.license ?? '', dev, folder })
  }
  return [...found.values()].sort((a, b) =>
    a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1,
  )
}

/** True when an SPDX expression can be met with allowed licences alone: all parts of an AND, one part of an OR. */
export function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1')
  if (/[()]/.test(plain)) return false
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((one) => allowed.includes(one)))
}

/** The exception a package falls under, or null. Another licence than the one looked at falls under none. */
export function exceptionFor({ name, licence }: Pick<Dependency, 'name' | 'licence'>) {
  return (
    exceptions.find(
      (one) =>
        one.licence === licence &&
        (one.name.endsWith('*') ? name.startsWith(one.name.slice(0, -1)) : name === one.name),
    ) ?? null
  )
}

/** What the installed package itself states; null when it is not installed here. */
export function installedLicence({ folder }: Pick<Dependency, 'folder'>): string | null {
  const path = join(root, folder, 'package.json')
  if (!existsSync(path)) return null
  return (JSON.parse(readFileSync(path, 'utf8')) as { license?: string }).license ?? ''
}

/** The text of `licences.md`. */
export function licencesDocument(list: readonly Dependency[]): string {
  const counts = new Map<string, number>()
  for (const { licence } of list) counts.set(licence, (counts.get(licence) ?? 0) + 1)
  const table = (rows: readonly Dependency[]) => [
    '| Package | Version | Licence |',
    '|---|---|---|',
    ...rows.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`),
  ]
  return `${[
    '# Licences of what Mingbu is built from',
    '',
    'Written by `npm run licences` from the lock file; a test says when it is no longer current. Mingbu itself is under [Apache-2.0](LICENSE).',
    'Packages for other platforms are listed too; `npm ci` installs only those of the machine it runs on.',
    '',
    '| Licence | Packages |',
    '|---|---|',
    ...[...counts]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([licence, n]) => `| ${licence} | ${n} |`),
    '',
    '## Looked at one by one',
    '',
    ...exceptions.map(
      ({ name, licence, why }) => `- **${name.replace('*', ' and its variants')}** (${licence}): ${why}.`,
    ),
    '',
    '## The product',
    '',
    ...table(list.filter((one) => !one.dev)),
    '',
    '## Tests and checks only',
    '',
    ...table(list.filter((one) => one.dev)),
  ].join('\n')}\n`
}

if (import.meta.main) {
  const list = dependencies()
  writeFileSync(join(root, 'licences.md'), licencesDocument(list))
  process.stdout.write(`licences.md: ${list.length} packages\n`)
}
