import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { tileWidth, toHex } from '@mingbu/tlog'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Held, put } from '../foreign/sample.ts'
import { tamperings } from '../foreign/tampering.ts'
import { redrawPage } from '../server/src/app/web-build.ts'
import type { OpenedAct, OpenedField } from '../server/src/audit/check-opened.ts'
import { packFilesAt } from '../server/src/audit/pack-files.ts'
import { verifyPack } from '../server/src/audit/verify-pack.ts'
import { sha256 } from '../server/src/kernel/evidence-fields.ts'
import { madeSampleFile } from '../server/test/sample-file.ts'
import {
  describeViolations,
  openBrowser,
  runAxe,
  type TestBrowser,
  type TestPage,
} from './harness/browser.ts'
import { type Product, runCli, startProduct } from './harness/product.ts'
import { confirmByDemoCode, signIn as signInPage } from './harness/walk.ts'

// What an outsider does with a pack: one made through the product by an inspector of a small demo city with witnesses.
const work = mkdtempSync(join(tmpdir(), 'mingbu-pack-'))
const zip = join(work, 'pack.zip')
const pack = join(work, 'pack')
let product: Product
let browser: TestBrowser
let opened = ''
let made: { packHash: string; logs: { district: string; size: number }[] }

beforeAll(async () => {
  const dataDir = join(work, 'data')
  const seeded = await runCli(['seed', '--units', '300'], { ...process.env, MINGBU_DATA: dataDir })
  expect(seeded.code, seeded.err).toBe(0)
  product = await startProduct({ dataDir })
  browser = await openBrowser()
  const inspector = await signIn('city.inspector1')
  const found = await (await inspector('/api/acts?district=haishu&type=case.record')).json()
  opened = (found as { items: { actId: string }[] }).items.at(-1)!.actId
  const input = { office: 'all', purpose: '年度审计', open: [opened] }
  const outcome = await confirmed(inspector, 'city.inspector1', 'audit.pack', input)
  expect(outcome).toMatchObject({ ok: true })
  made = outcome.result as typeof made
  const answer = await inspector(`/api/audit/packs/${outcome.actId}`)
  expect(answer.headers.get('content-disposition')).toContain(`mingbu-audit-city-${outcome.actId}.zip`)
  writeFileSync(zip, new Uint8Array(await answer.arrayBuffer()))
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) put(join(pack, name), bytes)
  const others = await signIn('city.auditadmin')
  expect((await others(`/api/audit/packs/${outcome.actId}`)).status).toBe(404)
  expect((await fetch(`${product.address}/api/audit/packs/${outcome.actId}`)).status).toBe(401)
}, 240_000)
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await product?.[Symbol.asyncDispose]()
  rmSync(work, { recursive: true, force: true })
})

type Fetch = (path: string, init?: RequestInit) => Promise<Response>
const headers = { 'x-mingbu': '1', 'content-type': 'application/json' }

/** Requests with the session of a demo person. */
async function signIn(username: string): Promise<Fetch> {
  const { password } = product.people.find((person) => person.username === username)!
  const answer = await fetch(`${product.address}/api/acts/session.signIn`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ requestId: randomUUID(), input: { username, password } }),
  })
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return (path, init = {}) => fetch(product.address + path, { ...init, headers: { ...headers, cookie } })
}
/** An act of high value, confirmed with the demo's code as on screen. */
async function confirmed(as: Fetch, username: string, type: string, input: object) {
  const asked = { requestId: randomUUID(), input }
  const prepared = await as(`/api/prepare/${type}`, { method: 'POST', body: JSON.stringify(asked) })
  const { nonce } = (await prepared.json()) as { nonce: string }
  const { code } = (await (await as(`/api/demo/code?username=${username}`)).json()) as { code: string }
  const answer = await as(`/api/acts/${type}`, {
    method: 'POST',
    body: JSON.stringify({ ...asked, nonce, confirmation: { kind: 'totp', code } }),
  })
  return (await answer.json()) as { ok: boolean; actId: string; result: unknown }
}

/** A copy of the pack, spoilt. */
function spoilt(apply: (held: Held) => void): string {
  const folder = join(work, 'spoilt')
  rmSync(folder, { recursive: true, force: true })
  cpSync(pack, folder, { recursive: true })
  const log = join(folder, 'logs', 'haishu')
  apply({
    log,
    policy: join(log, 'policy'),
    old: join(log, 'checkpoints'),
    entry: join(folder, 'opened', `${opened}.entry`),
    proof: join(folder, 'opened', `${opened}.tlog-proof`),
  })
  return folder
}
const verified = (folder: string) => verifyPack(packFilesAt(folder), { sha256 })

