import { expect, test } from 'vitest'
import { type Circumstances, duesOf, WorkDays } from './dues.ts'
import { type Done, dueState, type Obligation, type Span, type Subject } from './obligation.ts'

const instant = (text: string) =>
  Temporal.Instant.from(text.includes('T') ? `${text}+08:00` : `${text}T00:00+08:00`)
const day = (text: string) => Temporal.PlainDate.from(text)
const span = (from: string, to: string | null = null): Span => ({
  from: instant(from),
  to: to ? instant(to) : null,
})
const done = (at: string, of = 'she', id = `act ${at}`): Done => ({
  id,
  at: instant(at),
  of,
  district: 'haishu',
})
/** Saturdays and Sundays off, and the days named; a weekend day named as work is a make-up day. */
const week = (off: string[] = [], work: string[] = []) =>
  new WorkDays(day('2025-01-01'), day('2028-01-01'), (one) => {
    const text = one.toString()
    return work.includes(text) || (one.dayOfWeek < 6 && !off.includes(text))
  })
type Terms = Pick<Obligation, 'every' | 'due' | 'graceDays' | 'leastShare' | 'substitutes'>
const monthly: Terms = { every: 'month', due: 'close', graceDays: 3, leastShare: 0, substitutes: true }
const daily: Terms = { every: 'day', due: 'end', graceDays: 0, leastShare: 0, substitutes: false }
const quarterly: Terms = { every: 'quarter', due: 'end', graceDays: 0, leastShare: 0.3, substitutes: true }
const password: Terms = { every: { days: 90 }, due: 'end', graceDays: 0, leastShare: 0, substitutes: false }

/** Looked at every 31 days, from 10 April on every 10. */
const paced: Partial<Subject> = {
  paces: [
    { days: 31, since: null },
    { days: 10, since: instant('2026-04-10') },
  ],
}

interface Story {
  terms?: Terms
  subject?: Partial<Subject>
  done?: Done[]
  at?: string
  since?: string
  days?: WorkDays
  ahead?: number
}
/** How the duties of somebody stand: first day of the period, state, and when due if that is not plain. */
function stands({
  terms = monthly,
  subject = {},
  done: acts = [],
  at = '2026-06-15T12:00',
  since = '2026-01-15',
  days = week(),
  ahead,
}: Story): string[] {
  const her: Subject = { id: 'she', name: { zh: '她', en: 'she' }, spans: [span('2025-06-01')], ...subject }
  const circumstances: Circumstances = {
    since: day(since),
    at: instant(at),
    days,
    close: Temporal.PlainTime.from('17:00'),
    ...(ahead ? { ahead } : {}),
  }
  return duesOf(terms, her, acts, circumstances).map(
    (due) => `${due.from} ${due.lapsed ?? dueState(due, circumstances.at)}`,
  )
}
const from = (month: number, ...states: string[]) =>
  states.map((state, i) => `2026-${String(month + i).padStart(2, '0')}-01 ${state}`)

