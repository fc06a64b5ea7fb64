import { type ClauseId, type Refusal, refuser, type Text } from './refusal.ts'

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
  /** Duties that will do as well. */
  also?: readonly string[]
  /** Stages that must be done before this one, as far as the case asks for them. */
  after?: readonly string[]
  /** Handlers of different exclusive groups of one case must be different persons. */
  group: string
  /** Done only in cases that ask for it. */
  onlyIf?: 'secondReview'
  /** The case may be sent back while this stage is the next one. */
  mayReturn?: boolean
}

/** A piece of work that goes from hand to hand: its stages in order, and groups that must be different persons in it. */
export interface Flow {
  stages: readonly Stage[]
  exclusive: readonly (readonly [string, string])[]
}

/** General rules `decide` enforces beside the pairs of the table, each by its name, so that a proof can take one away. */
export type Rule =
  /** Nothing is done in what is closed. */
  | 'closed'
  /** A stage is done once in a round. */
  | 'once'
  /** A stage that the case asks for is not left out, and one it does not ask for is not done. */
  | 'asked_for'
  /** Back only to what was done, and only where the stage that is next allows it. */
  | 'return'
  /** Who handled a case stays its handler when it is sent back. */
  | 'for_ever'
  /** What one has taken on, another does not do. */
  | 'assignee'
  /** Only who may do a stage can take it or be given it. */
  | 'fit_to_take'
  /** Who is absent or has left does nothing. */
  | 'away'
  /** Certificates and seals are not in one hand on one day (4.6). */
  | 'same_day'
  /** A window post is held by leaders, within one day, confirmed by somebody else (3.1, 3.2). */
  | 'window_leader'
  | 'window_post'
  | 'window_one_day'
  | 'window_confirmed'
  /** Cover gives what the one covered holds as their own, no longer than they do, confirmed by somebody else. */
  | 'cover_own'
  | 'cover_bounded'
  | 'cover_confirmed'

/**
 * The one table from which the static matrix, the per-case bar, the database constraints, the refusal texts
 * and the exhaustive exploration are made (clause 6.2; for 4.6 the keepers of certificate and seal). Its own
 * flow is that of a case.
 */
export interface DutyTable extends Flow {
  duties: readonly Duty[]
  /** Duties one person may never hold at the same time. */
  conflicts: readonly (readonly [string, string])[]
  /** The clause a conflict is of. */
  conflictClause: (a: string, b: string) => ClauseId
  /** Survey results on their way into the cadastre; who handled them is apart from `before` stages of the case that rests on them. */
  survey: Flow
  /** Pairs of a survey group and a case group that must be different persons for one unit. */
  before: readonly (readonly [string, string])[]
  /** Maintenance orders: asked for, approved, carried out. */
  maintenance: Flow
  /** Duties that lie on the side of the certificates and on that of the seal. */
  sides: { certificate: readonly string[]; seal: readonly string[] }
  /** Leaders at the window, and the posts they may take for part of a day. */
  window: { leaders: readonly string[]; posts: readonly string[] }
  /** Longest cover in days. */
  coverDays: number
  rules: readonly Rule[]
}

/** Which side of 4.6 a duty lies on. */
export type Side = 'certificate' | 'seal'

/** The side a duty lies on, or null. */
export function sideOf(table: Pick<DutyTable, 'sides'>, duty: string): Side | null {
  if (table.sides.certificate.includes(duty)) return 'certificate'
  return table.sides.seal.includes(duty) ? 'seal' : null
}

/** The table as seen by work that is no case: the same rules over the stages of survey or maintenance. */
export const inFlow = (table: DutyTable, flow: 'survey' | 'maintenance'): DutyTable => ({
  ...table,
  ...table[flow],
  ...(flow === 'maintenance' ? { before: [] } : {}),
})

/** Where a case stands, as far as the separation of duties is concerned. Handlers are persons, kept for ever. */
export interface Process {
  closed: boolean
  secondReview: boolean
  /** Stages done in the present round, in order. */
  done: readonly string[]
  /** Person → the group they handled. */
  handlers: Readonly<Record<string, string>>
  /** Who has taken the next stage; nobody, when it waits in the pool. */
  assignee?: string | null
  /** Person → groups they handled in the survey this case rests on. */
  surveyed?: Readonly<Record<string, readonly string[]>>
  /** Of a survey: person → groups they handled in open cases that rest on it. */
  resting?: Readonly<Record<string, readonly string[]>>
}

