import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { readSheet } from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pdfText } from '../../test/pdf.ts'
import { openTown, type Town } from '../../test/town.ts'
import type { Someone } from '../../test/world.ts'
import { sha256 } from '../kernel/evidence-fields.ts'
import { viewHoldings } from '../register/acts.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import { makePack } from './acts.ts'
import { listed } from './pack.ts'
import { packFilesAt } from './pack-files.ts'
import { type PackReport, verifyPack } from './verify-pack.ts'

interface Made {
  file: string
  bytes: number
  packHash: string
  files: number
  logs: { district: string; size: number; root: string }[]
}

let town: Town
let inspector: Someone
let holdings = ''
let made: Made
let files: Record<string, Uint8Array>

/** Makes a pack as somebody, with everything done so far in the log. */
async function pack(who: Someone | null, input: object) {
  await town.sequencer.drain()
  return town.as(who, makePack, { purpose: '年度审计', ...input })
}
const zipOf = (file: string) => town.deps.files.path(file)
const verified = (file: string): Promise<PackReport> => verifyPack(packFilesAt(zipOf(file)), { sha256 })
const sheetOf = (book: string, sheet: string): Promise<unknown[][]> =>
  readSheet(Buffer.from(files[`ledgers/${book}.xlsx`]!), sheet)
const columnOf = (rows: readonly unknown[][], title: string) =>
  rows.slice(1).map((row) => row[rows[0]!.indexOf(title)])

beforeAll(async () => {
  town = await openTown([{}, {}])
  inspector = await town.person('inspector', ['inspection'], 'city')
  const desk = await town.person('desk', ['enquiry'])
  await town.bringTo('end', town.homes[0]!)
  await town.bringTo('first_review', town.homes[1]!)
  const looked = await town.as(desk, viewHoldings, {
    idNumber: completeIdNumber('33020319900101123'),
    purpose: 'enquiry',
    basis: '当事人申请',
  })
  holdings = looked.actId!
  const outcome = await pack(inspector, { office: 'haishu', open: [holdings] })
  if (!outcome.ok) throw new Error(outcome.refusal.message.en)
  made = outcome.result as Made
  files = unzipSync(readFileSync(zipOf(made.file)))
})
afterAll(() => town[Symbol.asyncDispose]())

test('a pack holds the log, its policy and checkpoints, the opened act, ledgers, index, page and sums, and verifies', async () => {
  expect(Object.keys(files).filter((name) => !name.includes('/tile/'))).toEqual([
    'verify.html',
    'logs/haishu/policy',
    'logs/haishu/checkpoint',
    'logs/haishu/checkpoints',
    ...['json', 'entry', 'tlog-proof'].map((ending) => `opened/${holdings}.${ending}`),
    ...['acts', 'findings', 'custody', 'certificates'].map((book) => `ledgers/${book}.xlsx`),
    'pack.json',
    'index.pdf',
    'SHA256SUMS',
  ])
  const report = await verified(made.file)
  expect(report).toMatchObject({ ok: true, problems: [], opened: 1, packHash: made.packHash })
  expect(report.leaves).toBe(made.logs[0]!.size)
  expect(report).toMatchObject({ acts: report.leaves, checkpointSize: report.leaves, files: made.files - 1 })
  expect(createHash('sha256').update(files.SHA256SUMS!).digest('hex')).toBe(made.packHash)
})

test('making it is an act: its leaf commits to the hash of the pack, to the purpose and to what was opened', async () => {
  const [row] = await town.superuser<{ result: string; input: string; subject: string }>(
    `select (select convert_from(value, 'UTF8') from kernel.act_value v where v.act_id = a.id and field = 'result') as result,
       (select string_agg(convert_from(value, 'UTF8'), ' ') from kernel.act_value v where v.act_id = a.id and field like 'in.%') as input,
       subject_kind || ':' || subject_id as subject
     from kernel.act a where type = 'audit.pack' and outcome = 'done' order by seq limit 1`,
  )
  expect(JSON.parse(row!.result)).toMatchObject({ packHash: made.packHash, file: made.file })
  expect(row!.input).toContain(holdings)
  expect(row!.input).toContain('年度审计')
  expect(row!.subject).toBe(`audit_pack:${made.packHash}`)
})