describe('mingbu verify --from', () => {
  const verify = (...args: string[]) => runCli(['verify', ...args], process.env)

  test('a pack verifies without a database, as a folder and as the zip file it came in', async () => {
    for (const from of [zip, pack]) {
      const said = await verify('--from', from, '--json')
      expect(said.code, said.err).toBe(0)
      const report = JSON.parse(said.out)
      const leaves = made.logs.reduce((sum, log) => sum + log.size, 0)
      expect(report).toMatchObject({ ok: true, acts: leaves, leaves, checkpointSize: leaves, problems: [] })
      // The act asked for, and with it the enrolment of the key that its officer signed with.
      expect(report).toMatchObject({ packHash: made.packHash, opened: 2, policies: 'of the pack' })
      expect(report.officers).toEqual({ signed: 1, byCode: 0, unchecked: 0 })
      expect(report.logs).toHaveLength(13)
    }
    const words = await verify('--from', pack)
    expect(words.out).toContain('Everything verifies')
    expect(words.out).toContain('Give --policy to know whose signatures they are.')
  })

  test('policies and checkpoints that came from elsewhere are what counts', async () => {
    const policies: string[] = []
    for (const district of readdirSync(join(pack, 'logs'))) {
      const file = join(work, `${district}.policy`)
      writeFileSync(file, await (await fetch(`${product.address}/log/${district}/policy`)).text())
      policies.push(file)
    }
    const kept = join(pack, 'logs', 'haishu', 'checkpoints')
    const good = await verify('--from', pack, '--policy', ...policies, '--kept', kept, '--json')
    expect(good.code, good.out).toBe(0)
    expect(JSON.parse(good.out)).toMatchObject({ ok: true, policies: 'given' })
    const few = await verify('--from', pack, '--policy', policies[0]!, '--json')
    expect(few.code).toBe(1)
    expect(JSON.parse(few.out).problems[0]).toMatchObject({ code: 'policy_wrong' })
    const other = join(work, 'other.policy')
    writeFileSync(other, readFileSync(policies[0]!, 'utf8').replaceAll(/^witness /gm, 'witness x-'))
    expect((await verify('--from', pack, '--policy', other, '--json')).code).toBe(1)
  })

  test.each([
    ['a file that is no pack', () => join(pack, 'index.pdf'), 2],
    ['nothing', () => join(work, 'nowhere'), 2],
    ['a folder without a log', () => join(pack, 'ledgers'), 1],
  ])('asked to verify %s, it says so', async (_, from, code) => {
    const said = await verify('--from', from())
    expect(said.code).toBe(code)
    expect(said.out + said.err).not.toContain('    at ')
  })

  test('what a spoilt pack gives: exit code 1, and the first thing that is wrong', async () => {
    const folder = spoilt(tamperings.find(({ name }) => name.startsWith('an entry changed'))!.apply)
    const said = await verify('--from', folder, '--json')
    expect(said.code).toBe(1)
    expect(JSON.parse(said.out)).toMatchObject({ ok: false })
    // It is the first entry of the last bundle that this tampering changes.
    const last = made.logs.find(({ district }) => district === 'haishu')!.size - 1
    const lastBundle = last - (last % tileWidth)
    expect(JSON.parse(said.out).problems[0]).toMatchObject({ district: 'haishu', index: lastBundle })
  })
})

