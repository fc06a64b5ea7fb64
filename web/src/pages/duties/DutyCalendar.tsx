import { LeftOutlined, PrinterOutlined, RightOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Segmented, Space } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { uiTexts } from '../../ui/texts.ts'
import './calendar.css'
import { dutiesTexts } from './texts.ts'
import type { CalendarDay, CalendarEntry, DutiesSearch, DutyMonth, MyDutiesSearch } from './types.ts'

const colours = {
  done: 'green',
  done_late: 'amber',
  pending: 'grey',
  overdue: 'red',
  lapsed: 'grey',
  forecast: 'none',
} as const

/** List or calendar. */
export function ViewSwitch({
  view,
  onView,
}: {
  view: 'calendar' | undefined
  onView: (view: 'calendar' | undefined) => void
}) {
  const t = useTexts(dutiesTexts)
  return (
    <Segmented<'list' | 'calendar'>
      aria-label={t.view}
      value={view ?? 'list'}
      onChange={(value) => onView(value === 'calendar' ? value : undefined)}
      options={(['list', 'calendar'] as const).map((value) => ({ value, label: t.views[value] }))}
    />
  )
}

/** What `/duties` or `/my-duties` shows of an entry when it is followed. */
type Target = { to: '/duties'; search: DutiesSearch } | { to: '/my-duties'; search: MyDutiesSearch }

/** 职责日历: a month with its working days and holidays, and what is due on each day. */
export function DutyCalendar({
  path,
  params,
  month,
  onMonth,
  targetOf,
  office,
}: {
  path: 'duties/calendar' | 'duties/mine/calendar'
  params: Record<string, string | undefined>
  month: string | undefined
  onMonth: (month: string) => void
  targetOf: (entry: CalendarEntry) => Target
  office: boolean
}) {
  const t = useTexts(dutiesTexts)
  const common = useTexts(uiTexts)
  const found = useApi<DutyMonth>(path, { ...params, month })
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.views.calendar} />
  const { data } = found
  const first = Date.UTC(Number(data.month.slice(0, 4)), Number(data.month.slice(5)) - 1)
  const beside = (by: number) => {
    const date = new Date(first)
    date.setUTCMonth(date.getUTCMonth() + by)
    return date.toISOString().slice(0, 7)
  }
  // Weeks begin on Monday.
  const lead = (new Date(first).getUTCDay() + 6) % 7
  const cells: (CalendarDay | null)[] = [...Array.from({ length: lead }, () => null), ...data.days]
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, i) =>
    Array.from({ length: 7 }, (_, j) => cells[i * 7 + j] ?? null),
  )
  return (
    <section className="mb-panel" aria-label={t.views.calendar}>
      <Space wrap className="mb-calendar-bar">
        <Button icon={<LeftOutlined aria-hidden />} onClick={() => onMonth(beside(-1))}>
          {t.earlier}
        </Button>
        <h2 aria-live="polite">{data.month}</h2>
        <Button onClick={() => onMonth(beside(1))}>
          {t.later} <RightOutlined aria-hidden />
        </Button>
        <Button onClick={() => onMonth(data.today.slice(0, 7))}>{t.thisMonth}</Button>
        <Button icon={<PrinterOutlined aria-hidden />} onClick={() => print()}>
          {common.print}
        </Button>
      </Space>
      <p className="mb-soft">
        {data.until ? fill(t.untilHint, { until: data.until }) : office ? t.chooseOffice : ''}
      </p>
      <table className="mb-calendar">
        <thead>
          <tr>
            {(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).map((name) => (
              <th key={name} scope="col">
                {t.weekdays[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week, i) => (
            <tr key={week.find((one) => one)?.day ?? i}>
              {week.map((one, j) =>
                one ? (
                  <Day
                    key={one.day}
                    of={one}
                    now={one.day === data.today}
                    entries={data.entries.filter((entry) => entry.day === one.day)}
                    targetOf={targetOf}
                  />
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: an empty place has no other name
                  <td key={j} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Day({
  of,
  now,
  entries,
  targetOf,
}: {
  of: CalendarDay
  now: boolean
  entries: CalendarEntry[]
  targetOf: (entry: CalendarEntry) => Target
}) {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  return (
    <td className={`mb-calendar-${of.is}`} {...(now ? { 'aria-current': 'date' } : {})}>
      <div className="mb-calendar-day">
        <b>{Number(of.day.slice(8))}</b>{' '}
        <span>
          {now ? `${t.today} ` : ''}
          {of.is === 'work' ? '' : t.dayKinds[of.is]}
        </span>
      </div>
      {entries.map((entry) => (
        <Link
          key={`${entry.kind} ${entry.state}`}
          {...targetOf(entry)}
          className={`mb-calendar-entry mb-status-${colours[entry.state]}`}
        >
          {pick(entry.title)}
          <small>
            {t.states[entry.state]} · {entry.name ? pick(entry.name) : fill(t.many, { count: entry.count })}
          </small>
        </Link>
      ))}
    </td>
  )
}
