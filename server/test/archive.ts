import { Readable } from 'node:stream'
import { attach, storeFile } from '../src/cases/acts.ts'
import { bindFile } from '../src/custody/archives/binding.ts'
import { foundFile, reportLoss } from '../src/custody/archives/incidents.ts'
import {
  askLoan,
  decideLoan,
  giveBack,
  handOut,
  receiveBack,
  signForLoan,
} from '../src/custody/archives/loans.ts'
import { addBoxes, inspectRoom, openRoom, setPeriods } from '../src/custody/archives/rooms.ts'
import { answerScan, measureScans, recheckFile } from '../src/custody/archives/scans.ts'
import {
  closeStocktake,
  explainFile,
  recountBox,
  startBox,
  startStocktake,
  submitBox,
} from '../src/custody/archives/stocktake.ts'
import { offerFile, shelve, takeFile } from '../src/custody/archives/transfer.ts'
import { demoScan } from '../src/papers/demo-scan.ts'
import type { Store } from './store.ts'
import type { Someone } from './world.ts'

/** Who keeps, approves and borrows files in the test's office. */
export interface Archive {
  /** Made the files up. */
  archivist: Someone
  /** The room's own hand. */
  second: Someone
  /** Brings a case to its end; the file of it is then in the archivist's hands. Returns its number. */
  fileOf(home: number): Promise<string>
  /** Takes a file all the way into box A-01-01. */
  toShelf(file: string): Promise<void>
  /** Where a file is, as the book says it. */
  place(file: string): Promise<string>
  pages(file: string): Promise<number>
}

/** Gives the office of a store an archive: room A with two boxes on rack 01, and a second archivist. */
export async function openArchive(store: Store): Promise<Archive> {
  const archivist = store.staff.archivist
  const second = await store.person('archivist2', ['archiving'])
  await store.done(store.keepers.head, openRoom, { code: 'A', name: '一号库房' })
  await store.done(archivist, addBoxes, { room: 'A', rack: '01', first: 1, last: 2 })
  const one = async <T>(sql: string, file: string): Promise<T> =>
    (await store.superuser<{ value: T }>(sql, [file]))[0]!.value
  const archive: Archive = {
    archivist,
    second,
    async fileOf(home) {
      const caseId = await store.bringTo('end', store.homes[home]!)
      return one('select number as value from archives.file where case_id = $1', caseId)
    },
    place: (file) =>
      one(
        `select h.place as value from archives.file f join kernel.custody_holding h on h.district = f.district and h.kind = 'file' and h.serials @> f.no where f.number = $1`,
        file,
      ),
    pages: (file) => one('select pages as value from archives.file where number = $1', file),
    async toShelf(file) {
      await measured(store, archive, file)
      await store.done(second, recheckFile, { file, pages: await archive.pages(file) })
      await store.done(archivist, bindFile, { file, pages: await archive.pages(file), cover: 'soft' })
      await store.done(archivist, offerFile, { file })
      await store.done(second, takeFile, { file })
      await store.done(second, shelve, { file, room: 'A', rack: '01', box: '01' })
    },
  }
  return archive
}

/** Pictures measured, and every warning answered: the uploads of a town are no pictures at all. */
export async function measured(store: Store, { archivist }: Archive, file: string): Promise<void> {
  const { warnings } = await store.done(archivist, measureScans, { file })
  const rows = await store.superuser<{ no: number }>(
    `select s.material_no as no from archives.scan s join archives.file f on f.district = s.district and f.no = s.file_no where f.number = $1 and s.flags <> '{}' order by 1`,
    [file],
  )
  if (rows.length !== Number(warnings)) throw new Error('warnings are not what was said')
  for (const { no } of rows)
    await store.done(archivist, answerScan, { file, materialNo: no, answer: '已与原件核对' })
}

/** A file one of whose scans is a real PDF of two pages. */
async function scannedFile(store: Store, home: number): Promise<string> {
  const caseId = await store.apply(store.homes[home]!)
  await store.collect(caseId, { without: ['application'] })
  const lines = Array.from({ length: 40 }, (_, i) => `第 ${i + 1} 行：演示申请书的一行文字，两页才写得下。`)
  const scan = await store.deps.files.take(Readable.from([demoScan('登记申请书', lines)]), 'application/pdf')
  if (typeof scan === 'string') throw new Error(`a scan was refused: ${scan}`)
  const { clerk } = store.keepers
  await store.done(clerk, storeFile, { file: scan.sha256, media: scan.type, bytes: scan.size })
  await store.done(clerk, attach, { caseId, code: 'application', form: '1', pages: 2, file: scan.sha256 })
  const stages = ['acceptance', 'first_review', 'recording', 'printing', 'sealing', 'issue', 'end'] as const
  for (const stage of stages) {
    const outcome = await store.step(stage, caseId)
    if (!outcome.ok) throw new Error(`${stage} was refused: ${outcome.refusal.code}`)
  }
  const [made] = await store.superuser<{ number: string }>(
    'select number from archives.file where case_id = $1',
    [caseId],
  )
  return made!.number
}

/** Puts a row into every table of the archive: a file that went out, came back a page short, was lost and found. */
export async function fillArchive(store: Store, home = 0): Promise<void> {
  const archive = await openArchive(store)
  const { archivist, second } = archive
  const { head, clerk } = store.keepers
  const file = await scannedFile(store, home)
  await archive.toShelf(file)
  await store.done(head, setPeriods, { loanDays: 5, inspectionDays: 31 })
  await store.done(archivist, inspectRoom, {
    room: 'A',
    fire: true,
    theft: true,
    damp: false,
    temperatureTenths: 251,
    humidityTenths: 702,
    note: '除湿机停机',
  })
  const { loanId } = await store.done(clerk, askLoan, { file, outside: true, purpose: '核对原件' })
  await store.done(head, decideLoan, { loanId, approve: true, note: '同意' })
  const pages = await archive.pages(file)
  await store.done(second, handOut, { loanId, pages })
  await store.done(clerk, signForLoan, { loanId })
  await store.done(clerk, giveBack, { loanId })
  await store.done(archivist, receiveBack, { loanId, pages: pages - 1, damaged: true, note: '缺一页' })
  await store.done(archivist, reportLoss, { file, note: '找不到' })
  await store.done(archivist, foundFile, { file, note: '在另一盒中' })
  // It lies in a box and the book has it in the store: a surplus, explained by the leader.
  const { stocktakeId } = await store.done(archivist, startStocktake, { room: 'A' })
  const box = { stocktakeId, rack: '01' }
  const first = await store.done(archivist, startBox, { ...box, box: '01' })
  await store.done(archivist, submitBox, { countId: first.countId, files: [file] })
  await store.done(second, recountBox, { countId: first.countId, files: [file] })
  const other = await store.done(second, startBox, { ...box, box: '02' })
  await store.done(second, submitBox, { countId: other.countId, files: [] })
  const [row] = await store.superuser<{ id: string }>('select id from archives.file_difference')
  await store.done(head, explainFile, { differenceId: row!.id, outcome: 'explained', explanation: '待上架' })
  await store.done(archivist, closeStocktake, { stocktakeId })
}
