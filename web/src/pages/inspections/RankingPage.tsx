import { Link } from '@tanstack/react-router'
import { Button, InputNumber, Select, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import type { InspectionKind } from '../../../../server/src/supervision/inspections/rules.ts'
import { asRefused, useApi } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { useWords } from '../access/words.tsx'
import './inspections.css'
import { inspectionTexts } from './texts.ts'
import type { RankLine } from './types.ts'
import { useKindOptions } from './words.tsx'

/** 检查排名: offices by their mean score of a kind and year, of reported inspections only. */
export function RankingPage() {
  const t = useTexts(inspectionTexts)
  const words = useWords()
  const kinds = useKindOptions()
  const [kind, setKind] = useState<InspectionKind>('open')
  const [year, setYear] = useState(new Date().getFullYear())
  const list = useApi<{ items: RankLine[] }>('inspections/ranking', { kind, year })
  const columns: TableColumnsType<RankLine> = [
    { title: t.place, key: 'place', width: 90, align: 'right', render: (_, one) => one.place },
    { title: t.office, key: 'office', width: 260, render: (_, one) => words.office(one.office) },
    { title: t.score, key: 'score', width: 120, align: 'right', render: (_, one) => one.score },
    { title: t.count, key: 'count', width: 120, align: 'right', render: (_, one) => one.inspections },
  ]
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.ranking}</h1>
        <p>
          {t.rankingSubtitle} <Link to="/inspections">{t.back}</Link>
        </p>
      </div>
      <DataTable<RankLine>
        title={t.ranking}
        columns={columns}
        rows={list.data?.items ?? []}
        loading={list.isPending}
        error={asRefused(list.error)?.refusal ?? null}
        onRetry={() => void list.refetch()}
        rowKey={(one) => one.office}
        emptyLabel={t.noRanking}
        tools={
          <Space wrap>
            <Select
              aria-label={t.kind}
              value={kind}
              onChange={setKind}
              options={kinds}
              style={{ width: 190 }}
            />
            <InputNumber
              aria-label={t.year}
              value={year}
              min={2020}
              max={2099}
              precision={0}
              onChange={(value) => value && setYear(value)}
            />
            <Button href={`/api/inspections/ranking.xlsx?kind=${kind}&year=${year}`}>{t.excel}</Button>
          </Space>
        }
      />
    </>
  )
}
