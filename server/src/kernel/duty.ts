import { type Refusal, refuser, type Text } from './refusal.ts'

/** A duty (职责) a person may hold. */
export interface Duty {
  id: string
  name: Text
}

/** One step of a case. Whoever does it becomes a handler of the case in `group`. */
export interface Stage {
  id: string
  name: Text
  /** Duty needed. */
  duty: string
  /** Handlers of different exclusive groups of one case must be different persons. */
  group: string
  /** Done only in cases that ask for it. */
  onlyIf?: 'secondReview'
  /** The case may be sent back while this stage is the next one. */
  mayReturn?: boolean
}

/**
 * The one table from which the static matrix, the per-case bar, the database constraints, the refusal texts
 * and the exhaustive exploration are made (clause 6.2; for 4.6 the keepers of certificate and seal).
 */
export interface DutyTable {
  duties: readonly Duty[]
  /** Duties one person may never hold at the same time. */
  conflicts: readonly (readonly [string, string])[]
  /** Stages in order. */
  stages: readonly Stage[]
  /** Groups that must be different persons within one case. */
  exclusive: readonly (readonly [string, string])[]
}

/** Where a case stands, as far as the separation of duties is concerned. Handlers are persons, kept for ever. */
export interface Process {
  closed: boolean
  secondReview: boolean
  /** Stages done in the present round, in order. */
  done: readonly string[]
  /** Person → the group they handled. */
  handlers: Readonly<Record<string, string>>
}

/** What someone tries. Returns and endings are moves of the stage that is next, by someone who may do that stage. */
export type Move =
  | { kind: 'stage'; stage: string }
  | { kind: 'return'; to: string }
  /** Refusing to register, or telling the applicant what is missing: belongs to the given stage. */
  | { kind: 'within'; stage: string }
  | { kind: 'close' }

/** The one who tries: a person and the duties held at this moment. */
export interface Mover {
  person: string
  duties: readonly string[]
}

export const refuseDuty = refuser({
  case_closed: {
    status: 409,
    clause: '6.2',
    zh: '本件已办结，不能再办理。',
    en: 'This case is closed; nothing more can be done in it.',
  },
  wrong_order: {
    status: 409,
    clause: '6.2',
    zh: '现在应办“{next}”，还不能办“{tried}”。',
    en: 'The next step is “{next}”; “{tried}” cannot be done yet.',
  },
  lacks_duty: {
    status: 403,
    clause: '6.7',
    zh: '您没有“{duty}”职责，不能办“{tried}”。',
    en: 'You do not hold the duty “{duty}”, so you may not do “{tried}”.',
  },
  same_person: {
    status: 403,
    clause: '6.2',
    zh: '您已办理本件的“{done}”，不能再办“{tried}”，须由另一人办理。',
    en: 'You have already done “{done}” in this case, so “{tried}” must be done by another person.',
  },
  no_return: {
    status: 409,
    clause: '6.2',
    zh: '现在不能退回到“{to}”。',
    en: 'The case cannot be sent back to “{to}” now.',
  },
})

/** The stage that comes next, or null when all are done. */
export function nextStage(table: DutyTable, process: Process): Stage | null {
  return (
    table.stages.find(
      (stage) => !process.done.includes(stage.id) && (stage.onlyIf === undefined || process[stage.onlyIf]),
    ) ?? null
  )
}

/** True when handlers of `a` and `b` in one case must be different persons. */
export function areExclusive(table: DutyTable, a: string, b: string): boolean {
  return table.exclusive.some(([x, y]) => (x === a && y === b) || (x === b && y === a))
}

/**
 * Says what, if anything, forbids `mover` this move; null means nothing does.
 *
 * Pure: the server, the screen and the exhaustive exploration all call this one function.
 * @returns The first refusal in the order closed, order, same person, duty. The order is public: whoever handled
 *   the case hears of clause 6.2 before anything about duties.
 */
export function decide(table: DutyTable, process: Process, mover: Mover, move: Move): Refusal | null {
  if (process.closed) return refuseDuty('case_closed')
  if (move.kind === 'close') return null
  const next = nextStage(table, process)
  const stage = move.kind === 'return' ? next : (table.stages.find((one) => one.id === move.stage) ?? null)
  if (!stage || (move.kind !== 'return' && stage.id !== next?.id)) {
    return text('wrong_order', {
      next: next?.name ?? { zh: '办结', en: 'closing' },
      tried: stage?.name ?? { zh: '此步', en: 'this step' },
    })
  }
  if (move.kind === 'return' && !(stage.mayReturn && process.done.includes(move.to))) {
    return text('no_return', { to: stageName(table, move.to) })
  }
  const handled = process.handlers[mover.person]
  if (handled !== undefined && handled !== stage.group && areExclusive(table, handled, stage.group)) {
    return text('same_person', { done: groupName(table, handled), tried: stage.name })
  }
  if (!mover.duties.includes(stage.duty))
    return text('lacks_duty', { duty: nameIn(table, stage.duty), tried: stage.name })
  return null
}

/** The process after a permitted move. */
export function advance(table: DutyTable, process: Process, mover: Mover, move: Move): Process {
  if (move.kind === 'close') return { ...process, closed: true }
  const stage =
    move.kind === 'return' ? nextStage(table, process)! : table.stages.find((one) => one.id === move.stage)!
  const handlers = { ...process.handlers, [mover.person]: process.handlers[mover.person] ?? stage.group }
  if (move.kind === 'within') return { ...process, handlers }
  if (move.kind === 'return')
    return { ...process, handlers, done: process.done.slice(0, process.done.indexOf(move.to)) }
  return { ...process, handlers, done: [...process.done, stage.id] }
}

/** Says which duty already held forbids granting `duty` as well; null means none does. Static matrix, clauses 6.2 and 4.6. */
export function grantConflict(table: DutyTable, held: readonly string[], duty: string): string | null {
  return (
    held.find((one) =>
      table.conflicts.some(([a, b]) => (a === one && b === duty) || (b === one && a === duty)),
    ) ?? null
  )
}

/** Fills both languages of a duty refusal from names in both languages. */
function text(code: Parameters<typeof refuseDuty>[0], names: Record<string, Text>): Refusal {
  const pick = (lang: 'zh' | 'en') =>
    refuseDuty(code, Object.fromEntries(Object.entries(names).map(([key, name]) => [key, name[lang]])))
  return { ...pick('zh'), message: { zh: pick('zh').message.zh, en: pick('en').message.en } }
}

const nameIn = (table: DutyTable, duty: string): Text =>
  table.duties.find((one) => one.id === duty)?.name ?? { zh: duty, en: duty }
const stageName = (table: DutyTable, id: string): Text =>
  table.stages.find((stage) => stage.id === id)?.name ?? { zh: id, en: id }
const groupName = (table: DutyTable, group: string): Text =>
  table.stages.find((stage) => stage.group === group)?.name ?? { zh: group, en: group }

const declared = new Map<string, Text>()

/** Makes duty names known to refusal texts. Called once by the capability that owns the table. */
export function declareDuties(table: DutyTable): DutyTable {
  for (const duty of table.duties) declared.set(duty.id, duty.name)
  return table
}

/** Name of a declared duty; its id when unknown. */
export const dutyName = (id: string): Text => declared.get(id) ?? { zh: id, en: id }