// January and February 2026: due at close of the last working day, three working days of grace: to 4 February, to 4 March.
test.each<[string, Story, string[]]>([
  ['nothing done, in the middle', { at: '2026-01-20T09:00' }, from(1, 'pending')],
  [
    'nothing done, at the last moment of the grace',
    { at: '2026-02-04T17:00' },
    from(1, 'pending', 'pending'),
  ],
  ['nothing done, a second later', { at: '2026-02-04T17:00:01' }, from(1, 'overdue', 'pending')],
  ['done in the month', { done: [done('2026-01-20T10:00')], at: '2026-02-10' }, from(1, 'done', 'pending')],
  [
    'done at the first moment of the month in Shanghai',
    { done: [done('2026-01-01T00:00')], at: '2026-01-20' },
    from(1, 'done'),
  ],
  [
    'done a second before the month',
    { done: [done('2025-12-31T23:59:59')], at: '2026-01-20' },
    from(1, 'pending'),
  ],
  [
    'done in the grace: that is January’s and not February’s too',
    { done: [done('2026-02-03T10:00')], at: '2026-03-10' },
    from(1, 'done', 'overdue', 'pending'),
  ],
  [
    'done in January and in its grace: each month has its own',
    { done: [done('2026-01-20T10:00'), done('2026-02-03T10:00')], at: '2026-03-10' },
    from(1, 'done', 'done', 'pending'),
  ],
  [
    'done too late: it ends the old one, and is the new one’s',
    { done: [done('2026-02-20T10:00')], at: '2026-03-10' },
    from(1, 'done_late', 'done', 'pending'),
  ],
  [
    'done by somebody else',
    { done: [done('2026-01-20T10:00', 'he')], at: '2026-02-10' },
    from(1, 'overdue', 'pending'),
  ],
  [
    'done by who covers for her, while covering',
    {
      subject: { covers: [{ ...span('2026-01-19', '2026-01-22'), by: 'he' }] },
      done: [done('2026-01-20T10:00', 'he')],
      at: '2026-02-10',
    },
    from(1, 'done', 'pending'),
  ],
  [
    'done by who covered for her, afterwards',
    {
      subject: { covers: [{ ...span('2026-01-10', '2026-01-15'), by: 'he' }] },
      done: [done('2026-01-20T10:00', 'he')],
      at: '2026-02-10',
    },
    from(1, 'overdue', 'pending'),
  ],
  [
    'covered, where nobody may stand in',
    {
      terms: { ...monthly, substitutes: false },
      subject: { covers: [{ ...span('2026-01-01'), by: 'he' }] },
      done: [done('2026-01-20T10:00', 'he')],
      at: '2026-02-10',
    },
    from(1, 'overdue', 'pending'),
  ],
  [
    'on leave for the whole month',
    { subject: { away: [span('2025-12-29', '2026-02-01')] }, at: '2026-02-10' },
    from(1, 'leave', 'pending'),
  ],
  [
    'two leaves that overlap and make the whole month',
    {
      subject: { away: [span('2025-12-29', '2026-01-20'), span('2026-01-12', '2026-02-02')] },
      at: '2026-02-10',
    },
    from(1, 'leave', 'pending'),
  ],
  [
    'on leave as it falls due: due when back',
    { subject: { away: [span('2026-01-26', '2026-02-12')] }, at: '2026-02-11' },
    from(1, 'pending', 'pending'),
  ],
  [
    'back from leave and a day on',
    { subject: { away: [span('2026-01-26', '2026-02-12')] }, at: '2026-02-12T17:01' },
    from(1, 'overdue', 'pending'),
  ],
  [
    'on leave without an end',
    { subject: { away: [span('2026-01-26')] }, at: '2026-02-11' },
    from(1, 'leave', 'leave'),
  ],
  [
    'half a day off is no leave',
    { subject: { away: [span('2026-02-04T12:00', '2026-02-05T08:00')] }, at: '2026-02-04T17:01' },
    from(1, 'overdue', 'pending'),
  ],
  [
    'left before it fell due',
    { subject: { spans: [span('2025-06-01', '2026-01-28T12:00')] }, at: '2026-02-10' },
    from(1, 'left'),
  ],
  [
    'left after it fell due: it stays overdue',
    { subject: { spans: [span('2025-06-01', '2026-02-09')] }, at: '2026-02-10' },
    from(1, 'overdue', 'left'),
  ],
  [
    'joined in the last days',
    { subject: { spans: [span('2026-01-30')] }, at: '2026-02-10' },
    from(1, 'overdue', 'pending'),
  ],
  [
    'came on the day after',
    { subject: { spans: [span('2026-02-01')] }, at: '2026-02-10' },
    from(2, 'pending'),
  ],
  [
    'moved between two posts under the duty: owes once',
    {
      subject: { spans: [span('2025-06-01', '2026-01-12'), span('2026-01-12')] },
      done: [done('2026-01-20T10:00')],
      at: '2026-02-10',
    },
    from(1, 'done', 'pending'),
  ],
  [
    'two posts at once: owes once',
    {
      subject: { spans: [span('2025-06-01'), span('2026-01-01')] },
      done: [done('2026-01-20T10:00')],
      at: '2026-02-10',
    },
    from(1, 'done', 'pending'),
  ],
  [
    'another name for it in the middle changes nothing',
    { subject: { name: { zh: '新名', en: 'new name' } }, done: [done('2026-01-20T10:00')], at: '2026-02-10' },
    from(1, 'done', 'pending'),
  ],
  [
    'released before it fell due',
    {
      subject: {
        exempt: [{ from: day('2026-01-01'), to: day('2026-02-01'), approvedAt: instant('2026-01-30') }],
      },
      at: '2026-02-10',
    },
    from(1, 'exempt', 'pending'),
  ],
  [
    'released when it was overdue already',
    {
      subject: {
        exempt: [{ from: day('2026-01-01'), to: day('2026-02-01'), approvedAt: instant('2026-02-05') }],
      },
      at: '2026-02-10',
    },
    from(1, 'overdue', 'pending'),
  ],
  [
    'released, and done all the same',
    {
      subject: {
        exempt: [{ from: day('2026-01-01'), to: day('2026-02-01'), approvedAt: instant('2026-01-02') }],
      },
      done: [done('2026-01-20T10:00')],
      at: '2026-02-10',
    },
    from(1, 'done', 'pending'),
  ],
  [
    'the calendar made 2 and 3 February holidays afterwards',
    { days: week(['2026-02-02', '2026-02-03']), at: '2026-02-05T17:00' },
    from(1, 'pending', 'pending'),
  ],
  [
    'a make-up Saturday shortens the grace',
    { days: week([], ['2026-01-31', '2026-02-01']), at: '2026-02-03T17:00:01' },
    from(1, 'overdue', 'pending'),
  ],
])('each month: %s', (_, story, expected) => {
  expect(stands(story)).toEqual(expected)
})

