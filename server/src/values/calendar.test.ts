import { describe, expect, test } from 'vitest'
import { isCalendarRefusal, type WorkingCalendar } from './calendar.ts'
import { deadlineLevel } from './deadline.ts'
import { officialCalendar } from './load.ts'

const calendar = officialCalendar()
const demo = officialCalendar({ allowUnpublished: true })
const day = (text: string) => Temporal.PlainDate.from(text)
/** A moment by the clocks of Ningbo. */
const moment = (text: string) => Temporal.Instant.from(`${text.replace(' ', 'T')}+08:00`)
const clock = (at: Temporal.Instant) =>
  at
    .toZonedDateTimeISO('Asia/Shanghai')
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ')
const counted = (answer: ReturnType<WorkingCalendar['addWorkingDays']>) =>
  isCalendarRefusal(answer) ? answer.code : answer.date.toString()

test.each([
  ['2021-02-05', true, 'an ordinary Friday'],
  ['2021-02-06', false, 'an ordinary Saturday'],
  ['2021-02-07', true, 'a make-up Sunday'],
  ['2021-02-11', false, 'the eve of Spring Festival'],
  ['2021-05-04', false, 'a Tuesday in the May holiday'],
  ['2015-09-03', false, 'the extra day of 2015'],
  ['2020-01-31', false, 'the extension of 2020'],
])('%s is a working day: %s (%s)', (date, working) => {
  expect(calendar.isWorkingDay(day(date))).toBe(working)
})

// E1 is from the worked examples of the domain notes, the rest from the notices.
test.each([
  ['2021-02-05', 5, '2021-02-18', 'E1: make-up Sunday counted, holiday not'],
  ['2021-02-05', 1, '2021-02-07', 'the make-up Sunday is the first day'],
  ['2021-02-05', 7, '2021-02-20', 'the make-up Saturday is counted too'],
  ['2021-02-11', 1, '2021-02-18', 'counting begins inside the holiday'],
  ['2021-04-29', 0, '2021-04-29', 'no days from a working day'],
  ['2021-05-01', 0, '2021-05-06', 'no days from a holiday: the next working day'],
  ['2026-12-30', 1, '2026-12-31', 'the last published day'],
  ['2026-12-30', 2, 'calendar_missing', '2027 is not published'],
  ['2003-06-01', 1, 'calendar_missing', '2003 is before the calendar'],
])('%s and %i working days: %s (%s)', (from, n, to) => {
  expect(counted(calendar.addWorkingDays(day(from), n))).toBe(to)
})

// E2 and E3 of the domain notes.
test.each([
  ['2021-04-19', 15, '2021-05-06', 'E2: the 15th day is in the May holiday'],
  ['2021-06-30', 90, '2021-09-28', 'E3: the 90th day is a Tuesday'],
])('%s and %i calendar days: %s (%s)', (from, n, to) => {
  expect(counted(calendar.addCalendarDays(day(from), n))).toBe(to)
})

test.each([-1, 1.5, Number.NaN])('%d working days is a bug, not an answer', (n) => {
  expect(() => calendar.addWorkingDays(day('2021-02-05'), n)).toThrow(RangeError)
})

test('adding and counting agree over the years', () => {
  for (const start of ['2019-12-20', '2020-01-22', '2023-09-28', '2024-02-08', '2026-01-01']) {
    for (let n = 1; n <= 40; n++) {
      const end = calendar.addWorkingDays(day(start), n)
      if (isCalendarRefusal(end)) throw new Error(end.message.en)
      expect(calendar.isWorkingDay(end.date)).toBe(true)
      expect(calendar.workingDaysBetween(day(start), end.date)).toEqual({ days: n, provisional: false })
    }
  }
})

test('the refusal names the year, the clause and what to do, in both languages', () => {
  const answer = calendar.isWorkingDay(day('2027-03-01'))
  if (!isCalendarRefusal(answer)) throw new Error('2027 was answered')
  expect(answer).toMatchObject({ code: 'calendar_missing', status: 409, clause: 'CC 203' })
  expect(answer.message.zh).toContain('2027 年')
  expect(answer.message.en).toContain('2027')
})