test('an opened act shows every field with salt and value, also what is sealed at rest', () => {
  const opened = JSON.parse(Buffer.from(files[`opened/${holdings}.json`]!).toString()) as {
    act: string
    district: string
    fields: { name: string; salt?: string; value?: string }[]
  }
  expect(opened).toMatchObject({ act: holdings, district: 'haishu' })
  expect(opened.fields.every((field) => field.salt?.length === 64 && field.value !== undefined)).toBe(true)
  const values = opened.fields.map((field) => field.value).join('\n')
  expect(values).toContain('当事人申请')
  expect(values).toContain('33020319900101123')
})

describe('the ledgers, read by another program', () => {
  test('acts: one row for each, refused ones too, with its place in the log', async () => {
    const rows = await sheetOf('acts', '海曙区')
    const [count] = await town.superuser<{ n: number }>(
      `select count(*)::int as n from kernel.act where district = 'haishu'`,
    )
    const leaves = columnOf(rows, '日志序号 Leaf')
    // The head; and the act that made the pack is the last one and not yet in it.
    expect(rows).toHaveLength(1 + count!.n - 1)
    expect(leaves).toEqual(Array.from({ length: leaves.length }, (_, i) => i))
    expect(columnOf(rows, '行为 Act')).toContain('受理')
    expect(columnOf(rows, '行为编号 Act id')).toContain(holdings)
    const [first] = columnOf(rows, '时间 Time')
    expect(first).toBeInstanceOf(Date)
    expect((first as unknown as Date).toISOString()).toMatch(/^2026-03-09T09:3/)
  })

  test('custody: every movement of blanks, and how many', async () => {
    const rows = await sheetOf('custody', '海曙区')
    const [sum] = await town.superuser<{ lines: number }>(
      `select count(*)::int as lines from kernel.custody_line where district = 'haishu'`,
    )
    expect(rows).toHaveLength(1 + sum!.lines)
    expect(columnOf(rows, '流转 Movement')).toContain('use')
    expect(columnOf(rows, '起号 First').every((serial) => Number.isSafeInteger(serial))).toBe(true)
  })

  test('certificates: the one that was issued, with its blank and the hash of what it says', async () => {
    const rows = await sheetOf('certificates', '海曙区')
    const at = columnOf(rows, '印制序列号 Blank').indexOf(33_000_000_101)
    expect(columnOf(rows, '状态 State')[at]).toBe('issued')
    expect(columnOf(rows, '内容摘要 SHA-256 of its content')[at]).toMatch(/^[0-9a-f]{64}$/)
  })

  test('findings have their sheet, and another for their steps', async () => {
    expect(await sheetOf('findings', '海曙区')).toHaveLength(1)
    expect((await sheetOf('findings', '海曙区 整改'))[0]).toContain('说明 Note')
  })
})

test('the index says what is inside, with the hash of each file, and how to check it', async () => {
  const text = await pdfText(files['index.pdf']!)
  const listed = Object.keys(files).filter((name) => name !== 'index.pdf' && name !== 'SHA256SUMS')
  for (const name of listed) {
    expect(text).toContain(name)
    expect(text, name).toContain(createHash('sha256').update(files[name]!).digest('hex'))
  }
  for (const words of [
    '审计包目录',
    'mingbu.example/haishu',
    made.logs[0]!.root,
    holdings,
    'verify.html',
    'sha256sum-cSHA256SUMS',
    'inspector',
  ])
    expect(text).toContain(words)
  expect(Buffer.from(files['index.pdf']!).toString('latin1')).toMatch(/pdfaid:part>2<|pdfaid:part="2"/)
})

