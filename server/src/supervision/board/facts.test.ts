import { expect, test } from 'vitest'
import { random } from '../../city/prng.ts'
import { stretchesOf } from './facts.ts'

const none = { from: null, before: null }

test.each([
  ['everything until now', null, null, none, { from: '-infinity', before: 'infinity' }, none],
  [
    'since the middle of a month',
    '2026-03-10',
    null,
    { from: '2026-03-10', before: '2026-04-01' },
    { from: '2026-04-01', before: 'infinity' },
    none,
  ],
  [
    'until the middle of a month',
    null,
    '2026-03-10',
    none,
    { from: '-infinity', before: '2026-03-01' },
    { from: '2026-03-01', before: '2026-03-11' },
  ],
  ['within a month', '2026-03-02', '2026-03-30', { from: '2026-03-02', before: '2026-03-31' }, none, none],
  [
    'over the end of a month',
    '2026-03-31',
    '2026-04-29',
    { from: '2026-03-31', before: '2026-04-30' },
    none,
    none,
  ],
])('the stretches of %s', (_, from, to, head, months, tail) => {
  expect(stretchesOf({ from, to })).toEqual({ head, months, tail })
})

test('every day of a period is in one of its stretches, months are whole, and no other day is in any', () => {
  const draw = random(6)
  const start = Temporal.PlainDate.from('2024-01-01')
  for (let i = 0; i < 100; i++) {
    const from = start.add({ days: draw.below(700) })
    const to = from.add({ days: draw.below(120) })
    const { head, months, tail } = stretchesOf({ from: from.toString(), to: to.toString() })
    for (const one of [months.from, months.before]) expect(one ?? '2026-01-01').toMatch(/-01$/)
    for (
      let day = from.subtract({ days: 40 });
      Temporal.PlainDate.compare(day, to.add({ days: 40 })) <= 0;
      day = day.add({ days: 1 })
    ) {
      const at = day.toString()
      const times = [head, months, tail].filter(
        (one) => one.from !== null && at >= one.from && at < one.before!,
      ).length
      expect(times, `${at} in ${from}/${to}`).toBe(at >= from.toString() && at <= to.toString() ? 1 : 0)
    }
  }
})
