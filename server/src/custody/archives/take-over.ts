import { Type } from 'typebox'
import { act, isRefusal, type Subject } from '../../kernel/act.ts'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { archiveDuties, archiveReaders } from './duties.ts'
import { refuseArchive } from './rules.ts'
import { makeFile } from './state.ts'

/** An archived case, and whether it has its file. */
interface Filed {
  district: string
  id: string
  business: string
  filed: boolean
  archived: boolean
}
const filedCase: Subject<Filed> = {
  kind: 'case',
  async load(tx, id, lock) {
    if (!/^[0-9a-f-]{36}$/.test(id)) return null
    if (lock)
      await tx.maybe`select 1 from cases.case where district = kernel.act_district() and id = ${id}::uuid for update`
    return tx.maybe<Filed>`
      select c.district, c.id, c.business, c.state = 'archived' as archived,
        exists (select from archives.file f where f.district = c.district and f.case_id = c.id) as filed
      from cases.case c where c.district = kernel.act_district() and c.id = ${id}::uuid`
  },
}

/**
 * 补立案卷: a case that was archived before there were files gets one. Who counts its pages takes it into their hands; from there it
 * goes the way of every file, so that a second person counts again before the room has it.
 */
export const takeOver = act({
  type: 'archives.takeOver',
  title: { zh: '补立案卷', en: 'Make up the file of an older case' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input: Type.Object(
    {
      caseId: Type.String({ title: '案件|Case', format: 'uuid' }),
      pages: Type.Integer({ title: '清点页数|Pages counted', minimum: 1, maximum: 9999 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ number: Type.String() }),
  subject: filedCase,
  subjectId: ({ caseId }) => caseId,
  guards: [
    (one) => (one.archived ? null : refuseArchive('case_not_archived')),
    (one) => (one.filed ? refuseArchive('case_has_file') : null),
  ],
  async handle(ctx, { caseId, pages }, one) {
    const items = await ctx.tx.rows<{ title: string; content: string; pages: number }>`
      select title, content, pages from archives.contents_of(${caseId}::uuid)`
    const made = await makeFile(ctx, { caseId, business: one.business, items, counted: pages })
    return isRefusal(made) ? made : { number: made.number }
  },
})

/** 待补立案卷: archived cases without a file, oldest first, with the pages each must have. */
export const casesWithoutFile = query({
  path: 'archives/without-file',
  title: { zh: '待补立案卷', en: 'Archived cases without a file' },
  access: 'signed_in',
  duties: archiveReaders,
  params: Type.Object({}),
  result: Type.Object({ cases: Type.Array(Type.Unknown()) }),
  async run({ tx, district, actor, at }) {
    const cases = await tx.rows<{ caseId: string }>`
      select case_id as "caseId", number, unit_code as "unitCode", filed_at as "filedAt" from archives.without_file()`
    return {
      cases: cases.map((one) => ({
        ...one,
        availability: availability(
          [takeOver],
          { district, id: one.caseId, business: '', filed: false, archived: true },
          actor,
          at,
        ),
      })),
    }
  },
})
