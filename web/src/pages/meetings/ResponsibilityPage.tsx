import { Link } from '@tanstack/react-router'
import { Select, Space, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { useWords } from '../access/words.tsx'
import { meetingTexts } from './texts.ts'
import type { Responsibility } from './types.ts'

type PostLine = Responsibility['posts'][number]
const tones = { high: 'red', medium: 'amber', low: 'green' } as const

/** 责任与风险清单: the chain and the register of posts, beside what a year of controls and findings says of each. */
export function ResponsibilityPage() {
  const t = useTexts(meetingTexts)
  const pick = usePick()
  const words = useWords()
  const session = useSession().data
  const city = session?.district.id === 'city'
  const [chosen, setChosen] = useState<string>()
  const office = chosen ?? session?.district.id
  const asked = useApi<Responsibility>('responsibility', { office }, { enabled: office !== undefined })
  const compared = (one: PostLine) =>
    one.differs === 'higher'
      ? fill(t.higher, { hint: t.grades[one.hint] })
      : one.differs === 'calm'
        ? t.calm
        : one.risk
          ? t.agrees
          : '—'
  const found = (one: PostLine) =>
    one.critical + one.high + one.medium + one.low > 0 ? fill(t.yearCounts, one as never) : t.none
  const measures = (one: PostLine) =>
    one.measuresZh ? pick({ zh: one.measuresZh, en: one.measuresEn ?? one.measuresZh }) : ''
  const columns: TableColumnsType<PostLine> = [
    {
      title: t.post,
      key: 'post',
      width: 130,
      render: (_, one) => (
        <div className="mb-wrap">
          <b>{pick(one)}</b>
          {one.level && <div className="mb-soft">{t.levels[one.level]}</div>}
        </div>
      ),
    },
    {
      title: t.holders,
      key: 'holders',
      width: 100,
      render: (_, one) =>
        one.holders.length > 0 ? (
          <div className="mb-wrap">{one.holders.join(t.comma)}</div>
        ) : (
          <span className="mb-status mb-status-red">{t.vacant}</span>
        ),
    },
    {
      title: t.duties,
      key: 'duties',
      width: 115,
      render: (_, one) => <div className="mb-wrap">{one.duties.map(words.duty).join(t.comma) || t.none}</div>,
    },
    {
      title: t.risk,
      key: 'risk',
      width: 85,
      render: (_, one) => (
        <span className={`mb-status mb-status-${one.risk ? tones[one.risk] : 'grey'}`}>
          {one.risk ? t.grades[one.risk] : t.ungraded}
        </span>
      ),
    },
    {
      title: t.measures,
      key: 'measures',
      width: 210,
      render: (_, one) => <div className="mb-wrap">{measures(one)}</div>,
    },
    {
      title: t.year,
      key: 'year',
      width: 150,
      render: (_, one) => <div className="mb-wrap">{found(one)}</div>,
    },
    { title: t.refused, key: 'refused', width: 75, align: 'right', render: (_, one) => one.refused },
    {
      title: t.compare,
      key: 'compare',
      width: 150,
      render: (_, one) => (
        <div className="mb-wrap">
          {one.differs ? (
            <span className={one.differs === 'higher' ? 'mb-field-problem' : 'mb-soft'}>{compared(one)}</span>
          ) : (
            <span className="mb-soft">{compared(one)}</span>
          )}
        </div>
      ),
    },
  ]
  const last = asked.data?.lastMeeting
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.responsibility}</h1>
        <p>{t.responsibilityHint}</p>
      </div>
      <DataTable<PostLine>
        title={t.responsibility}
        columns={columns}
        rows={asked.data?.posts ?? []}
        rowKey={(one) => one.id}
        loading={asked.isPending}
        error={asRefused(asked.error)?.refusal ?? null}
        onRetry={() => void asked.refetch()}
        emptyLabel={t.noPosts}
        tools={
          <Space wrap>
            {city && (
              <Select<string>
                className="mb-filter"
                aria-label={t.office}
                value={office ?? null}
                onChange={setChosen}
                options={registrationOffices.map((one) => ({ value: one.id, label: pick(one.name) }))}
              />
            )}
            {asked.data &&
              (last ? (
                <Link to="/meetings/$id" params={{ id: last.id }}>
                  {fill(t.lastMeeting, { day: last.heldOn, n: last.open })}
                </Link>
              ) : (
                <span className="mb-soft">{t.noMeeting}</span>
              ))}
          </Space>
        }
        csv={[
          { title: t.post, value: (one) => pick(one) },
          { title: t.level, value: (one) => one.level && t.levels[one.level] },
          { title: t.holders, value: (one) => one.holders.join(t.comma) },
          { title: t.duties, value: (one) => one.duties.map(words.duty).join(t.comma) },
          { title: t.risk, value: (one) => (one.risk ? t.grades[one.risk] : t.ungraded) },
          { title: t.measures, value: measures },
          { title: t.year, value: found },
          { title: t.refused, value: (one) => one.refused },
          { title: t.compare, value: compared },
        ]}
      />
    </>
  )
}
