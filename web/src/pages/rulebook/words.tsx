import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { Facts } from '../../ui/Facts.tsx'
import { ruleTexts } from './texts.ts'
import type { Question, RuleLine, Said } from './types.ts'

const colours = { in_force: 'green', repealed: 'grey', coming: 'amber' } as const

/** How a rule stands on the day asked, and what is to come. */
export function RuleState({ of }: { of: RuleLine }) {
  const t = useTexts(ruleTexts)
  return (
    <div className="mb-wrap">
      <span className={`mb-status mb-status-${colours[of.state]}`}>{t.states[of.state]}</span>{' '}
      {fill(t.versionNo, { no: of.no })}
      <div className="mb-soft">
        {of.repealedOn ? fill(t.repealedOn, { day: of.repealedOn }) : fill(t.since, { day: of.fromOn })}
        {of.next &&
          ` · ${fill(of.next.action === 'repeal' ? t.nextRepeal : t.nextAmend, { no: of.next.no, day: of.next.fromOn })}`}
      </div>
    </div>
  )
}

/** The day by which a rule is to be reviewed again, as the office counts days. */
export function reviewDue({ reviewedAt, reviewDays, fromOn }: RuleLine): string | null {
  const last = reviewedAt
    ? new Date(Date.parse(reviewedAt) + 8 * 3_600_000).toISOString().slice(0, 10)
    : fromOn
  const from = last > fromOn ? last : fromOn
  return new Date(Date.parse(`${from}T00:00:00Z`) + (reviewDays - 1) * 86_400_000).toISOString().slice(0, 10)
}

/** What a version or a proposal says of itself beside its text. */
export function RuleFacts({
  of,
  more = [],
}: {
  of: Said
  more?: readonly (readonly [string, React.ReactNode])[]
}) {
  const t = useTexts(ruleTexts)
  const pick = usePick()
  return (
    <Facts
      items={[
        [t.kind, t.kinds[of.kind]],
        [t.code, of.code],
        [t.keeper, of.keeperZh && pick({ zh: of.keeperZh, en: of.keeperEn ?? of.keeperZh })],
        [
          t.posts,
          of.reviewDays === null
            ? null
            : of.posts.length > 0
              ? of.posts.map(pick).join(t.comma)
              : t.everybody,
        ],
        [t.reviewEvery, of.reviewDays && fill(t.days, { n: of.reviewDays })],
        [t.readWithin, of.readDays && fill(t.readWithinDays, { n: of.readDays })],
        ...more,
      ]}
    />
  )
}

/** The text itself, and its file. */
export function RuleText({ of, fileOf }: { of: Said; fileOf: string }) {
  const t = useTexts(ruleTexts)
  return (
    <>
      {of.body ? <div className="mb-rule-text">{of.body}</div> : of.file && <p>{t.fileOnly}</p>}
      {of.file && (
        <p className="mb-rule-file">
          <a href={`/api/rules/proposals/${fileOf}/file`} target="_blank" rel="noreferrer">
            {t.openFile}
          </a>
        </p>
      )}
    </>
  )
}

/** Questions with their options, as whoever decides reads them: without the answers. */
export function Questions({ of }: { of: Question[] }) {
  const t = useTexts(ruleTexts)
  return (
    <ol className="mb-rule-questions">
      {of.map((one) => (
        <li key={one.question}>
          {one.question}
          <div className="mb-soft">{one.options.join(' / ')}</div>
        </li>
      ))}
      <li className="mb-rule-hidden mb-soft">{t.answersHidden}</li>
    </ol>
  )
}