test.each<[string, Story, string[]]>([
  [
    'a day off owes nothing',
    { at: '2026-01-18T12:00', since: '2026-01-15' },
    ['2026-01-15 overdue', '2026-01-16 overdue'],
  ],
  [
    'a make-up Saturday owes it',
    { at: '2026-01-17T12:00', since: '2026-01-16', days: week([], ['2026-01-17']) },
    ['2026-01-16 overdue', '2026-01-17 pending'],
  ],
  [
    'done just before midnight',
    { at: '2026-01-16T12:00', done: [done('2026-01-15T23:59:59')] },
    ['2026-01-15 done', '2026-01-16 pending'],
  ],
  [
    'done after midnight: late for yesterday, and today’s',
    { at: '2026-01-16T12:00', done: [done('2026-01-16T00:10')] },
    ['2026-01-15 done_late', '2026-01-16 done'],
  ],
  [
    'with a day of grace, after midnight is yesterday’s and not today’s',
    { terms: { ...daily, graceDays: 1 }, at: '2026-01-16T12:00', done: [done('2026-01-16T00:10')] },
    ['2026-01-15 done', '2026-01-16 pending'],
  ],
  [
    'the calendar took the day off afterwards',
    { at: '2026-01-16T12:00', days: week(['2026-01-15']) },
    ['2026-01-16 pending'],
  ],
])('each day: %s', (_, story, expected) => {
  expect(stands({ terms: daily, ...story })).toEqual(expected)
})

test.each<[string, Story, string[]]>([
  ['nothing done in the quarter', { at: '2026-04-01T00:00' }, ['2026-01-01 pending', '2026-04-01 pending']],
  ['a second after it', { at: '2026-04-01T00:00:01' }, ['2026-01-01 overdue', '2026-04-01 pending']],
  [
    'joined too late in it to owe it',
    { subject: { spans: [span('2026-03-16')] }, at: '2026-04-02' },
    ['2026-04-01 pending'],
  ],
  [
    'joined early enough',
    { subject: { spans: [span('2026-02-16')] }, at: '2026-04-02' },
    ['2026-01-01 overdue', '2026-04-01 pending'],
  ],
  [
    'away for most of it',
    { subject: { away: [span('2026-01-05', '2026-03-20')] }, at: '2026-04-02' },
    ['2026-01-01 leave', '2026-04-01 pending'],
  ],
])('each quarter, owed with three tenths of it: %s', (_, story, expected) => {
  expect(stands({ terms: quarterly, ...story })).toEqual(expected)
})

