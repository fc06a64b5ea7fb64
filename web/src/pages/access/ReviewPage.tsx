import { Alert, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import './access.css'
import { accessTexts } from './texts.ts'
import type { Charge, ChargeLine } from './types.ts'
import { WordModal } from './WordModal.tsx'
import { lastDay, ProofLink, Scope, Until, useWords } from './words.tsx'

const possible = { enabled: true } as const

/** The quarterly review: every right in one's charge, kept or ended, each with a word. */
export function ReviewPage() {
  const t = useTexts(accessTexts)
  const found = useApi<Charge>('access/charge')
  const refused = asRefused(found.error)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.review}</h1>
        <p>{t.reviewHint}</p>
      </div>
      {found.isPending && <LoadingState label={t.review} />}
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.data && <Charges charge={found.data} />}
    </>
  )
}

function Standing({ charge }: { charge: Charge }) {
  const t = useTexts(accessTexts)
  const { date, dateTime } = useFormats()
  const words = charge.closedAt
    ? fill(t.reviewDone, { time: dateTime(charge.closedAt) })
    : charge.due === 0
      ? t.reviewNothing
      : fill(t.reviewState, {
          quarter: charge.quarter,
          due: charge.due,
          left: charge.left,
          date: date(lastDay(charge.dueAt)),
        })
  return (
    <>
      {charge.overdue.map((one) => (
        <Alert key={one.from} type="error" showIcon title={fill(t.reviewOverdue, { from: one.from })} />
      ))}
      <Alert type={charge.left > 0 ? 'warning' : 'info'} showIcon title={words} />
    </>
  )
}

function Charges({ charge }: { charge: Charge }) {
  const t = useTexts(accessTexts)
  const words = useWords()
  const { date } = useFormats()
  const [chosen, setChosen] = useState<string[]>([])
  const [keep, setKeep] = useState<boolean | null>(null)
  const review = useAct<object, unknown>('access.review')
  const close = useAct<object, unknown>('access.closeReview')
  const open = charge.items.filter((one) => one.review === null)
  const selected = open.filter((one) => chosen.includes(one.grantId))
  const say = async (word: string) => {
    // One act for each office whose rights were chosen: the log of an office tells of its own.
    for (const district of new Set(selected.map((one) => one.district))) {
      const items = selected
        .filter((one) => one.district === district)
        .map((one) => ({ grantId: one.grantId, keep: keep!, word }))
      const outcome = await review.perform({ district, items })
      if (!outcome.ok) return
    }
    setChosen([])
    setKeep(null)
  }
  const state = (one: ChargeLine) =>
    one.review ? (one.review.keep ? t.kept : t.ended) : one.due ? t.isDue : t.notDue
  const tone = (one: ChargeLine) => (one.review ? 'green' : one.due ? 'amber' : 'grey')
  const columns: TableColumnsType<ChargeLine> = [
    {
      title: t.subject,
      key: 'person',
      width: 170,
      render: (_, one) => (
        <>
          <b>{one.person}</b>
          <div className="mb-soft">{words.office(one.district)}</div>
        </>
      ),
    },
    { title: t.duty, key: 'duty', width: 170, render: (_, one) => words.duty(one.duty) },
    { title: t.scope, key: 'scope', width: 170, render: (_, one) => <Scope of={one} /> },
    {
      title: t.madeAt,
      key: 'made',
      width: 130,
      render: (_, one) => <ProofLink actId={one.actId}>{date(one.madeAt)}</ProofLink>,
    },
    { title: t.until, key: 'until', width: 120, render: (_, one) => <Until at={one.until} /> },
    {
      title: t.state,
      key: 'state',
      width: 300,
      render: (_, one) => (
        <>
          <span className={`mb-status mb-status-${tone(one)}`}>{state(one)}</span>
          {one.review && (
            <div className="mb-soft mb-wrap">
              {one.review.by}：{one.review.word}
            </div>
          )}
        </>
      ),
    },
  ]
  const left = (what: 'keepSelected' | 'endSelected') => fill(t[what], { count: selected.length })
  const choice =
    selected.length > 0
      ? possible
      : ({
          enabled: false,
          refusal: {
            code: 'none',
            clause: '6.7',
            message: { zh: '请先勾选权限', en: 'Choose rights first' },
          },
        } as const)
  const closing =
    charge.left === 0
      ? possible
      : ({
          enabled: false,
          refusal: {
            code: 'access_review_open',
            clause: '6.7',
            message: {
              zh: `还有 ${charge.left} 项权限没有复核`,
              en: `${charge.left} right(s) have not been reviewed yet`,
            },
          },
        } as const)
  return (
    <>
      <Standing charge={charge} />
      {close.refusal && <RefusalAlert refusal={close.refusal} onClose={close.clear} />}
      <section className="mb-table mb-access-part" aria-label={t.review}>
        <div className="mb-table-bar">
          <div className="mb-table-tools">
            <ActButton availability={choice} onClick={() => setKeep(true)}>
              {left('keepSelected')}
            </ActButton>
            <ActButton availability={choice} danger onClick={() => setKeep(false)}>
              {left('endSelected')}
            </ActButton>
          </div>
          <ActButton
            type="primary"
            availability={closing}
            pending={close.pending}
            onClick={() => void close.perform({})}
          >
            {t.complete}
          </ActButton>
        </div>
        <Table<ChargeLine>
          size="small"
          columns={columns}
          dataSource={charge.items}
          rowKey={(one) => one.grantId}
          pagination={charge.items.length > 100 ? { pageSize: 100 } : false}
          locale={{ emptyText: <EmptyState label={t.noCharge} /> }}
          rowSelection={{
            selectedRowKeys: chosen,
            onChange: (keys) => setChosen(keys.map(String)),
            getCheckboxProps: (one) =>
              ({
                disabled: one.review !== null,
                'aria-label': `${one.person} ${words.duty(one.duty)}`,
              }) as object,
            getTitleCheckboxProps: () => ({ 'aria-label': t.all }) as object,
          }}
        />
      </section>
      {keep !== null && (
        <WordModal
          title={fill(keep ? t.keepTitle : t.endManyTitle, { count: selected.length })}
          label={t.opinion}
          action={keep ? t.kept : t.end}
          danger={!keep}
          pending={review.pending}
          refusal={review.refusal}
          onRefusalClose={review.clear}
          onClose={() => setKeep(null)}
          onWord={(word) => void say(word)}
        />
      )}
    </>
  )
}
