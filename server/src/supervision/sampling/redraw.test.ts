import { beforeAll, expect, test } from 'vitest'
import { madeSampleFile } from '../../../test/sample-file.ts'
import { sha256 } from '../../kernel/evidence-fields.ts'
import { type RedrawReport, redraw, type SampleFile, UnreadableSample } from './redraw.ts'

let good: SampleFile
beforeAll(async () => {
  good = await madeSampleFile()
})

const again = (file: unknown): Promise<RedrawReport> => redraw(JSON.stringify(file), sha256)
/** What is said of a file: the part that cannot be read, or the steps that do not hold. */
async function said(file: unknown): Promise<string> {
  try {
    const { ok, steps } = await again(file)
    const wrong = steps.filter((one) => one.ok === false)
    expect(ok).toBe(wrong.length === 0)
    for (const one of wrong) expect(one.differs.length, one.step).toBeGreaterThan(0)
    return wrong.map((one) => one.step).join(' ')
  } catch (error) {
    if (error instanceof UnreadableSample) return `unreadable ${error.part}`
    throw error
  }
}
const changed = (change: (file: SampleFile) => void): SampleFile => {
  const copy = structuredClone(good)
  change(copy)
  return copy
}

test('a good file is drawn again, with its plan and when a witness first signed it', async () => {
  const report = await again(good)
  expect(report).toMatchObject({
    ok: true,
    candidates: 30,
    witnesses: ['w'],
    witnessedAt: '2026-03-09T02:00:00.000Z',
    plan: { size: 6, valueOn: '2026-03-12' },
  })
  expect(report.sample).toEqual(good.sample)
  expect(report.steps.map((one) => one.ok)).toEqual(Array(8).fill(true))
})

test.each<[string, (file: SampleFile) => void, string]>([
  [
    'another value',
    (file) => {
      file.value = '03 08 17 22 25 31 10'
    },
    'seed sample',
  ],
  [
    'another seed',
    (file) => {
      file.seed = '0'.repeat(64)
    },
    'seed',
  ],
  [
    'another in the sample',
    (file) => {
      file.sample[0]!.id = file.frame.T01!.find((id) => !file.sample.some((one) => one.id === id))!
    },
    'sample',
  ],
  [
    'one left out of the sample',
    (file) => {
      file.sample.pop()
    },
    'sample',
  ],
  [
    'one twice in the sample',
    (file) => {
      file.sample.push(file.sample[0]!)
    },
    'sample',
  ],
  [
    'a candidate taken out of the frame',
    (file) => {
      file.frame.T01!.pop()
    },
    'frame strata',
  ],
  [
    'a candidate moved to another stratum',
    (file) => {
      file.frame.Z01!.push(file.frame.T01!.pop()!)
    },
    'frame strata',
  ],
  [
    'a candidate exchanged',
    (file) => {
      file.frame.T01![0] = '00000000-0000-7000-8000-0000000000ff'
    },
    'frame',
  ],
  [
    'another size in the plan',
    (file) => {
      file.plan.fields[0]!.value = file.plan.fields[0]!.value.replace('"size":6', '"size":7')
    },
    'plan strata sample',
  ],
  [
    'another day in the plan',
    (file) => {
      file.plan.fields[0]!.value = file.plan.fields[0]!.value.replace('2026-03-12', '2026-03-13')
    },
    'plan',
  ],
  [
    'another office',
    (file) => {
      file.district = 'yuyao'
    },
    'plan',
  ],
  [
    'another sampling',
    (file) => {
      file.sampling = '01a20814-963e-7000-8000-00000000000f'
    },
    'plan before frame strata sample',
  ],
  [
    'a policy without witnesses',
    (file) => {
      file.plan.policy = file.plan.policy.replace(/quorum .*/, 'quorum none').replace(/witness .*\n/, '')
    },
    '',
  ],
  [
    'the witness taken away',
    (file) => {
      file.plan.proof = file.plan.proof.replace(/— test.example\/witness .*\n/, '')
    },
    'quorum',
  ],
  [
    'another format',
    (file) => {
      Object.assign(file, { format: 'mingbu-sample/2' })
    },
    'unreadable format',
  ],
  [
    'something beside',
    (file) => {
      Object.assign(file.plan, { hint: 'x' })
    },
    'unreadable plan.hint',
  ],
])('%s is named', async (_, change, steps) => {
  expect(await said(changed(change))).toBe(steps)
})

test('a plan that a witness first saw on the day of the value does not hold', async () => {
  const late = await madeSampleFile({ witnessedAt: '2026-03-11T16:00:00Z' })
  expect(await said(late)).toBe('before')
  const early = await madeSampleFile({ witnessedAt: '2026-03-11T15:59:59Z' })
  expect(await said(early)).toBe('')
})

test('without a witness in the policy the order cannot be told from the file, and it says so', async () => {
  const file = changed((one) => {
    one.plan.policy = one.plan.policy.replace(/quorum .*/, 'quorum none').replace(/witness .*\n/, '')
  })
  const { steps, witnessedAt } = await again(file)
  expect(steps.find((one) => one.step === 'before')).toEqual({ step: 'before', ok: null, differs: [] })
  expect(witnessedAt).toBeNull()
})

/** Every place of a file that holds a text or a number, by its path. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, inner]) =>
    places(inner, [...path, Array.isArray(value) ? Number(name) : name]),
  )
}

test('each text and each number of the file, changed by one sign, is refused by name or differs by name', async () => {
  const all = places(good)
  expect(all.length).toBeGreaterThan(60)
  for (const path of all) {
    const bad = structuredClone(good)
    const last = path.at(-1)!
    // biome-ignore lint/suspicious/noExplicitAny: any part of the file
    const holder = path.slice(0, -1).reduce<any>((at, name) => at[name], bad)
    const before = holder[last]
    // Near the end of a text lies what the changed sign of a hash, a signature or an id says.
    holder[last] =
      typeof before === 'number'
        ? before + 1
        : before.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (sign: string) => (sign === '1' ? '2' : '1'))
    expect(holder[last], path.join('.')).not.toBe(before)
    expect(await said(bad), path.join('.')).not.toBe('')
    const gone = structuredClone(good)
    // biome-ignore lint/suspicious/noExplicitAny: any part of the file
    const from = path.slice(0, -1).reduce<any>((at, name) => at[name], gone)
    if (Array.isArray(from)) from.splice(Number(last), 1)
    else delete from[last]
    expect(await said(gone), `without ${path.join('.')}`).not.toBe('')
  }
})

test.each(['', '[]', 'null', '{}', '{"format":"mingbu-sample/1"}', '\u0000'])(
  '%j is no file of a sample',
  async (text) => {
    await expect(redraw(text, sha256)).rejects.toThrow(UnreadableSample)
  },
)