/** What someone tries. Returns and endings are moves of the stage that is next, by someone who may do that stage. */
export type Move =
  | { kind: 'stage'; stage: string }
  | { kind: 'return'; to: string }
  /** Refusing to register, or telling the applicant what is missing: belongs to the given stage. */
  | { kind: 'within'; stage: string }
  /** Taking the stage that is next on oneself, or being given it. */
  | { kind: 'take' }
  | { kind: 'close' }

/** The one who tries: a person and the duties held at this moment. */
export interface Mover {
  person: string
  duties: readonly string[]
  /** The side of 4.6 they have been on today. */
  today?: Side | null
  /** Absent, or gone. */
  away?: boolean
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
  taken_by_another: {
    status: 409,
    clause: '6.2',
    zh: '本件已由另一位同事领办；需要换人时请由负责人改派。',
    en: 'A colleague has taken this case on; a leader can reassign it.',
  },
  both_sides: {
    status: 403,
    clause: '4.6',
    zh: '您今天已{had}，同一天不能再办“{tried}”：证书与印章须分人保管、分人使用。',
    en: 'You have {had} today, so “{tried}” must be done by another person: certificates and seals are in different hands.',
  },
  window_leader: {
    status: 403,
    clause: '3.1',
    zh: '窗口值班由领导干部本人进行。',
    en: 'Only leaders themselves do duty at the window.',
  },
  window_post: {
    status: 403,
    clause: '3.2',
    zh: '“{duty}”不是值班岗位：值班在受理窗口，或按需在审核、缮证岗位。',
    en: '“{duty}” is no post for window duty: that is acceptance, or review or certificate printing as needed.',
  },
  window_one_day: {
    status: 422,
    clause: '3.1',
    zh: '值班须当日开始、当日结束。',
    en: 'Window duty begins and ends within one day.',
  },
  cover_own: {
    status: 403,
    clause: '6.7',
    zh: '被代岗人在此期间没有自己的“{duty}”职责，不能由人代岗。',
    en: 'The one to be covered does not hold “{duty}” as their own for that time, so nobody can cover it.',
  },
  cover_bounded: {
    status: 422,
    clause: '6.7',
    zh: '代岗最长 {days} 天，须有起止日期。',
    en: 'Cover has a beginning and an end, at most {days} days apart.',
  },
  cover_conflict: {
    status: 403,
    clause: '6.2',
    zh: '代岗人已有不相容的职责“{held}”，不能代“{duty}”。',
    en: 'The one who would cover holds the conflicting duty “{held}”, so they cannot cover “{duty}”.',
  },
  confirm_own: {
    status: 403,
    clause: '6.2',
    zh: '须由本人和提出人以外的人确认。',
    en: 'It is confirmed by somebody other than the one it is for and the one who asked.',
  },
  away: {
    status: 403,
    clause: '6.3',
    zh: '请假或离岗期间不能办理业务。',
    en: 'While absent or after leaving nothing can be done.',
  },
  no_return: {
    status: 409,
    clause: '6.2',
    zh: '现在不能退回到“{to}”。',
    en: 'The case cannot be sent back to “{to}” now.',
  },
})

/** The stage that comes next, or null when all are done. */
export function nextStage(table: Flow, process: Process): Stage | null {
  return table.stages.find((stage) => !process.done.includes(stage.id) && isAskedFor(stage, process)) ?? null
}

const isAskedFor = (stage: Stage, process: Process): boolean =>
  stage.onlyIf === undefined || process[stage.onlyIf]

/** True when handlers of `a` and `b` in one case must be different persons. */
export const areExclusive = (table: Pick<Flow, 'exclusive'>, a: string, b: string): boolean =>
  hasPair(table.exclusive, a, b)

/** True when the pairs name these two, in whichever order. */
export const hasPair = (pairs: readonly (readonly [string, string])[], a: string, b: string): boolean =>
  pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a))

/** Duties of which one is needed for a stage. */
export const dutiesFor = (stage: Stage): readonly string[] => [stage.duty, ...(stage.also ?? [])]

/**
 * Says what, if anything, forbids `mover` this move; null means nothing does.
 *
 * Pure: the server, the screen and the exhaustive exploration all call this one function.
 * @returns The first refusal in the order closed, away, order, same person, same day, duty, taken by another. The
 *   order is public: whoever handled the case hears of clause 6.2 before anything about duties.
 */