test.each<[string, Story, string[]]>([
  [
    'since she stands',
    { at: '2026-01-20', subject: { spans: [span('2025-12-01')] } },
    ['2025-12-01 pending'],
  ],
  [
    'never changed',
    { at: '2026-03-01T00:01', subject: { spans: [span('2025-12-01')] } },
    ['2025-12-01 overdue'],
  ],
  [
    'on the last day',
    { at: '2026-02-28T23:59', subject: { spans: [span('2025-12-01')] } },
    ['2025-12-01 pending'],
  ],
  [
    'changed before the duty was in force',
    { at: '2026-03-20T00:01', done: [done('2025-12-20T10:00')] },
    ['2025-12-20 overdue'],
  ],
  [
    'changed again and again',
    {
      at: '2026-06-15',
      done: [done('2026-01-10T10:00'), done('2026-03-01T10:00'), done('2026-05-29T10:00')],
    },
    ['2026-01-10 done', '2026-03-01 done', '2026-05-29 pending'],
  ],
  [
    'changed twice in a day',
    { at: '2026-02-15', done: [done('2026-01-10T10:00'), done('2026-01-10T11:00', 'she', 'second')] },
    ['2026-01-10 pending'],
  ],
  [
    'changed late: the next ninety days begin with it',
    { at: '2026-06-15', done: [done('2026-01-10T10:00'), done('2026-05-01T10:00')] },
    ['2026-01-10 done_late', '2026-05-01 pending'],
  ],
  [
    'on leave as it falls due',
    {
      at: '2026-04-12',
      done: [done('2026-01-10T10:00')],
      subject: { away: [span('2026-04-06', '2026-04-20')] },
    },
    ['2026-01-10 pending'],
  ],
  [
    'back from leave',
    {
      at: '2026-04-20T17:01',
      done: [done('2026-01-10T10:00')],
      subject: { away: [span('2026-04-06', '2026-04-20')] },
    },
    ['2026-01-10 overdue'],
  ],
  [
    'left',
    {
      at: '2026-05-01',
      done: [done('2026-01-10T10:00')],
      subject: { spans: [span('2025-06-01', '2026-03-01')] },
    },
    ['2026-01-10 left'],
  ],
  [
    'left and came back',
    {
      at: '2026-05-01',
      done: [done('2026-01-10T10:00')],
      subject: { spans: [span('2025-06-01', '2026-03-01'), span('2026-04-15')] },
    },
    ['2026-01-10 left', '2026-04-15 pending'],
  ],
])('ninety days after the last time: %s', (_, story, expected) => {
  expect(stands({ terms: password, ...story })).toEqual(expected)
})

test.each<[string, Done[], string, string[]]>([
  ['by the old pace while it was in force', [done('2026-03-01')], '2026-03-31', ['2026-03-01 pending']],
  ['a period keeps the pace it began with', [done('2026-04-05')], '2026-05-01', ['2026-04-05 pending']],
  ['by the new pace from then on', [done('2026-04-12')], '2026-04-22T00:01', ['2026-04-12 overdue']],
  [
    'what was in time by the old pace stays so',
    [done('2026-02-01'), done('2026-02-28'), done('2026-04-15')],
    '2026-04-20',
    ['2026-02-01 done', '2026-02-28 done_late', '2026-04-15 pending'],
  ],
])('an office changes how often: %s', (_, acts, at, expected) => {
  const every31: Terms = { ...password, every: { days: 31 } }
  const since = acts[0]!.at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString()
  const subject = { ...paced, spans: [span(since)] }
  expect(stands({ terms: every31, subject, done: acts, at, since })).toEqual(expected)
})

test('looking ahead tells what will fall, and changes nothing that has begun', () => {
  const acts = [done('2026-01-20T10:00')]
  const now = stands({ at: '2026-02-10', done: acts })
  const ahead = stands({ at: '2026-02-10', done: acts, ahead: 60 })
  expect(ahead).toEqual([...now, '2026-03-01 pending', '2026-04-01 pending'])
})

test('one is reminded so many days before, and not of what is done', () => {
  const due = { dueAt: instant('2026-02-10'), doneAt: null, lapsed: null }
  expect(dueState(due, instant('2026-02-02'), 7)).toBe('pending')
  expect(dueState(due, instant('2026-02-03'), 7)).toBe('soon')
  expect(dueState({ ...due, doneAt: instant('2026-02-01') }, instant('2026-02-03'), 7)).toBe('done')
})

