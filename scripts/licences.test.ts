import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  dependencies,
  exceptionFor,
  exceptions,
  installedLicence,
  isAllowed,
  licencesDocument,
} from './licences.ts'

const root = join(import.meta.dirname, '..')

test('licences.md is what the lock file gives today; `npm run licences` writes it anew', () => {
  expect(readFileSync(join(root, 'licences.md'), 'utf8')).toBe(licencesDocument(dependencies()))
})

test('no package is under a licence outside the list, except those looked at by name', () => {
  const list = dependencies()
  expect(list.length).toBeGreaterThan(300)
  expect(
    list
      .filter((one) => !isAllowed(one.licence) && exceptionFor(one) === null)
      .map(({ name, version, licence }) => `${name}@${version}: ${licence || 'no licence stated'}`),
  ).toEqual([])
})

test('every exception is still needed', () => {
  const list = dependencies()
  expect(
    exceptions.filter(
      (exception) => !list.some((one) => exceptionFor(one) === exception && !isAllowed(one.licence)),
    ),
  ).toEqual([])
})

test('installed packages state the licence that the lock file says', () => {
  const installed = dependencies().filter((one) => installedLicence(one) !== null)
  expect(installed.length).toBeGreaterThan(200)
  expect(
    installed
      .filter((one) => installedLicence(one) !== one.licence)
      .map(({ name, licence, folder }) => `${name}: ${licence}, but ${installedLicence({ folder })}`),
  ).toEqual([])
})

test('an expression is allowed when all parts of an AND and one part of an OR are; nothing else is', () => {
  const verdicts = [
    'MIT',
    'MIT OR GPL-3.0-only',
    '(MIT AND Zlib)',
    'MIT AND GPL-3.0-only',
    'GPL-3.0-only',
    '',
    'MIT OR (A AND B)',
  ]
  expect(verdicts.filter(isAllowed)).toEqual(['MIT', 'MIT OR GPL-3.0-only', '(MIT AND Zlib)'])
  expect(exceptionFor({ name: 'geos-wasm', licence: 'GPL-3.0-only' })).toBeNull()
  expect(exceptionFor({ name: 'lightningcss-linux-x64-gnu', licence: 'MPL-2.0' })?.licence).toBe('MPL-2.0')
})

test('LICENSE is the whole Apache-2.0, with its appendix', () => {
  const text = readFileSync(join(root, 'LICENSE'), 'utf8')
  for (const heading of [
    'Version 2.0, January 2004',
    '1. Definitions.',
    '9. Accepting Warranty',
    'END OF TERMS AND CONDITIONS',
    'APPENDIX: How to apply',
  ])
    expect(text).toContain(heading)
})
