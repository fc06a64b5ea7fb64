import { Link } from '@tanstack/react-router'
import type { TableColumnsType } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { inspectionTexts } from './texts.ts'
import type { ComparedLine, InspectionDetail } from './types.ts'
import { Mark } from './words.tsx'

/** 两人评分: both readings of each item, what a third decided, the points that count, and where a fault went. */
export function CompareTable({
  inspection,
  onRule,
}: {
  inspection: InspectionDetail
  onRule: (line: ComparedLine) => void
}) {
  const t = useTexts(inspectionTexts)
  const points = (value: number | string | null) => (value === null ? t.notApplicable : Number(value))
  const sheetName = (no: number) => inspection.sheets.find((one) => one.no === no)?.number ?? no
  const columns: TableColumnsType<ComparedLine> = [
    ...(inspection.sheets.length > 1 || inspection.kind === 'case_review'
      ? [
          {
            title: t.sheet,
            key: 'sheet',
            width: 170,
            render: (_: unknown, one: ComparedLine) => sheetName(one.sheet),
          },
        ]
      : []),
    {
      title: t.item,
      key: 'item',
      width: 300,
      render: (_, one) => (
        <div className="mb-wrap">
          <span className="mb-clause">{one.clause}</span> {one.wording}
        </div>
      ),
    },
    { title: t.weight, key: 'weight', width: 70, align: 'right', render: (_, one) => one.weight },
    { title: t.first, key: 'first', width: 80, align: 'right', render: (_, one) => points(one.first) },
    { title: t.second, key: 'second', width: 80, align: 'right', render: (_, one) => points(one.second) },
    {
      title: t.points,
      key: 'points',
      width: 150,
      render: (_, one) =>
        one.differs && !one.ruled ? (
          <ActButton
            size="small"
            availability={inspection.availability['inspection.rule']}
            onClick={() => onRule(one)}
          >
            {t.rule}
          </ActButton>
        ) : (
          <>
            {points(one.points)} {one.ruled && <Mark colour="grey">{t.ruled}</Mark>}
            {one.fault && <Mark colour="red">{t.fault}</Mark>}
          </>
        ),
    },
    {
      title: t.notes,
      key: 'notes',
      width: 320,
      render: (_, one) => (
        <div className="mb-wrap">
          {[...new Set([...one.notes, one.reason])].filter(Boolean).join('；')}{' '}
          {[...new Set(one.photos)].map((file, i) => (
            <a
              key={file}
              href={`/api/inspections/${inspection.id}/files/${file}`}
              target="_blank"
              rel="noreferrer"
            >
              {fill(t.photo, { n: i + 1 })}{' '}
            </a>
          ))}
          {one.findingId && (
            <div>
              <Link to="/findings/$id" params={{ id: one.findingId }}>
                {t.finding}
              </Link>
            </div>
          )}
        </div>
      ),
    },
  ]
  return (
    <DataTable<ComparedLine>
      title={t.compare}
      columns={columns}
      rows={inspection.lines}
      loading={false}
      error={null}
      rowKey={(one) => `${one.sheet} ${one.item}`}
      csv={[
        { title: t.sheet, value: (one) => String(sheetName(one.sheet)) },
        { title: t.clause, value: (one) => one.clause },
        { title: t.item, value: (one) => one.wording },
        { title: t.weight, value: (one) => one.weight },
        { title: t.first, value: (one) => points(one.first) },
        { title: t.second, value: (one) => points(one.second) },
        { title: t.points, value: (one) => (one.points === null ? '' : Number(one.points)) },
        {
          title: t.notes,
          value: (one) => [...new Set([...one.notes, one.reason])].filter(Boolean).join('；'),
        },
      ]}
    />
  )
}
