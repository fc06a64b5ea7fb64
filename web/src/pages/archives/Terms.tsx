import type { TableColumnsType } from 'antd'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { archiveTexts } from './texts.ts'
import type { TermRow } from './types.ts'

/** 保管期限表: how long each kind of record is kept. */
export function Terms({ rows }: { rows: TermRow[] }) {
  const t = useTexts(archiveTexts)
  const { number } = useFormats()
  const kind = (one: TermRow) =>
    t.termKinds[one.kind as keyof typeof t.termKinds] ?? one.kind.replace('case:', '')
  const term = (one: TermRow) =>
    one.years === null
      ? t.terms[one.term]
      : fill(t.termYears, { term: t.terms[one.term], years: number(one.years) })
  const columns: TableColumnsType<TermRow> = [
    { title: t.termKind, key: 'kind', width: 240, render: (_, one) => kind(one) },
    { title: t.term, key: 'term', render: (_, one) => term(one) },
  ]
  return (
    <DataTable<TermRow>
      title={t.termsTitle}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.kind}
      tools={<h2 className="mb-looks-heading">{t.termsTitle}</h2>}
      csv={[
        { title: t.termKind, value: kind },
        { title: t.term, value: term },
      ]}
    />
  )
}
