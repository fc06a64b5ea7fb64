import type { TableColumnsType } from 'antd'
import { useState } from 'react'
import { useApi } from '../../api/queries.ts'
import type { Availability } from '../../api/types.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { Counted } from './Loans.tsx'
import { archiveTexts } from './texts.ts'

interface OldCase {
  caseId: string
  number: string
  filedAt: string
  availability: Availability
}

/** 待补立案卷: cases that were archived before there were files; nothing is shown where there are none. */
export function WithoutFile() {
  const t = useTexts(archiveTexts)
  const { date } = useFormats()
  const [making, setMaking] = useState<OldCase | null>(null)
  const rows = useApi<{ cases: OldCase[] }>('archives/without-file').data?.cases ?? []
  if (rows.length === 0) return null
  const columns: TableColumnsType<OldCase> = [
    { title: t.case, key: 'case', width: 230, render: (_, one) => one.number },
    { title: t.archivedOn, key: 'at', width: 160, render: (_, one) => date(one.filedAt) },
    {
      title: t.actions,
      key: 'acts',
      width: 200,
      render: (_, one) => (
        <ActButton
          size="small"
          availability={one.availability['archives.takeOver']}
          onClick={() => setMaking(one)}
        >
          {t.takeOver}
        </ActButton>
      ),
    },
  ]
  return (
    <div className="mb-person-section">
      <DataTable<OldCase>
        title={t.withoutFile}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.caseId}
        tools={<h2 className="mb-looks-heading">{t.withoutFile}</h2>}
        csv={[
          { title: t.case, value: (one) => one.number },
          { title: t.archivedOn, value: (one) => date(one.filedAt) },
        ]}
      />
      {making && (
        <FormModal<{ pages: number }>
          title={`${t.takeOver} · ${making.number}`}
          hint={t.takeOverHint}
          type="archives.takeOver"
          confirmed={false}
          done={({ number }) => fill(t.takenOver, { number: String(number) })}
          input={({ pages }) => ({ caseId: making.caseId, pages })}
          onClose={() => setMaking(null)}
        >
          <Counted />
        </FormModal>
      )}
    </div>
  )
}
