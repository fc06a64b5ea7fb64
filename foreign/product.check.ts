import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Product, runCli, startProduct } from '../e2e/harness/product.ts'
import { type Held, put } from './sample.ts'
import { tamperings } from './tampering.ts'
import { buildChecklog, checklog, opensslCheck, run } from './verifiers.ts'

// The log of a running product: a small demo city, its own signer and witnesses, exported as an outsider gets it.
const work = mkdtempSync(join(tmpdir(), 'mingbu-foreign-'))
const program = join(work, 'checklog')
const dataDir = join(work, 'data')
const pack = join(work, 'pack')
/** An act of Haishu that the pack opens. */
let opened = ''
let product: Product

beforeAll(async () => {
  buildChecklog(program)
  const seeded = await runCli(['seed', '--units', '300'], { ...process.env, MINGBU_DATA: dataDir })
  expect(seeded).toMatchObject({ code: 0 })
  product = await startProduct({ dataDir })
  const first = await product.run('export', '--district', 'haishu', '--to', join(work, 'first'), '--json')
  expect(first.code, first.err).toBe(0)
  const log = join(work, 'first', 'logs', 'haishu')
  const bundle = readFileSync(join(log, 'tile', 'entries', onlyPartial(log)))
  opened = /"act":"([0-9a-f-]{36})"/.exec(bundle.toString('latin1'))![1]!
  const all = await product.run('export', '--all', '--to', pack, '--open', opened, '--json')
  expect(JSON.parse(all.out)).toMatchObject({ ok: true, to: pack })
}, 240_000)
afterAll(async () => {
  await product[Symbol.asyncDispose]()
  rmSync(work, { recursive: true, force: true })
})

/** The one bundle of a log of fewer than 256 entries, or its first. */
const onlyPartial = (log: string) =>
  existsSync(join(log, 'tile/entries/000'))
    ? '000'
    : `000.p/${readdirSync(join(log, 'tile/entries/000.p'))[0]}`

const heldIn = (folder: string, district: string): Held => ({
  log: join(folder, 'logs', district),
  policy: join(folder, 'logs', district, 'policy'),
  old: join(folder, 'logs', district, 'checkpoints'),
  entry: join(folder, 'opened', `${opened}.entry`),
  proof: join(folder, 'opened', `${opened}.tlog-proof`),
})
function copy(): Held {
  const folder = join(work, 'copy')
  rmSync(folder, { recursive: true, force: true })
  cpSync(pack, folder, { recursive: true })
  return heldIn(folder, 'haishu')
}

describe('the logs of a running product', () => {
  test('both foreign verifiers accept every one of them, and the proof of an opened act', () => {
    const districts = readdirSync(join(pack, 'logs'))
    expect(districts).toHaveLength(13)
    for (const district of districts) {
      const { log, policy, old } = heldIn(pack, district)
      expect(run(program, ['-policy', policy, '-log', log, '-old', old])).toMatchObject({
        code: 0,
        out: expect.stringContaining(`ok: mingbu.example/${district} at `) as string,
      })
      expect(opensslCheck({ ...heldIn(pack, district) })).toMatchObject({
        code: 0,
        out: expect.stringMatching(/signed by the log\nquorum met\n$/) as string,
      })
    }
    expect(checklog(program, heldIn(pack, 'haishu')).out).toMatch(/ older checkpoints, proof of entry 0\n$/)
  })

  test('what the product serves over HTTP is what it exported', async () => {
    const { log } = heldIn(pack, 'haishu')
    for (const path of ['tile/0/000', 'tile/entries/000'].map((one) =>
      existsSync(join(log, one)) ? one : one.replace('000', onlyPartial(log)),
    )) {
      const served = await fetch(`${product.address}/log/haishu/${path}`)
      expect(Buffer.from(await served.arrayBuffer()).equals(readFileSync(join(log, path))), path).toBe(true)
    }
  })

  test('the log goes on from what an outsider kept: an older pack’s checkpoint', () => {
    const kept = join(work, 'first', 'logs', 'haishu', 'checkpoint')
    const { log, policy } = heldIn(pack, 'haishu')
    expect(run(program, ['-policy', policy, '-log', log, '-old', kept])).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 older checkpoints') as string,
    })
  })

  test('the log of one office under the policy of another is refused', () => {
    const { log, policy } = heldIn(pack, 'haishu')
    const others = heldIn(pack, 'jiangbei').policy
    expect(run(program, ['-policy', others, '-log', log])).toMatchObject({
      code: 1,
      out: expect.stringContaining('BAD origin: ') as string,
    })
    const copied = copy()
    put(
      copied.policy,
      readFileSync(policy, 'utf8').replace(/^log .*\n/m, /^log .*\n/m.exec(readFileSync(others, 'utf8'))![0]),
    )
    expect(checklog(program, copied).code).toBe(1)
    expect(opensslCheck(copied).code).toBe(1)
  })

  test.each(tamperings)('$name is refused as $found', ({ found, inCheckpoint, apply }) => {
    const held = copy()
    apply(held)
    const said = checklog(program, held)
    expect(said.out).toContain(`BAD ${found}: `)
    expect(said.code).toBe(1)
    expect(opensslCheck(held).code).toBe(inCheckpoint ? 1 : 0)
  })
})