export function decide(table: DutyTable, process: Process, mover: Mover, move: Move): Refusal | null {
  const on = (rule: Rule) => table.rules.includes(rule)
  if (process.closed && on('closed')) return refuseDuty('case_closed')
  if (mover.away && on('away')) return refuseDuty('away')
  if (move.kind === 'close') return null
  const next = nextStage(table, process)
  const stage =
    move.kind === 'return' || move.kind === 'take'
      ? next
      : (table.stages.find((one) => one.id === move.stage) ?? null)
  if (!stage || !isNow(table, process, stage)) {
    return text('wrong_order', {
      next: next?.name ?? { zh: '办结', en: 'closing' },
      tried: stage?.name ?? { zh: '此步', en: 'this step' },
    })
  }
  if (move.kind === 'return' && on('return') && !(stage.mayReturn && process.done.includes(move.to))) {
    return text('no_return', { to: stageName(table, move.to) })
  }
  if (move.kind === 'take' && !on('fit_to_take')) return null
  const handled = handledApart(table, process, mover.person, stage.group)
  if (handled) return text('same_person', { done: groupName(table, handled), tried: stage.name })
  const side = sideOf(table, stage.duty)
  if (side && mover.today && mover.today !== side && on('same_day'))
    return text('both_sides', { had: had[mover.today], tried: stage.name })
  if (!dutiesFor(stage).some((duty) => mover.duties.includes(duty)))
    return text('lacks_duty', { duty: nameIn(table, stage.duty), tried: stage.name })
  if (process.assignee && process.assignee !== mover.person && on('assignee'))
    return refuseDuty('taken_by_another')
  return null
}

const had: Record<Side, Text> = {
  certificate: { zh: '保管或缮制过证书', en: 'kept or printed certificates' },
  seal: { zh: '保管或使用过印章', en: 'kept or used a seal' },
}

/** Whether the stage's turn has come: what goes before is done, it is asked for, and it is not done already. */
function isNow(table: DutyTable, process: Process, stage: Stage): boolean {
  if (table.rules.includes('once') && process.done.includes(stage.id)) return false
  if (table.rules.includes('asked_for') && !isAskedFor(stage, process)) return false
  return (stage.after ?? []).every((id) => {
    const earlier = table.stages.find((one) => one.id === id)!
    return process.done.includes(id) || !isAskedFor(earlier, process)
  })
}

/** The group this person handled, in this work or in that beside it on the same unit, that keeps them from `group`; null when none does. */
function handledApart(table: DutyTable, process: Process, person: string, group: string): string | null {
  const handled = process.handlers[person]
  if (handled !== undefined && handled !== group && areExclusive(table, handled, group)) return handled
  const beside = process.surveyed?.[person] ?? process.resting?.[person]
  return beside?.find((one) => hasPair(table.before, one, group)) ?? null
}

/** The process after a permitted move. */
export function advance(table: DutyTable, process: Process, mover: Mover, move: Move): Process {
  if (move.kind === 'close') return { ...process, closed: true }
  if (move.kind === 'take') return { ...process, assignee: mover.person }
  const stage =
    move.kind === 'return' ? nextStage(table, process)! : table.stages.find((one) => one.id === move.stage)!
  const handlers = { ...process.handlers, [mover.person]: process.handlers[mover.person] ?? stage.group }
  if (move.kind === 'within') return { ...process, handlers }
  const free = { ...process, handlers, ...(process.assignee ? { assignee: null } : {}) }
  if (move.kind === 'return') {
    const kept = table.rules.includes('for_ever') ? free.handlers : { [mover.person]: stage.group }
    return { ...free, handlers: kept, done: process.done.slice(0, process.done.indexOf(move.to)) }
  }
  return { ...free, done: [...process.done, stage.id] }
}

/** Says which duty already held forbids granting `duty` as well; null means none does. Static matrix, clauses 6.2 and 4.6. */
export function grantConflict(table: DutyTable, held: readonly string[], duty: string): string | null {
  return (
    held.find((one) =>
      table.conflicts.some(([a, b]) => (a === one && b === duty) || (b === one && a === duty)),
    ) ?? null
  )
}