describe('mingbu export', () => {
  test('twice the same, but for what says when it was made', async () => {
    const folders = [join(work, 'one'), join(work, 'two')]
    const said = []
    for (const to of folders)
      said.push(await product.run('export', '--district', 'haishu', '--to', to, '--json'))
    expect(said.map(({ code }) => code)).toEqual([0, 0])
    const [one, two] = folders.map((folder) => packFilesAt(folder))
    expect(one!.names().toSorted()).toEqual(two!.names().toSorted())
    const differing = []
    for (const name of one!.names().toSorted())
      if (!Buffer.from((await one!.read(name))!).equals(Buffer.from((await two!.read(name))!)))
        differing.push(name)
    expect(differing).toEqual(['SHA256SUMS', 'index.pdf', 'pack.json'])
    expect(JSON.parse(said[0]!.out)).toMatchObject({ ok: true, logs: [{ district: 'haishu' }] })
    expect(readFileSync(join(folders[0]!, 'pack.json'), 'utf8')).toContain('mingbu_auditor')
  })

  test.each([
    ['no office', [], 'Say which office with --district, or --all of them.'],
    ['an office and all', ['--district', 'haishu', '--all'], 'Say which office'],
    ['an office that is none', ['--district', 'nowhere'], 'There is no office “nowhere”.'],
    ['an act that is none', ['--all', '--open', 'x'], '“x” is no act’s id.'],
    ['an act of no log', ['--all', '--open', '01234567-89ab-7cde-8f01-23456789abcd'], 'cannot be opened'],
    ['a day there is none', ['--all', '--since', '2026-02-30'], 'That is no period'],
    ['a folder with something in it', ['--all', '--to', pack], 'is there already'],
  ])('asked for %s, it says so in a sentence and leaves nothing behind', async (_, args, words) => {
    const to = join(work, 'refused')
    const said = await product.run('export', '--to', to, ...args)
    expect(said.code).toBe(2)
    expect(said.err).toContain(words)
    expect(said.err).not.toContain('    at ')
    expect(existsSync(to)).toBe(false)
  })
})

/** Our own code for what a tampering of the table must first be found as. */
const ours: Record<string, string> = {
  'an entry changed by one bit': 'leaf_wrong',
  'an entry and its hash in a shared tile rewritten to agree': 'leaf_wrong',
  'two entries in each other’s place': 'tile_wrong',
  'an entry taken out of its bundle': 'entries_unreadable',
  'an entry put in': 'entries_unreadable',
  'the last bundle gone': 'entries_missing',
  'a hash in a tile changed': 'tile_wrong',
  'a tile gone': 'tile_missing',
  'a tile of more entries than were signed': 'tile_extra',
  'cosignatures taken away until they are no quorum': 'quorum_missing',
  'a proof with another hash': 'opened_proof',
  'a proof of another place': 'opened_proof',
  'a proof whose checkpoint lost its quorum': 'opened_proof',
  'a proof shown for another entry': 'opened_entry',
  'an older checkpoint of another root': 'older_wrong',
}
/** Changes an opened act. */
const inOpened = (held: Held, change: (opened: OpenedAct) => Partial<OpenedAct>) => {
  const file = held.entry.replace('.entry', '.json')
  const act = JSON.parse(readFileSync(file, 'utf8')) as OpenedAct
  put(file, JSON.stringify({ ...act, ...change(act) }))
}
const firstField = ({ fields: [first, ...rest] }: OpenedAct, change: Partial<OpenedField>) => ({
  fields: [{ ...first!, ...change }, ...rest],
})
const more: [name: string, code: string, apply: (held: Held) => void][] = [
  [
    'a value of an opened act changed',
    'opened_value',
    (held) => inOpened(held, (act) => firstField(act, { value: `${act.fields[0]!.value} ` })),
  ],
  [
    'the salt of a value changed',
    'opened_value',
    (held) => inOpened(held, (act) => firstField(act, { salt: '00'.repeat(32) })),
  ],
  [
    'a commitment changed with its value',
    'opened_commitments',
    (held) => inOpened(held, (act) => firstField(act, { commitment: '00'.repeat(32) })),
  ],
  [
    'a field left out',
    'opened_fields',
    (held) => inOpened(held, ({ fields }) => ({ fields: fields.slice(1) })),
  ],
  ['an opened act shown as another', 'opened_other_act', (held) => inOpened(held, () => ({ index: 1 }))],
  ['an opened act of no leaf', 'opened_no_leaf', (held) => inOpened(held, () => ({ index: 1e6 }))],
  [
    'an opened act that is no JSON',
    'opened_unreadable',
    (held) => put(held.entry.replace('.entry', '.json'), 'x'),
  ],
  [
    'a policy without a quorum line',
    'policy_wrong',
    (held) => put(held.policy, readFileSync(held.policy, 'utf8').replace(/^quorum.*$/m, '')),
  ],
  ['no policy', 'policy_wrong', (held) => rmSync(held.policy)],
  ['no checkpoint', 'checkpoint_wrong', (held) => rmSync(join(held.log, 'checkpoint'))],
  [
    'a published checkpoint without its quorum',
    'older_quorum',
    (held) => put(join(held.log, 'cosigned'), readFileSync(held.old)),
  ],
  [
    'the log of one office in the folder of another',
    'leaf_foreign',
    (held) => cpSync(held.log.replace('haishu', 'cixi'), held.log, { recursive: true }),
  ],
  ['a ledger changed', 'file_changed', (held) => put(join(held.log, '../../ledgers/acts.xlsx'), 'x')],
  ['a ledger gone', 'file_missing', (held) => rmSync(join(held.log, '../../ledgers/acts.xlsx'))],
  ['a file put in', 'file_extra', (held) => put(join(held.log, '../../ledgers/more.xlsx'), 'x')],
  ['no sums', 'sums_unreadable', (held) => rmSync(join(held.log, '../../SHA256SUMS'))],
  ['sums of another form', 'sums_unreadable', (held) => put(join(held.log, '../../SHA256SUMS'), 'x')],
]

