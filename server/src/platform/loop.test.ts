import { expect, test } from 'vitest'
import { Loop, type Pace } from './loop.ts'

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms))
/** One that only runs when it is woken. */
const asleep: Pace = { gatherMs: 5, restMs: 0, everyMs: 3_600_000 }

/** A loop over work that lasts `ms`, with what it did. */
function working(pace: Pace, ms = 0, answers: (boolean | Error)[] = []) {
  const done = { runs: 0, atOnce: 0, most: 0 }
  const loop = new Loop(async () => {
    done.most = Math.max(done.most, ++done.atOnce)
    await wait(ms)
    done.atOnce--
    const answer = answers[done.runs++] ?? false
    if (answer instanceof Error) throw answer
    return answer
  }, pace)
  return { loop, done, runs: (n: number) => expect.poll(() => done.runs, { timeout: 10_000 }).toBe(n) }
}

test('it runs once when it begins, and woken a hundred times at once it runs once more', async () => {
  const { loop, done, runs } = working(asleep)
  await runs(1)
  for (let i = 0; i < 100; i++) loop.wake()
  await runs(2)
  await wait(50)
  expect(done.runs).toBe(2)
  await loop.stop()
})

test('woken while it runs it runs again afterwards, and never twice at a time', async () => {
  const { loop, done, runs } = working(asleep, 30)
  await expect.poll(() => done.atOnce, { interval: 1 }).toBe(1)
  for (let i = 0; i < 10; i++) loop.wake()
  await runs(2)
  await wait(80)
  expect(done).toMatchObject({ runs: 2, most: 1 })
  await loop.stop()
})

test('work that has more to do goes on without being woken', async () => {
  const { loop, runs } = working({ ...asleep, restMs: 3_600_000 }, 0, [true, true, false])
  await runs(3)
  await loop.stop()
})

test('nobody wakes it, and it runs all the same', async () => {
  const { loop, done } = working({ gatherMs: 0, restMs: 0, everyMs: 5 })
  await expect.poll(() => done.runs).toBeGreaterThan(3)
  await loop.stop()
})

test('a rest is kept however often it is woken', async () => {
  const { loop, done, runs } = working({ gatherMs: 0, restMs: 3_600_000, everyMs: 3_600_000 })
  await runs(1)
  for (let i = 0; i < 20; i++) {
    loop.wake()
    await wait(2)
  }
  expect(done.runs).toBe(1)
  await loop.stop()
})

test('a fault is told until a run is well again, and ends nothing', async () => {
  const { loop, runs } = working(asleep, 0, [new Error('no disk'), false])
  await runs(1)
  await expect.poll(() => loop.fault).toBe('no disk')
  loop.wake()
  await runs(2)
  await expect.poll(() => loop.fault).toBeNull()
  await loop.stop()
})

test('stopped it lets the run under way end, and begins no other', async () => {
  const { loop, done } = working({ gatherMs: 0, restMs: 0, everyMs: 1 }, 20)
  await expect.poll(() => done.atOnce, { interval: 1 }).toBe(1)
  await loop.stop()
  expect(done).toMatchObject({ runs: 1, atOnce: 0 })
  loop.wake()
  await wait(50)
  expect(done.runs).toBe(1)
})