/** A small seeded generator: the same seed tells the same story. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

test('whatever happened: computed day by day or at once, from acts in any order, the past says the same', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const next = chance(seed)
    const some = (n: number) => Math.floor(next() * n)
    const date = () =>
      day('2026-01-01')
        .add({ days: some(360) })
        .toString()
    const spans = Array.from({ length: 1 + some(2) }, () => [date(), date()].sort() as [string, string]).map(
      ([a, b], i) => span(a, i === 0 ? null : `${b}T12:00`),
    )
    const away = Array.from({ length: some(4) }, () => [date(), date()].sort() as [string, string]).flatMap(
      ([a, b]) => (a < b ? [span(a, b)] : []),
    )
    const acts = Array.from({ length: some(30) }, (_, i) =>
      done(`${date()}T0${1 + some(8)}:00`, 'she', `act ${i}`),
    )
    const terms = [monthly, daily, quarterly, password][seed % 4]!
    const story = { terms, subject: { spans, away }, days: week([date(), date()]), since: '2026-01-15' }
    const whole = stands({ ...story, done: acts, at: '2026-12-31T23:00' })
    expect(stands({ ...story, done: [...acts].reverse(), at: '2026-12-31T23:00' })).toEqual(whole)
    // Seen on the way: with what was done by then, whatever was settled by then stays as it was.
    const settled = (one: string) => /(done|overdue|done_late|leave|left|exempt)$/.test(one)
    for (const at of ['2026-03-31T23:00', '2026-07-15T23:00']) {
      const early = stands({ ...story, done: acts, at })
      const later = new Set(whole)
      const changed = early.filter((one) => settled(one) && !later.has(one))
      expect([seed, at, changed.filter((one) => !later.has(one.replace('overdue', 'done_late')))]).toEqual([
        seed,
        at,
        [],
      ])
    }
  }
})

const once: Terms = {
  every: { days: 10, once: true },
  due: 'end',
  graceDays: 0,
  leastShare: 0,
  substitutes: false,
}
test.each<[string, Story, string[]]>([
  ['not yet', { at: '2026-03-11T23:00', subject: { spans: [span('2026-03-02')] } }, ['2026-03-02 pending']],
  ['never', { at: '2026-03-12T00:01', subject: { spans: [span('2026-03-02')] } }, ['2026-03-02 overdue']],
  [
    'on the first day, and never again',
    { at: '2026-06-01', subject: { spans: [span('2026-03-02')] }, done: [done('2026-03-02T09:00')] },
    ['2026-03-02 done'],
  ],
  [
    'too late',
    { at: '2026-06-01', subject: { spans: [span('2026-03-02')] }, done: [done('2026-03-12T09:00')] },
    ['2026-03-02 done_late'],
  ],
  [
    'done before she left, she owes it no more when she is back',
    {
      at: '2026-06-01',
      subject: { spans: [span('2026-03-02', '2026-04-01'), span('2026-05-01')] },
      done: [done('2026-03-05')],
    },
    ['2026-03-02 done', '2026-05-01 done'],
  ],
  [
    'left before it fell due',
    { at: '2026-06-01', subject: { spans: [span('2026-03-02', '2026-03-05')] } },
    ['2026-03-02 left'],
  ],
  [
    'in three days, as this one says',
    {
      at: '2026-03-05T09:00',
      subject: { spans: [span('2026-03-02')], paces: [{ days: 3, since: null }] },
    },
    ['2026-03-02 overdue'],
  ],
  [
    'on leave as it falls due: due when back',
    {
      at: '2026-03-16T09:00',
      subject: { spans: [span('2026-03-02')], away: [span('2026-03-09', '2026-03-16')] },
    },
    ['2026-03-02 pending'],
  ],
  ['not before it begins', { at: '2026-03-01', subject: { spans: [span('2026-03-02')] } }, []],
])('once: %s', (_, story, expected) => {
  expect(stands({ terms: once, ...story })).toEqual(expected)
})