describe('tampering with a pack is found, whether its sums are made to agree or not', () => {
  test.each([
    ...tamperings.map(({ name, apply }) => [name, ours[name] ?? 'checkpoint_wrong', apply] as const),
    ...more,
  ])('%s: %s', async (_, code, apply) => {
    const folder = spoilt(apply)
    const found = await verified(folder)
    expect(found.ok).toBe(false)
    expect(found.problems[0]).toMatchObject({ code })
    expect(found.problems[0]!.message + found.problems[0]!.zh).not.toContain('{')
    if (/^(file|sums)_/.test(code)) return
    writeSums(folder)
    expect((await verified(folder)).problems[0]).toEqual(found.problems[0])
  })
})

/** Writes sums that agree with whatever lies in the folder. */
function writeSums(folder: string): void {
  const files = packFilesAt(folder)
    .names()
    .filter((name) => name !== 'SHA256SUMS')
  const line = (name: string) => `${toHex(sha256(readFileSync(join(folder, name))))}  ${name}\n`
  put(join(folder, 'SHA256SUMS'), files.map(line).join(''))
}

describe('the page in the pack, opened from the disk', () => {
  /** Opens the page of a folder, gives it a pack and waits for its verdict. */
  async function check(folder: string, what: string, lang: 'zh' | 'en' = 'zh'): Promise<TestPage> {
    const tab = await browser.newPage({ lang })
    await tab.page.goto(pathToFileURL(join(folder, 'verify.html')).href)
    await tab.page.locator(`input[name=${what.endsWith('.zip') ? 'zip' : 'folder'}]`).setInputFiles(what)
    await tab.page.getByRole('alert').waitFor()
    return tab
  }

  test.each([
    ['the folder', () => pack],
    ['the zip file', () => zip],
  ])('a good pack holds, as %s', async (_, what) => {
    const tab = await check(pack, what())
    const words = await tab.page.locator('main').innerText()
    expect(words).toContain('全部成立')
    expect(words).toContain(made.packHash)
    expect(words).toContain('mingbu.example/haishu')
    expect(words).toContain('签名是按包内自带的规则核对的')
    expect(describeViolations(await runAxe(tab.page))).toEqual([])
    expect(tab.troubles).toEqual({ consoleErrors: [], failedRequests: [] })
    await tab.page.getByRole('button', { name: 'English' }).click()
    const english = await tab.page.locator('main').innerText()
    expect(english).toContain('Everything holds')
    expect(english).not.toMatch(/[\u4e00-\u9fff]{5}/)
    await tab.close()
  })

  test('with policies from elsewhere it says so', async () => {
    const tab = await browser.newPage({ lang: 'en' })
    await tab.page.goto(pathToFileURL(join(pack, 'verify.html')).href)
    const policies = readdirSync(join(pack, 'logs')).map((log) => join(pack, 'logs', log, 'policy'))
    const files = policies.map((path, i) => ({
      name: `p${i}`,
      mimeType: 'text/plain',
      buffer: readFileSync(path),
    }))
    const kept = {
      name: 'kept',
      mimeType: 'text/plain',
      buffer: readFileSync(join(pack, 'logs/haishu/checkpoint')),
    }
    const strange = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }
    await tab.page.locator('summary').first().click()
    await tab.page.locator('input[name=trusted]').setInputFiles([...files, kept, strange])
    await tab.page.getByText('You gave 13 policies and 1 kept checkpoints').waitFor()
    expect(await tab.page.getByText('notes.txt is neither').count()).toBe(1)
    await tab.page.locator('input[name=folder]').setInputFiles(pack)
    await tab.page.getByRole('heading', { name: 'Everything holds' }).waitFor()
    expect(await tab.page.locator('main').innerText()).toContain('checked by the policies you chose')
    await tab.close()
  })

  test.each([
    ['an entry changed by one bit', '海曙'],
    ['an entry and its hash in a shared tile rewritten to agree', ''],
    ['cosignatures taken away until they are no quorum', '缺少规则要求的见证签名'],
    ['a cosignature changed', '检查点不成立'],
    ['a tile gone', '缺少分片'],
  ])('%s: it names it', async (name, words) => {
    const folder = spoilt(tamperings.find((one) => one.name === name)!.apply)
    const tab = await check(folder, folder)
    const said = await tab.page.locator('main').innerText()
    expect(said).toContain('不成立')
    expect(said).toContain('首先发现')
    expect(await tab.page.locator('.problem').first().innerText()).toMatch(
      new RegExp(`haishu.*${words.replace('海曙', '')}`),
    )
    await tab.close()
  })

  test('what is no pack is told from a pack that is wrong', async () => {
    const tab = await check(pack, join(pack, 'ledgers'))
    expect(await tab.page.locator('main').innerText()).toContain('这里没有审计包')
    await tab.page
      .locator('input[name=zip]')
      .setInputFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') })
    await tab.page.getByText('这个压缩包不能读取').waitFor()
    await tab.close()
  })
})

