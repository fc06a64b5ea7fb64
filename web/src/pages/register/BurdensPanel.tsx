import type { ReactNode } from 'react'
import type { Entry } from '../../../../server/src/register/state.ts'
import { codeName, DYFS } from '../../../../server/src/values/dictionaries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { LongText } from '../../ui/LongText.tsx'
import { registerTexts } from './texts.ts'
import type { RegisterView } from './types.ts'
import { lastDay, namesOf, numberOf } from './view.ts'

/** A column of a small table: its head and what stands in the cell. */
type Column<E> = readonly [head: string, cell: (entry: E) => ReactNode, figure?: 'figure']

/** All that burdens the unit. A register page says "none" aloud, so every family has its line. */
export function BurdensPanel({ view }: { view: RegisterView }) {
  const t = useTexts(registerTexts)
  const pick = usePick()
  const { dateTime, date, money } = useFormats()
  const { state, certificates } = view
  const names = (list: string[]) => <LongText text={list.join('、')} shown={60} />
  const since: Column<Entry> = [t.from, (entry) => dateTime(entry.legalFrom)]
  const proof: Column<Entry> = [t.proof, (entry) => numberOf(entry, certificates) ?? '—']
  const word = (value: unknown) =>
    typeof value === 'string' && value !== '' ? <LongText text={value} shown={80} /> : '—'
  return (
    <section className="mb-panel" aria-labelledby="burdens">
      <h2 id="burdens">{t.burdens}</h2>
      <Family
        title={t.seizures}
        entries={state.seizures}
        columns={[
          [
            t.seizureKind,
            ({ body }) => (
              <span className={body.waiting ? 'mb-mark-mind' : 'mb-mark-stop'}>
                {body.waiting ? t.waiting : t.seizing}
              </span>
            ),
          ],
          [t.organ, ({ body }) => word(body.organ)],
          [t.document, ({ body }) => word(body.document)],
          [t.causeNumber, ({ body }) => word(body.cause)],
          [t.debtor, (entry) => names(namesOf(entry, 'debtor'))],
          [t.servedAt, ({ body }) => dateTime(body.servedAt)],
          [t.until, ({ legalTo }) => (legalTo ? date(lastDay(legalTo)) : t.noTerm)],
        ]}
      />
      <Family
        title={t.mortgages}
        entries={state.mortgages}
        columns={[
          [t.rank, ({ body }) => body.rank],
          [t.mortgagee, (entry) => names(namesOf(entry, 'mortgagee'))],
          [t.mode, ({ body }) => pick(codeName(DYFS, body.mode))],
          [t.claim, ({ body }) => fill(t.yuan, { amount: money(body.amountFen) }), 'figure'],
          [t.debtTerm, ({ body }) => fill(t.fromTo, { from: body.debtFrom, to: body.debtTo })],
          [t.scope, ({ body }) => word(body.scope)],
          [
            t.transferLimit,
            ({ body: { transferRestricted: limit } }) =>
              limit === null ? t.limitUnknown : limit ? t.limitYes : t.limitNo,
          ],
          [t.proof, (entry) => numberOf(entry, certificates) ?? '—'],
          [t.firstRegistered, ({ body }) => body.registeredOn],
        ]}
      />
      <Family
        title={t.objections}
        entries={state.objections}
        columns={[
          [t.applicant, (entry) => names(namesOf(entry, 'applicant'))],
          [t.matter, ({ body }) => word(body.matter)],
          proof,
          since,
        ]}
      />
      <Family
        title={t.prenotices}
        entries={state.prenotices}
        columns={[
          [t.prenoticeKind, ({ body }) => prenoticeWords(body.kind, t.prenoticeKinds)],
          [t.holder, (entry) => names(namesOf(entry, 'holder'))],
          [t.obligor, (entry) => names(namesOf(entry, 'obligor'))],
          [
            t.price,
            ({ body }) =>
              typeof body.priceFen === 'number' ? fill(t.yuan, { amount: money(body.priceFen) }) : '—',
            'figure',
          ],
          proof,
          since,
        ]}
      />
      <Family
        title={t.restrictions}
        entries={state.restrictions}
        columns={[
          [t.organ, ({ body }) => word(body.organ)],
          [t.document, ({ body }) => word(body.document)],
          [t.what, ({ body }) => word(body.matter)],
          since,
        ]}
      />
    </section>
  )
}

function Family<E extends { id: string }>({
  title,
  entries,
  columns,
}: {
  title: string
  entries: readonly E[]
  columns: readonly Column<E>[]
}) {
  const t = useTexts(registerTexts)
  if (entries.length === 0) {
    return (
      <p className="mb-family-none">
        <b>{title}</b> {t.none}
      </p>
    )
  }
  return (
    <div className="mb-family">
      <table className="mb-plain">
        <caption>
          {title} <small>{entries.length}</small>
        </caption>
        <thead>
          <tr>
            {columns.map(([head, , figure]) => (
              <th key={head} scope="col" className={figure && 'mb-figure'}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              {columns.map(([head, cell, figure]) => (
                <td key={head} className={figure && 'mb-figure'}>
                  {cell(entry)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** 预告登记种类 (YGDJZL) in words; an unknown code is shown as it is. */
function prenoticeWords(code: unknown, words: Record<'k1' | 'k2' | 'k3' | 'k4', string>): string {
  const key = `k${String(code)}`
  return key in words ? words[key as keyof typeof words] : String(code ?? '—')
}