/**
 * Says whether a duty of one side of 4.6 may be taken up, or a certificate or seal taken into keeping, by somebody who has
 * been on, or holds a duty of, the given sides today; null means it may. It holds for grants, cover and window alike.
 */
export function sideRefusal(table: DutyTable, today: readonly Side[], side: Side | null): Refusal | null {
  const other = today.find((one) => one !== side)
  if (!side || !other || !table.rules.includes('same_day')) return null
  return text('both_sides', { had: had[other], tried: sideNames[side] })
}
const sideNames: Record<Side, Text> = {
  certificate: { zh: '证书保管或缮证', en: 'keeping or printing certificates' },
  seal: { zh: '印章保管或用印', en: 'keeping or using a seal' },
}

/** A duty for a time: a leader's at the window, or that of a colleague who is away. */
export interface Temporary {
  kind: 'window' | 'cover'
  duty: string
  /** Who gets it. */
  person: string
  /** Duties that person holds as their own. */
  holds: readonly string[]
  /** For the window: holds a post that owes window duty, whatever duties come with it. */
  leads?: boolean
  askedBy: string
  confirmedBy: string | null
  /** It begins and ends on one day of the office's calendar. */
  oneDay: boolean
  days: number
  /** For cover: the one who is covered holds the duty as their own for the whole time. */
  owned: boolean
}

/** Says what forbids a duty for a time; null means nothing does. The static matrix exempts a window post, and only that. */
export function temporaryRefusal(table: DutyTable, wanted: Temporary): Refusal | null {
  const on = (rule: Rule) => table.rules.includes(rule)
  const { kind, duty, person, askedBy, confirmedBy } = wanted
  if (kind === 'window') {
    const leads = wanted.leads || table.window.leaders.some((one) => wanted.holds.includes(one))
    if (on('window_leader') && !leads) return text('window_leader', {})
    if (on('window_post') && !table.window.posts.includes(duty))
      return text('window_post', { duty: nameIn(table, duty) })
    if (on('window_one_day') && !wanted.oneDay) return text('window_one_day', {})
  } else {
    if (on('cover_own') && !wanted.owned) return text('cover_own', { duty: nameIn(table, duty) })
    if (on('cover_bounded') && wanted.days > table.coverDays)
      return text('cover_bounded', { days: both(String(table.coverDays)) })
    const held = grantConflict(table, wanted.holds, duty)
    if (held) return text('cover_conflict', { held: nameIn(table, held), duty: nameIn(table, duty) })
  }
  const self = confirmedBy !== null && (confirmedBy === person || confirmedBy === askedBy)
  if (self && on(kind === 'window' ? 'window_confirmed' : 'cover_confirmed')) return text('confirm_own', {})
  return null
}
const both = (word: string): Text => ({ zh: word, en: word })

/** Fills both languages of a duty refusal from names in both languages. Each is made once: there are few, and proofs ask for many. */
function text(code: Parameters<typeof refuseDuty>[0], names: Record<string, Text>): Refusal {
  let key: string = code
  for (const name in names) key += `|${names[name]!.zh}`
  const known = texts.get(key)
  if (known) return known
  const pick = (lang: 'zh' | 'en') =>
    refuseDuty(code, Object.fromEntries(Object.entries(names).map(([name, one]) => [name, one[lang]])))
  const made = { ...pick('zh'), message: { zh: pick('zh').message.zh, en: pick('en').message.en } }
  texts.set(key, made)
  return made
}
const texts = new Map<string, Refusal>()

const nameIn = (table: DutyTable, duty: string): Text =>
  table.duties.find((one) => one.id === duty)?.name ?? { zh: duty, en: duty }
const stageName = (table: DutyTable, id: string): Text =>
  table.stages.find((stage) => stage.id === id)?.name ?? { zh: id, en: id }
const groupName = (table: DutyTable, group: string): Text =>
  [...table.stages, ...table.survey.stages].find((stage) => stage.group === group)?.name ?? {
    zh: group,
    en: group,
  }

const declared = new Map<string, Text>()

/** Makes duty names known to refusal texts. Called once by the capability that owns the table. */
export function declareDuties(table: DutyTable): DutyTable {
  for (const duty of table.duties) declared.set(duty.id, duty.name)
  return table
}

/** Name of a declared duty; its id when unknown. */
export const dutyName = (id: string): Text => declared.get(id) ?? { zh: id, en: id }