test('the page that draws a sample again, opened from the disk, agrees with a good file and names what a changed one says', async () => {
  const path = join(work, 'redraw.html')
  writeFileSync(path, await redrawPage())
  const good = await madeSampleFile()
  const tab = await browser.newPage({ lang: 'zh' })
  await tab.page.goto(pathToFileURL(path).href)
  const give = (text: string) =>
    tab.page
      .locator('input[name=sample]')
      .setInputFiles({ name: 'sample.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await give(JSON.stringify(good))
  await tab.page.getByRole('heading', { name: '复算一致', exact: true }).waitFor()
  expect(await tab.page.locator('main').innerText()).toContain(good.sample[0]!.id)
  expect(describeViolations(await runAxe(tab.page))).toEqual([])
  await give(JSON.stringify({ ...good, value: '03 08 17 22 25 31 10' }))
  await tab.page.getByRole('heading', { name: '不一致', exact: true }).waitFor()
  expect(await tab.page.locator('td.bad').allInnerTexts()).toEqual([
    '不一致: seed',
    expect.stringContaining(good.sample[0]!.id),
  ])
  await give('{}')
  await tab.page.getByText('这不是完整的抽样文件：format 不合格式。').waitFor()
  await tab.page.getByRole('button', { name: 'English' }).click()
  expect(await tab.page.locator('main').innerText()).not.toMatch(/[\u4e00-\u9fff]{5}/)
  expect(tab.troubles).toEqual({ consoleErrors: [], failedRequests: [] })
  await tab.close()
})

describe('the page on which a pack is made', () => {
  test('an inspector makes one and takes it away; a clerk is told who may', async () => {
    const { page, troubles, close } = await signInPage(browser, product.address, 'city.inspector1')
    await page.getByRole('link', { name: '审计包' }).click()
    await page.getByRole('heading', { name: '审计包' }).waitFor()
    await page.getByLabel('用途').fill('年度审计')
    await page.getByLabel('公开内容的行为').fill('不是编号')
    await page.getByRole('button', { name: '制作并留痕' }).click()
    await page.getByText('有一行不是行为编号').waitFor()
    await page.getByLabel('公开内容的行为').fill('')
    await page.getByRole('button', { name: '制作并留痕' }).click()
    await confirmByDemoCode(page)
    await page.getByRole('heading', { name: '审计包已制作' }).waitFor()
    expect(describeViolations(await runAxe(page))).toEqual([])
    const coming = page.waitForEvent('download')
    await page.getByRole('link', { name: '下载' }).click()
    const taken = join(work, 'taken.zip')
    await (await coming).saveAs(taken)
    const report = await verified(taken)
    expect(report).toMatchObject({ ok: true, logs: [{ district: 'city' }] })
    expect(await page.getByRole('status').filter({ hasText: '审计包已制作' }).innerText()).toContain(
      report.packHash,
    )
    expect(troubles.consoleErrors).toEqual([])
    await close()

    const clerk = await signInPage(browser, product.address, 'haishu.clerk1')
    expect(await clerk.page.getByRole('link', { name: '审计包' }).count()).toBe(0)
    await clerk.page.goto(`${product.address}/audit-packs`)
    await clerk.page.getByText('只有督查和审计管理员可以制作审计包').waitFor()
    await clerk.close()
  })
})
