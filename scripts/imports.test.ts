import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Folders of `server/src` in layers: a file imports from its own folder, and from folders named in its row. */
const allowed: Record<string, readonly string[]> = {
  values: ['kernel/refusal.ts'],
  kernel: ['platform/db/tx.ts', 'platform/db/projection.ts', 'platform/vault.ts'],
  platform: ['kernel/refusal.ts'],
  papers: ['platform', 'values'],
  signing: ['values/logFaults.ts'],
  evidence: ['kernel', 'platform', 'values', 'people/duties.ts', 'signing'],
  people: ['kernel', 'platform', 'values'],
  cadastre: ['kernel', 'platform', 'values', 'people/duties.ts'],
  register: ['kernel', 'platform', 'values', 'papers', 'cadastre', 'people/duties.ts'],
  custody: ['kernel', 'platform', 'values', 'papers', 'people'],
  cases: ['kernel', 'platform', 'values', 'papers', 'people', 'cadastre', 'register', 'evidence', 'custody'],
  supervision: [
    'kernel',
    'platform',
    'values',
    'papers',
    'people/duties.ts',
    'cases/business.ts',
    'cases/rules.ts',
    'register/state.ts',
    'evidence/policy.ts',
    'evidence/proofs.ts',
    'evidence/lines.ts',
  ],
  audit: ['kernel', 'platform', 'values', 'papers', 'evidence', 'people/duties.ts'],
  city: ['values', 'kernel/refusal.ts'],
}
/** The composition root and the commands may import everything. */
const roots = ['app', 'cli', 'drill']
/** What a capability shows to others; the rest of it is its own business. */
const shown = [
  'acts.ts',
  'queries.ts',
  'rules.ts',
  'state.ts',
  'tables.ts',
  'duties.ts',
  'business.ts',
  'proofs.ts',
  'policy.ts',
  'lines.ts',
]
const capabilities = [
  'people',
  'cadastre',
  'register',
  'custody',
  'cases',
  'evidence',
  'audit',
  'supervision',
]

interface Import {
  file: string
  line: number
  to: string
}

function importsOf(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      return readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((text, i) => {
          const found = /(?:from|import\()\s*'(\.{1,2}\/[^']+)'/.exec(text)
          return found
            ? [
                {
                  file: relative(root, path),
                  line: i + 1,
                  to: relative(root, resolve(dirname(path), found[1]!)),
                },
              ]
            : []
        })
    })
}

function serverProblem({ file, line, to }: Import): string | null {
  if (!to.startsWith('server/src/'))
    return to.startsWith('bench/') && file.startsWith('server/src/cli/')
      ? null
      : `${file}:${line} imports ${to}: server code stays in server/src`
  const [folder = ''] = file.slice('server/src/'.length).split('/')
  const target = to.slice('server/src/'.length)
  const [targetFolder = ''] = target.split('/')
  if (folder === targetFolder || roots.includes(folder)) return null
  const may = allowed[folder]
  if (!may)
    return `${file}:${line}: the folder ${folder} has no row in scripts/imports.test.ts; say what it may import`
  if (!may.some((one) => target === one || target.startsWith(`${one}/`)))
    return `${file}:${line} imports ${to}: ${folder} may only import from ${may.join(', ')}`
  if (capabilities.includes(targetFolder) && !shown.includes(target.split('/').at(-1)!))
    return `${file}:${line} imports ${to}: of ${targetFolder} only ${shown.join(', ')} are for others`
  return null
}

test('an import that breaks a rule is named with its file, its line and what would be right', () => {
  expect(importsOf('server/src').length).toBeGreaterThan(250)
  expect(serverProblem({ file: 'server/src/kernel/act.ts', line: 3, to: 'server/src/cases/rules.ts' })).toBe(
    'server/src/kernel/act.ts:3 imports server/src/cases/rules.ts: kernel may only import from platform/db/tx.ts, platform/db/projection.ts, platform/vault.ts',
  )
  expect(
    serverProblem({ file: 'server/src/cases/acts.ts', line: 1, to: 'server/src/people/enrol.ts' }),
  ).toContain('of people only acts.ts')
  expect(
    serverProblem({ file: 'server/src/new/acts.ts', line: 1, to: 'server/src/kernel/act.ts' }),
  ).toContain('has no row')
  expect(webProblem({ file: 'web/src/ui/A.tsx', line: 1, to: 'web/src/api/queries.ts' })).toContain(
    'ui knows no pages',
  )
  expect(webProblem({ file: 'web/src/pages/x.tsx', line: 1, to: 'server/src/cases/acts.ts' })).toContain(
    'pure rules and values',
  )
})

test('capabilities reach one another only through what they show, and nothing reaches upwards', () => {
  expect(
    importsOf('server/src')
      .map(serverProblem)
      .filter((problem) => problem !== null),
  ).toEqual([])
})

/** Pure parts of the server that the screens share. */
const sharedWithScreens =
  /^server\/src\/(values\/|people\/duties\.ts|people\/maintenance\/rules\.ts|register\/state\.ts|custody\/(archives\/)?(rules|duties)\.ts|cadastre\/survey\/rules\.ts|supervision\/(duties|inspections|reminders|hall|rulebook|meetings|plan|window)\/rules\.ts|supervision\/sampling\/(draw|redraw|rules)\.ts|cases\/rules\.ts|cases\/business\.ts|audit\/(verify-pack|pack-reader|pack-problems)\.ts)/

function webProblem({ file, line, to }: Import): string | null {
  if (to.startsWith('server/'))
    return sharedWithScreens.test(to)
      ? null
      : `${file}:${line} imports ${to}: screens share only the server's pure rules and values`
  const inUi = /^web\/src\/ui\//.test(file)
  if (inUi && !/^web\/src\/(ui|i18n)\//.test(to))
    return `${file}:${line} imports ${to}: ui knows no pages, no routes and no API`
  const inForms = /^web\/src\/forms\//.test(file)
  if (inForms && /^web\/src\/(pages|app)\//.test(to))
    return `${file}:${line} imports ${to}: forms know no pages and no routes`
  return null
}

test('screens: ui knows neither routes nor API, forms know no pages, and of the server only pure parts are shared', () => {
  expect(
    importsOf('web/src')
      .map(webProblem)
      .filter((problem) => problem !== null),
  ).toEqual([])
})

test('the log package depends on nothing', () => {
  const outside = readdirSync(join(root, 'packages/tlog/src'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) =>
      [...readFileSync(join(root, 'packages/tlog/src', name), 'utf8').matchAll(/from '([^']+)'/g)].map(
        (match) => match[1]!,
      ),
    )
    .filter((source) => !source.startsWith('./'))
  expect(outside).toEqual([])
})