type Asking = [
  who: string,
  person: () => Someone | null | Promise<Someone>,
  input: { office: string; open?: string[]; since?: string; until?: string },
  code: string | null,
]
test.each<Asking>([
  ['the inspector of the city, of another office', () => inspector, { office: 'jiangbei' }, null],
  ['the inspector of the city, of all', () => inspector, { office: 'all' }, null],
  [
    'the audit administrator',
    () => town.person('audit', ['admin_audit'], 'city'),
    { office: 'haishu' },
    null,
  ],
  [
    'an inspector of the office, of the office',
    () => town.person('own', ['inspection']),
    { office: 'haishu' },
    null,
  ],
  [
    'an inspector of the office, of another',
    () => town.person('own2', ['inspection']),
    { office: 'jiangbei' },
    'wrong_district',
  ],
  ['a clerk', () => town.staff.clerk, { office: 'haishu' }, 'no_duty'],
  [
    'the system administrator',
    () => town.person('sys', ['admin_system'], 'city'),
    { office: 'haishu' },
    'no_duty',
  ],
  ['nobody', () => null, { office: 'haishu' }, 'not_signed_in'],
  ['the inspector, of no office', () => inspector, { office: 'nowhere' }, 'no_office'],
  [
    'the inspector, opening an act of another office’s log',
    () => inspector,
    { office: 'jiangbei', open: ['holdings'] },
    'act_not_shown',
  ],
  [
    'the inspector, opening an act that is none',
    () => inspector,
    { office: 'haishu', open: ['01234567-89ab-7cde-8f01-23456789abcd'] },
    'act_not_shown',
  ],
  [
    'the inspector, of a day there is none',
    () => inspector,
    { office: 'haishu', since: '2026-02-30' },
    'invalid_input',
  ],
  [
    'the inspector, of a period that ends before it begins',
    () => inspector,
    { office: 'haishu', since: '2026-03-02', until: '2026-03-01' },
    'invalid_input',
  ],
])('a pack asked for by %s', async (_, who, input, code) => {
  const open = input.open?.map((id) => (id === 'holdings' ? holdings : id))
  const asked = open ? { ...input, open } : input
  const outcome = await pack(await who(), asked)
  if (code !== null) return expect(outcome).toMatchObject({ ok: false, refusal: { code } })
  if (!outcome.ok) throw new Error(outcome.refusal.message.en)
  const result = outcome.result as Made
  expect(await verified(result.file)).toMatchObject({ ok: true, packHash: result.packHash })
  expect(result.logs).toHaveLength(input.office === 'all' ? 13 : 1)
})

test('a refused pack leaves no file behind', async () => {
  const incoming = join(town.deps.files.newcomer(''), '..')
  expect(readdirSync(incoming).filter((name) => name.includes('.zip'))).toEqual([])
})

test('the ledgers keep to their days, the log is always whole', async () => {
  const outcome = await pack(inspector, { office: 'haishu', since: '2031-01-01' })
  if (!outcome.ok) throw new Error(outcome.refusal.message.en)
  const later = unzipSync(readFileSync(zipOf((outcome.result as Made).file)))
  expect(await readSheet(Buffer.from(later['ledgers/acts.xlsx']!), '海曙区')).toHaveLength(1)
  expect((await verified((outcome.result as Made).file)).leaves).toBeGreaterThan(made.logs[0]!.size)
})

test('an erased value leaves its commitment, and the opened act still holds', async () => {
  await town.superuser(
    `update kernel.act_value set salt = null, value = null where act_id = $1 and field = 'in.idNumber'`,
    [holdings],
  )
  const outcome = await pack(inspector, { office: 'haishu', open: [holdings] })
  if (!outcome.ok) throw new Error(outcome.refusal.message.en)
  const again = unzipSync(readFileSync(zipOf((outcome.result as Made).file)))
  const text = Buffer.from(again[`opened/${holdings}.json`]!).toString()
  expect(text).not.toContain('33020319900101123')
  expect(await verified((outcome.result as Made).file)).toMatchObject({ ok: true, opened: 1 })
})