describe('a demo past the published years', () => {
  test('counts ordinary weeks and says so', () => {
    expect(demo.addWorkingDays(day('2026-12-30'), 3)).toEqual({ date: day('2027-01-04'), provisional: true })
    expect(demo.workingDaysBetween(day('2026-12-31'), day('2027-01-04'))).toEqual({
      days: 2,
      provisional: true,
    })
    expect(demo.dueDates(moment('2026-11-23 10:00'), { legalDays: 30, promisedDays: 3 })).toMatchObject({
      provisional: true,
    })
  })
  test('does not mark what was published', () => {
    expect(demo.addWorkingDays(day('2021-02-05'), 5)).toEqual({ date: day('2021-02-18'), provisional: false })
  })
})

const due = (at: string, legalDays: number, promisedDays: number) => {
  const answer = calendar.dueDates(moment(at), { legalDays, promisedDays })
  return isCalendarRefusal(answer) ? answer.code : [clock(answer.legal), clock(answer.promised)]
}

test('a case is due at the close of business of the last day', () => {
  expect(due('2021-02-05 09:30', 30, 5)).toEqual(['2021-03-24 17:00', '2021-02-18 17:00'])
})
test('the hour of acceptance does not matter, the day in Ningbo does', () => {
  expect(due('2021-03-01 00:30', 5, 1)).toEqual(due('2021-03-01 23:30', 5, 1))
})
test('at once means today, and the next working day once offices have closed', () => {
  expect(due('2021-04-30 09:00', 1, 0)).toEqual(['2021-05-06 17:00', '2021-04-30 17:00'])
  expect(due('2021-04-30 17:30', 1, 0)).toEqual(['2021-05-06 17:00', '2021-05-06 17:00'])
})
test('a legal limit that reaches an unpublished year is refused', () => {
  expect(due('2026-12-01 09:00', 30, 3)).toBe('calendar_missing')
})

test.each([
  ['2021-04-26 09:00', '2021-04-26 16:00', '2021-04-29 17:00', 'taken up the same day: nothing moves'],
  ['2021-04-26 09:00', '2021-04-28 09:00', '2021-05-06 17:00', 'two days, and the holiday is jumped'],
  ['2021-04-30 09:00', '2021-05-05 09:00', '2021-04-29 17:00', 'stood still in the holiday only'],
  ['2021-04-23 09:00', '2021-04-25 09:00', '2021-04-30 17:00', 'a make-up Sunday counts'],
])('stood from %s to %s: due 2021-04-29 becomes %s (%s)', (from, to, expected) => {
  const before = { legal: moment('2021-06-01 17:00'), promised: moment('2021-04-29 17:00') }
  const after = calendar.extend(before, { from: moment(from), to: moment(to) })
  if (isCalendarRefusal(after)) throw new Error(after.message.en)
  expect(clock(after.promised)).toBe(expected)
})

test.each([
  ['2021-02-09 09:00', 'green', 'two working days before'],
  ['2021-02-10 09:00', 'amber', 'the next working day is the last'],
  ['2021-02-14 09:00', 'amber', 'in the holiday before it'],
  ['2021-02-18 17:00', 'amber', 'the last moment'],
  ['2021-02-18 17:01', 'red', 'a minute late'],
])('a case due 2021-02-18 17:00 is at %s %s (%s)', (at, level) => {
  expect(deadlineLevel(moment('2021-02-18 17:00'), moment(at), calendar)).toBe(level)
})

test('where the coming days are not published a deadline asks for attention', () => {
  expect(deadlineLevel(moment('2027-02-01 17:00'), moment('2026-12-31 09:00'), calendar)).toBe('amber')
  expect(deadlineLevel(moment('2027-02-01 17:00'), moment('2026-12-31 09:00'), demo)).toBe('green')
})
