import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { type NewFinding, openFinding } from '../../kernel/finding.ts'
import { words } from '../rectification/acts.ts'
import { type InspectionKind, inspectDuties, kindNames, refuseInspection, sendRefusal } from './rules.ts'
import { reportedSubject } from './subject.ts'
import { faultTable, reportTable } from './tables.ts'

/** One item as both readings and the ruling leave it. `points` are null where it does not apply or is undecided. */
export interface ReportLine {
  sheet: number
  item: number
  clause: string
  wording: string
  weight: number
  most: number
  pass: number
  first: number | null
  second: number | null
  differs: boolean
  ruled: boolean
  points: string | null
  reason: string | null
  notes: string[]
  photos: string[]
}
export const isFault = ({ points, pass }: Pick<ReportLine, 'points' | 'pass'>): boolean =>
  points !== null && Number(points) < pass

/** Kinds of finding that faults of an inspection become, by clause. */
export const faultKinds: Record<InspectionKind, string> = {
  self: 'check_fault',
  mutual: 'check_fault',
  spot: 'check_fault',
  open: 'visit_fault',
  covert: 'visit_fault',
  case_review: 'review_fault',
}

const finding = (
  { inspected, id, kind }: { inspected: string; id: string; kind: InspectionKind },
  line: ReportLine,
): NewFinding => {
  const name = kindNames[kind]
  const of =
    kind === 'case_review'
      ? { zh: `第 ${line.sheet} 件案卷`, en: ` (file ${line.sheet})` }
      : { zh: '', en: '' }
  const note = line.notes.join('；')
  return {
    kind: faultKinds[kind],
    clause: line.clause,
    severity: Number(line.points) === 0 ? 'high' : 'medium',
    subject: `office:${inspected}`,
    dedupeKey: `inspection ${id} ${line.sheet} ${line.item}`,
    summary: {
      zh: `${name.zh}发现${of.zh}：${line.wording}${note ? `（${note}）` : ''}`.slice(0, 480),
      en: `${name.en}${of.en}: ${line.wording}${note ? ` (${note})` : ''}`.slice(0, 480),
    },
  }
}

/**
 * 发出检查通报: total and faults as computed go to the office that was inspected, in its own log; each fault is a finding
 * there (7.4). From now on it sees the inspection, a covert visit too.
 */
export const sendReport = act({
  type: 'inspection.send',
  title: { zh: '发出检查通报', en: 'Send the report' },
  clauses: ['1.2', '7.1', '7.2', '7.4'],
  duties: inspectDuties,
  citywide: true,
  districtOf: (input) => input.inspected,
  input: Type.Object(
    {
      inspected: Type.String({ title: '被查机构|Office inspected', pattern: '^[a-z]{2,20}$' }),
      inspectionId: Type.String({ title: '检查|Inspection', format: 'uuid' }),
      word: words('通报意见|Word', 2000),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ total: Type.String(), findings: Type.Array(Type.String()) }),
  subject: reportedSubject,
  subjectId: (input) => input.inspectionId,
  guards: [(one, { actor }) => sendRefusal(one, actor.personId, actor.homeDistrict)],
  async handle({ tx, district, actor }, { word }, one) {
    const { total } = await tx.one<{ total: string | null }>`
      select supervision.inspection_total(${one.district}, ${one.id}::uuid)::text as total`
    if (total === null) return refuseInspection('inspection_unfinished')
    const of = { district, inspecting: one.district, inspection_id: one.id }
    await tx.put(reportTable, {
      ...of,
      kind: one.kind,
      year: Number(one.visitFrom.slice(0, 4)),
      total,
      word: word.trim(),
    })
    const lines = await tx.rows<ReportLine>`
      select * from supervision.inspection_lines(${one.district}, ${one.id}::uuid)`
    const findings: string[] = []
    for (const line of lines.filter(isFault)) {
      const id = await openFinding(tx, district, `person:${actor.personId}`, finding(one, line))
      if (id === null) continue
      await tx.put(faultTable, { ...of, finding_id: id, sheet: line.sheet, item: line.item })
      findings.push(id)
    }
    return { total, findings }
  },
})
