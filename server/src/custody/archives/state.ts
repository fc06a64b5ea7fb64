import type { Ctx } from '../../kernel/act.ts'
import { moveSerials } from '../../kernel/ledger.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { officeDate } from '../../values/calendar.ts'
import { pagesDiffer, refuseArchive, type Term } from './rules.ts'
import { fileTable, itemTable } from './tables.ts'

constraintMeans('file_as_listed', () => refuseArchive('file_as_listed'))
constraintMeans('file_one_per_case', () => refuseArchive('case_has_file'))
constraintMeans('file_moves_so', () => refuseArchive('file_moves_so'))

/** One thing in a file: its title, what it says (by hash), and its pages. */
export interface FiledItem {
  title: string
  content: string
  pages: number
}

/**
 * 立卷: makes the file of a case that is being filed. The pages counted by hand must be those of the list, or it is refused and the
 * case stays where it is. The file comes into the custody book in the hands of who made it up; its number is what stands on its back.
 */
export async function makeFile(
  ctx: Ctx,
  {
    caseId,
    business,
    items,
    counted,
  }: { caseId: string; business: string; items: readonly FiledItem[]; counted: number },
): Promise<{ no: number; number: string; term: Term } | Refusal> {
  const { tx, district, actor } = ctx
  const listed = items.reduce((sum, item) => sum + item.pages, 0)
  const differ = pagesDiffer(listed, counted)
  if (differ) return differ
  const group = `${officeDate(ctx.at).year}-${business}`
  const row = await tx.one<{ no: number; nth: number; scans: string; term: Term }>`
    select register.next_number('file_no', '') as no, register.next_number('file', ${group}) as nth, archives.scan_set(${caseId}::uuid) as scans,
      archives.term_of(${caseId}::uuid) as term`
  const number = `${district.toUpperCase()}-${group}-${String(row.nth).padStart(6, '0')}`
  await tx.put(fileTable, {
    district,
    no: row.no,
    case_id: caseId,
    number,
    items: items.length,
    pages: counted,
    scan_set: row.scans,
    term: row.term,
  })
  let next = 1
  await tx.put(
    itemTable,
    items.map(({ title, content, pages }, i) => {
      const first_page = next
      next += pages
      return { district, file_no: row.no, item: i + 1, title, content, first_page, pages }
    }),
  )
  const refused = await moveSerials(tx, {
    district,
    kind: 'file',
    serials: { from: row.no, to: row.no + 1 },
    movement: 'receive',
    from: null,
    to: `person:${actor.personId}`,
    caseId,
    document: number,
  })
  return refused ?? { no: row.no, number, term: row.term }
}
