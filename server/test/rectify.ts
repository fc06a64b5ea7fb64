import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { storeFile } from '../src/cases/acts.ts'
import type { AnyAct } from '../src/kernel/act.ts'
import {
  checkFix,
  closeFinding,
  giveNotice,
  makePlan,
  reportFix,
} from '../src/supervision/rectification/acts.ts'
import type { Someone, TestWorld } from './world.ts'

/** Who gives notice, who answers for it, who checks and closes: three persons of one office. */
export interface Hands {
  lead: Someone
  responsible: Someone
  checker: Someone
}

const states = ['noticed', 'planned', 'fixed', 'verified', 'closed'] as const
export type WorkedState = (typeof states)[number]

/** A working day of the world’s own calendar, so many working days ahead. */
export async function workingDay(world: TestWorld, ahead: number): Promise<string> {
  const [row] = await world.superuser<{ today: string }>(`select kernel.day_of(kernel.now())::text as today`)
  const counted = world.deps.calendar.addWorkingDays(Temporal.PlainDate.from(row!.today), ahead)
  if (!('date' in counted)) throw new Error(counted.message.en)
  return counted.date.toString()
}

/** A file that shows what was done, uploaded by whoever did it. */
export async function evidence(world: TestWorld, who: Someone): Promise<string> {
  const bytes = `%PDF-1.7\n% ${randomUUID()}\n%%EOF\n`
  const taken = await world.deps.files.take(Readable.from([bytes]), 'application/pdf')
  if (typeof taken === 'string') throw new Error(taken)
  await must(world, who, storeFile, { file: taken.sha256, media: taken.type, bytes: taken.size })
  return taken.sha256
}

async function must(world: TestWorld, who: Someone, act: AnyAct, input: object): Promise<void> {
  const outcome = await world.as(who, act, input)
  if (!outcome.ok)
    throw new Error(
      `${act.type} by ${who.username}: ${outcome.refusal.code} ${JSON.stringify(outcome.refusal.fields ?? '')}`,
    )
}

/** Takes a finding on to a state, one act after another; `after` is the state it stands in. */
export async function workOff(
  world: TestWorld,
  findingId: string,
  { lead, responsible, checker }: Hands,
  {
    to,
    after = null,
    district = 'haishu',
  }: { to: WorkedState; after?: WorkedState | null; district?: string },
): Promise<void> {
  const of = { district, findingId }
  const steps: Record<WorkedState, () => Promise<void>> = {
    noticed: async () =>
      must(world, lead, giveNotice, {
        ...of,
        responsibleId: responsible.id,
        requirement: '查明原因并整改',
        planDue: await workingDay(world, 3),
      }),
    planned: async () =>
      must(world, responsible, makePlan, {
        ...of,
        measures: '逐本核对',
        deadline: await workingDay(world, 10),
      }),
    fixed: async () =>
      must(world, responsible, reportFix, {
        ...of,
        done: '已逐本核对并补登',
        files: [await evidence(world, responsible)],
      }),
    verified: () => must(world, checker, checkFix, { ...of, good: true, word: '现场核实属实' }),
    closed: () => must(world, checker, closeFinding, { ...of, word: '同意销号' }),
  }
  const begin = after === null ? 0 : states.indexOf(after) + 1
  for (const state of states.slice(begin, states.indexOf(to) + 1)) await steps[state]()
}
