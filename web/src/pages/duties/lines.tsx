import type { TableColumnsType } from 'antd'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DueTag } from '../../ui/DueTag.tsx'
import { LongText } from '../../ui/LongText.tsx'
import { ProofLink, useWords } from '../access/words.tsx'
import { dutiesTexts } from './texts.ts'
import type { DutyLine, ExemptionLine } from './types.ts'

const colours = {
  done: 'green',
  done_late: 'amber',
  pending: 'grey',
  soon: 'amber',
  overdue: 'red',
  lapsed: 'grey',
  forecast: 'grey',
} as const

/** How a duty stands, by colour and word, with the act that did it. */
export function DutyState({ line }: { line: DutyLine }) {
  const t = useTexts(dutiesTexts)
  const { date } = useFormats()
  return (
    <>
      <span className={`mb-status mb-status-${colours[line.state]}`}>
        {line.lapsed ? `${t.states.lapsed} · ${t.lapses[line.lapsed]}` : t.states[line.state]}
      </span>
      {line.doneBy && line.doneAt && (
        <div className="mb-soft">
          <ProofLink actId={line.doneBy}>{fill(t.doneAt, { at: date(line.doneAt) })}</ProofLink>
        </div>
      )}
    </>
  )
}

const levels = { pending: 'green', soon: 'amber', overdue: 'red' } as const

/** The columns in which duties are read everywhere. */
export function useDutyColumns({ office }: { office: boolean }): TableColumnsType<DutyLine> {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  const words = useWords()
  const { date } = useFormats()
  return [
    {
      title: t.duty,
      key: 'duty',
      width: 280,
      render: (_, line) => (
        <div className="mb-wrap">
          <b>{pick(line.title)}</b>
          <div className="mb-soft">{fill(t.clause, { clause: line.clause })}</div>
        </div>
      ),
    },
    {
      title: t.who,
      key: 'who',
      width: 200,
      render: (_, line) => (
        <div className="mb-wrap">
          {pick(line.name)}
          {office && <div className="mb-soft">{words.office(line.district)}</div>}
        </div>
      ),
    },
    {
      title: t.period,
      key: 'period',
      width: 210,
      render: (_, line) => fill(t.periodFrom, { from: line.from, to: lastDay(line.to) }),
    },
    {
      title: t.due,
      key: 'due',
      width: 170,
      render: (_, line) =>
        line.state in levels ? (
          <DueTag level={levels[line.state as keyof typeof levels]} dueAt={lastIn(line.dueAt)} />
        ) : (
          date(lastIn(line.dueAt))
        ),
    },
    { title: t.state, key: 'state', width: 190, render: (_, line) => <DutyState line={line} /> },
  ]
}

/** The last moment in time: what is due as a day ends is due on that day. */
export const lastIn = (dueAt: string): string => new Date(Date.parse(dueAt) - 1).toISOString()

/** The last day of a period whose first day after it is `to`. */
export const lastDay = (to: string): string =>
  new Date(Date.parse(`${to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

/** What is read of a release that was asked for, and what became of it. */
export function useExemptionColumns(): TableColumnsType<ExemptionLine> {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  return [
    {
      title: t.duty,
      key: 'duty',
      width: 260,
      render: (_, one) => (
        <div className="mb-wrap">
          <b>{pick(one.title)}</b>
          <div className="mb-soft">{pick(one.name)}</div>
        </div>
      ),
    },
    {
      title: t.period,
      key: 'period',
      width: 200,
      render: (_, one) => fill(t.periodFrom, { from: one.from, to: one.to }),
    },
    {
      title: t.reason,
      key: 'reason',
      width: 280,
      render: (_, one) => (
        <div className="mb-wrap">
          <LongText text={one.reason} shown={80} />
          <div className="mb-soft">
            <ProofLink actId={one.actId}>{fill(t.askedBy, { who: one.askedBy })}</ProofLink>
          </div>
        </div>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 220,
      render: (_, one) => (
        <div className="mb-wrap">
          <span
            className={`mb-status mb-status-${one.approved === null ? 'amber' : one.approved ? 'green' : 'grey'}`}
          >
            {one.approved === null ? t.waits : one.approved ? t.approved : t.refused}
          </span>
          {one.decidedActId && one.decidedBy && (
            <div className="mb-soft">
              <ProofLink actId={one.decidedActId}>
                {fill(t.decidedBy, { who: one.decidedBy, word: one.word ?? '' })}
              </ProofLink>
            </div>
          )}
        </div>
      ),
    },
  ]
}