describe('an opened act of high value', () => {
  /** What is wrong with the pack when what it opens of the recording is changed, sums and all. */
  const recorded = () =>
    town.superuser<{ id: string }>(
      `select id from kernel.act where type = 'case.record' and outcome = 'done' order by seq limit 1`,
    )
  let id = ''
  let made: PackReport
  let names: Record<string, Uint8Array>
  beforeAll(async () => {
    id = (await recorded())[0]!.id
    const outcome = await pack(inspector, { office: 'haishu', open: [id] })
    if (!outcome.ok) throw new Error(outcome.refusal.message.en)
    const file = zipOf((outcome.result as Made).file)
    names = unzipSync(readFileSync(file))
    made = await verifyPack(packFilesAt(file), { sha256 })
  })
  const opened = (of = names) =>
    Object.keys(of)
      .filter((name) => /^opened\/.*\.json$/.test(name))
      .map((name) => ({
        name,
        act: JSON.parse(Buffer.from(of[name]!).toString()) as {
          act: string
          fields: { name: string; value?: string; salt?: string }[]
        },
      }))
  const verifyWithout = (left: string) => {
    const files = Object.fromEntries(Object.entries(names).filter(([name]) => !name.includes(left)))
    return verifyPack(
      { names: () => Object.keys(files), read: async (name) => files[name] ?? null },
      { sha256 },
    )
  }

  test('shows its officer’s signature, which holds against the key that the log says was enrolled', () => {
    expect(made).toMatchObject({
      ok: true,
      problems: [],
      officers: { signed: 1, byCode: 0, unchecked: 0 },
    })
  })

  test('of the enrolment only the key is shown', () => {
    const [enrolled] = opened().filter(({ act }) => act.act !== id)
    const shown = enrolled!.act.fields.filter(({ value }) => value !== undefined)
    expect(shown.map(({ name }) => name)).toEqual([expect.stringMatching(/^row:people\.factor:/)])
    expect(enrolled!.act.fields.length).toBeGreaterThan(1)
    expect(enrolled!.act.fields.filter(({ salt }) => salt !== undefined)).toHaveLength(1)
  })

  test('without the enrolment its signature is not taken for checked', async () => {
    const [enrolled] = opened().filter(({ act }) => act.act !== id)
    const report = await verifyWithout(enrolled!.act.act)
    expect(report.officers).toEqual({ signed: 0, byCode: 0, unchecked: 1 })
  })
})

test('a ledger of more rows than are read at once has every row once, in order', async () => {
  await town.superuser(
    `alter table kernel.custody_line disable trigger book, disable trigger filed;
     insert into kernel.custody_line (district, kind, serials, movement, to_place, at, act_id, no)
     select 'haishu', 'file', int8range(i, i + 1), 'receive', 'store', '2026-03-09T02:00:00Z', (select id from kernel.act where district = 'haishu' limit 1), nextval('kernel.custody_line_no')
     from generate_series(1001, 5500) i`,
  )
  const outcome = await pack(inspector, { office: 'haishu' })
  if (!outcome.ok) throw new Error(outcome.refusal.message.en)
  const book = unzipSync(readFileSync(zipOf((outcome.result as Made).file)))['ledgers/custody.xlsx']!
  const rows: unknown[][] = await readSheet(Buffer.from(book), '海曙区')
  const serials = rows
    .filter((row) => row[1] === 'file')
    .map((row) => Number(row[rows[0]!.indexOf('起号 First')]))
    .filter((serial) => serial > 1000)
  expect(serials.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 4500 }, (_, i) => i + 1001))
})

test('of too many files the tiles of each log are one line, and its hash is that of their lines in the sums', () => {
  const file = (path: string) => ({ path, size: 2, sha256: createHash('sha256').update(path).digest('hex') })
  const alone = ['policy', 'logs/haishu/checkpoint'].map(file)
  const tiles = Array.from({ length: 700 }, (_, i) => file(`logs/haishu/tile/0/${i}`))
  expect(listed([...alone, ...tiles.slice(0, 598)])).toEqual({
    files: [...alone, ...tiles.slice(0, 598)],
    groups: [],
  })
  const lines = tiles.map(({ path, sha256: sum }) => `${sum}  ${path}\n`).join('')
  expect(listed([alone[0]!, ...tiles, alone[1]!])).toEqual({
    files: alone,
    groups: [
      {
        path: 'logs/haishu/tile/',
        files: 700,
        size: 1400,
        sha256: createHash('sha256').update(lines).digest('hex'),
      },
    ],
  })
})
