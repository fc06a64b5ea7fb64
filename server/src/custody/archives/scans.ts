import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { archiveDuties, recheckDuties } from './duties.ts'
import { measureScans as measureFiles } from './measure.ts'
import { type Figures, warningsOf } from './pictures.ts'
import { pagesDiffer, refuseArchive } from './rules.ts'
import type { Measured } from './scan-faults.ts'
import { archiveFileSubject, FileNumber } from './subjects.ts'
import { recheckTable, scanPageTable, scanTable } from './tables.ts'

constraintMeans('scan_answered_once', () => refuseArchive('scan_answered'))
constraintMeans('file_checked_by_another', () => refuseArchive('own_file'))
constraintMeans('scan_pages_told', () => refuseArchive('scan_pages_told'))
constraintMeans('file_checked_whole', () => refuseArchive('scan_unanswered'))
constraintMeans('recheck_pkey', () => refuseArchive('file_checked'))

/** A file whose scans are measured: others may move files meanwhile, and nobody measures the same ones. */
const fileOfScans: typeof archiveFileSubject = {
  kind: archiveFileSubject.kind,
  async load(tx, number, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`scans ${number}`}, 0))`
    return archiveFileSubject.load(tx, number, false)
  },
}

/** 检测扫描质量: measures every page of every scan of a file: blank, dark, skewed, coarse, twice the same; pages too many or too few; or not to be read at all. */
export const measureScans = act({
  type: 'archives.measureScans',
  title: { zh: '检测扫描质量', en: 'Measure the scans' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input: Type.Object({ file: FileNumber }, { additionalProperties: false }),
  result: Type.Object({
    measured: Type.Integer({ description: 'Pages.' }),
    warnings: Type.Integer(),
    left: Type.Integer({ description: 'Scans that wait for another time: this one was long enough.' }),
  }),
  subject: fileOfScans,
  subjectId: ({ file }) => file,
  guards: [(file) => (file.unmeasured > 0 ? null : refuseArchive('scans_measured'))],
  async handle({ tx, district, deps }, _input, file) {
    const scans = await tx.rows<{ no: number; file: string; media: string; pages: number }>`
      select no, file, media, pages from cases.material m where district = ${district} and case_id = ${file.caseId}::uuid
        and not exists (select from archives.scan s where s.district = m.district and s.file_no = ${file.no} and s.material_no = m.no) order by no`
    const measured = await measureFiles(
      scans.map((scan) => ({
        path: deps.files.has(scan.file) ? deps.files.path(scan.file) : null,
        media: scan.media,
        sha256: scan.file,
      })),
    )
    const before = await tx.rows<{ likeness: string }>`
      select likeness from archives.scan where district = ${district} and file_no = ${file.no} and likeness is not null
      union all select likeness from archives.scan_page where district = ${district} and file_no = ${file.no} and page > 1`
    const warned = warningsOf(
      measured.map((one, i) => ({ media: scans[i]!.media, listed: scans[i]!.pages, measured: one })),
      before.map(({ likeness }) => likeness),
    )
    const key = (i: number) => ({ district, file_no: file.no, material_no: scans[i]!.no })
    const pagesOf = (one: Measured) => ('pages' in one ? one.pages : [])
    await tx.put(
      scanTable,
      measured.map((one, i) => {
        const [first] = pagesOf(one)
        return {
          ...key(i),
          ...figuresRow(first ?? null),
          flags: warned[i]!.flags,
          seen: first ? pagesOf(one).length : null,
          fault: 'fault' in one ? one.fault : null,
        }
      }),
    )
    const pages = measured.flatMap((one, i) =>
      pagesOf(one).length < 2
        ? []
        : pagesOf(one).map((figures, at) => ({
            ...key(i),
            page: at + 1,
            ...figuresRow(figures),
            flags: warned[i]!.pages[at]!,
          })),
    )
    if (pages.length > 0) await tx.put(scanPageTable, pages)
    return {
      measured: measured.reduce((sum, one) => sum + Math.max(1, pagesOf(one).length), 0),
      warnings: warned.filter(({ flags }) => flags.length > 0).length,
      left: scans.length - measured.length,
    }
  },
})

const figuresRow = (one: Figures | null) => ({
  width: one?.width ?? null,
  height: one?.height ?? null,
  brightness: one?.brightness ?? null,
  ink: one?.ink ?? null,
  skew: one?.skew ?? null,
  likeness: one?.likeness ?? null,
})

/** 答复警示: why a page may stay as it is, in words. */
export const answerScan = act({
  type: 'archives.answerScan',
  title: { zh: '答复扫描警示', en: 'Answer a warning about a scan' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input: Type.Object(
    {
      file: FileNumber,
      materialNo: Type.Integer({ title: '件号|Item', minimum: 1, maximum: 999 }),
      answer: Type.String({ title: '答复|Answer', minLength: 2, maxLength: 300 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ unanswered: Type.Integer() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [(file) => (file.unanswered > 0 ? null : refuseArchive('scan_answered'))],
  async handle({ tx, district, actor, at }, { materialNo, answer }, file) {
    const waits =
      await tx.maybe`select 1 from archives.scan where district = ${district} and file_no = ${file.no} and material_no = ${materialNo}::smallint and flags <> '{}' and answer is null`
    if (!waits) return refuseArchive('scan_answered')
    await tx.change(
      scanTable,
      { district, file_no: file.no, material_no: materialNo },
      { answer, answered_by: actor.personId, answered_at: at.toString() },
    )
    return { unanswered: file.unanswered - 1 }
  },
})

/** 复核: a second person looks the file through and counts its pages again; only then it goes to the room. */
export const recheckFile = act({
  type: 'archives.recheckFile',
  title: { zh: '复核案卷', en: 'Check a file' },
  clauses: ['4.1'],
  duties: recheckDuties,
  input: Type.Object(
    { file: FileNumber, pages: Type.Integer({ title: '清点页数|Pages counted', minimum: 1, maximum: 9999 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ pages: Type.Integer() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    (file) => (file.checked ? refuseArchive('file_checked') : null),
    (file, { actor }) =>
      file.filedBy === actor.personId || file.answeredBy.includes(actor.personId!)
        ? refuseArchive('own_file')
        : null,
    (file) => (file.unmeasured > 0 ? refuseArchive('scans_unmeasured') : null),
    (file) => (file.unanswered > 0 ? refuseArchive('scan_unanswered') : null),
    (file, { input }) => (input ? pagesDiffer(file.pages, input.pages) : null),
  ],
  async handle({ tx, district }, { pages }, file) {
    await tx.put(recheckTable, { district, file_no: file.no, pages })
    return { pages }
  },
})
