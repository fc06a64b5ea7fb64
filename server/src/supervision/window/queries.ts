import { Type } from 'typebox'
import { clauses } from '../../kernel/clauses.ts'
import { dueState, findObligation } from '../../kernel/obligation.ts'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { officeDate, type WorkingCalendar } from '../../values/calendar.ts'
import { answerSwap, askSwap, cancelTurn, decideSwap, type Planned, type Swap } from './rota.ts'
import { coverageDuties, notCounted, rotaDuties } from './rules.ts'
import { raiseAtWindow, signOutOfWindow, type Turn } from './sitting.ts'

const Items = Type.Array(Type.Unknown())
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Office = Type.String({ maxLength: 20 })

/** A turn as lists show it, and why it does not count where it does not. */
interface TurnLine {
  district: string
  id: string
  personId: string
  person: string
  duty: string
  windowNo: number
  began: string
  endedAt: string | null
  minutes: number | null
  how: string | null
  signed: number
  raised: number
  stated: boolean
  halfMinutes: number
}
const judged = (turn: TurnLine) => ({ ...turn, why: notCounted(turn) })

const turnsOf = (tx: Tx, district: string, personId: string | null, from: string | null, to: string | null) =>
  tx.rows<TurnLine>`
    select s.district, s.id, s.person_id as "personId", p.name as person, s.duty, s.window_no as "windowNo", s.began, s.ended_at as "endedAt", s.minutes,
      s.how, s.signed, s.raised, s.stated, s.half_minutes as "halfMinutes"
    from supervision.window_sittings(${district}) s join kernel.person p on p.id = s.person_id
    where (${personId}::uuid is null or s.person_id = ${personId}::uuid)
      and (${from}::date is null or kernel.day_of(s.began) >= ${from}::date) and (${to}::date is null or kernel.day_of(s.began) < ${to}::date)
    order by s.began desc limit 500`

const duesOf = async (
  tx: Tx,
  at: Temporal.Instant,
  district: string | null,
  personId: string | null,
  from: string,
  to: string,
) =>
  (
    await tx.rows<{
      district: string
      kind: string
      personId: string
      person: string
      from: string
      to: string
      dueAt: string
      doneAt: string | null
      lapsed: 'leave' | 'left' | 'exempt' | 'withdrawn' | null
    }>`
      select o.district, o.kind, o.subject as "personId", p.name as person, lower(o.period)::text as "from", upper(o.period)::text as "to", o.due_at as "dueAt",
        o.done_at as "doneAt", o.lapsed
      from kernel.obligation o join kernel.person p on p.id::text = o.subject
      where o.kind like 'window.%' and (${district}::text is null or o.district = ${district}) and (${personId}::text is null or o.subject = ${personId})
        and o.period && daterange(${from}::date, ${to}::date) and o.lapsed is distinct from 'withdrawn'
      order by o.district, p.name, o.subject, o.kind, o.period limit 5000`
  ).map((one) => {
    const duty = findObligation(one.kind)
    const due = {
      dueAt: Temporal.Instant.from(one.dueAt),
      doneAt: one.doneAt ? Temporal.Instant.from(one.doneAt) : null,
      lapsed: one.lapsed,
    }
    return {
      ...one,
      title: duty?.title ?? { zh: one.kind, en: one.kind },
      state: dueState(due, at, duty?.remindDays),
    }
  })

/** 我的坐班: what one owes, today's plan and post, the turn that runs with its cases to sign, and the turns before. */
export const myWindow = query({
  path: 'window/mine',
  title: { zh: '我的坐班', en: 'My turns at the window' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, district, at }) {
    const me = actor.personId!
    const today = officeDate(at)
    const hours = await tx.one`
      select am_from::text as "amFrom", am_to::text as "amTo", pm_from::text as "pmFrom", pm_to::text as "pmTo", half_minutes as "halfMinutes", source
      from supervision.window_hours_of(${today.toString()}::date)`
    const planned = await tx.rows`
      select r.district, r.id, r.duty, r.window_no as "windowNo", r.day::text, r.half, r.need,
        exists (select from supervision.window_turn w where w.district = r.district and w.rota_id = r.id) as begun
      from supervision.window_rota r where r.person_id = ${me}::uuid and r.state = 'planned' and r.day >= ${today.toString()}::date order by r.day, r.half limit 50`
    const posts = await tx.rows`
      select d.district, d.id, d.duty, d.state, d.until, coalesce(g.during @> kernel.now(), false) as live,
        exists (select from supervision.window_turn w where w.district = d.district and w.temporary_id = d.id) as used
      from people.temporary_duty d left join kernel.duty_grant g on g.district = d.district and g.temporary_id = d.id
      where d.person_id = ${me}::uuid and d.kind = 'window' and d.until > kernel.now() and d.state <> 'refused' order by d.id desc limit 5`
    const turns = await turnsOf(tx, district, me, null, null)
    const open = await tx.maybe<Turn & { duty: string; windowNo: number; began: string; minutes: number }>`
      select w.district, w.id, w.person_id as "personId", p.name as person, w.duty, w.window_no as "windowNo", w.at as began,
        exists (select from supervision.window_end e where e.district = w.district and e.turn_id = w.id) as ended, false as stated,
        coalesce((select e.minutes from supervision.window_end e where e.district = w.district and e.turn_id = w.id),
          supervision.window_minutes(w.at, least(kernel.now(), supervision.window_closing(kernel.day_of(w.at))))) as minutes,
        (select count(*)::int from supervision.window_raised x where x.district = w.district and x.turn_id = w.id) as raised,
        (select count(*)::int from cases.window_signature x where x.district = w.district and x.turn_id = w.id) as signed
      from supervision.window_turn w join kernel.person p on p.id = w.person_id
      where w.person_id = ${me}::uuid and not exists (select from supervision.window_statement s where s.district = w.district and s.turn_id = w.id)
      order by w.at limit 1`
    const offices = await tx.rows<{ id: string }>`
      select d.id from kernel.district d where d.id <> 'city' and (d.id = ${district} or ${district} = 'city') and people.window_leader(${me}::uuid, d.id, kernel.now()) order by d.sort`
    return {
      hours,
      offices: offices.map((one) => one.id),
      dues: await duesOf(
        tx,
        at,
        null,
        me,
        today.subtract({ days: 62 }).toString(),
        today.add({ days: 1 }).toString(),
      ),
      planned,
      posts,
      turn: open && {
        ...open,
        availability: availability([raiseAtWindow, signOutOfWindow], open, actor, at),
        cases: await casesOf(tx, open),
        problems: await problemsOf(tx, open),
      },
      turns: turns.map(judged),
      clauses,
    }
  },
})

/** Cases handled at the window in a turn, whether signed or not. */
const casesOf = (tx: Tx, { district, id, ended }: Pick<Turn, 'district' | 'id' | 'ended'>) => tx.rows`
  select h.case_id as "caseId", c.number, c.business, u.location, p.name as "handledBy", h.at, g.at as "signedAt", ${!ended} as open
  from cases.handled_in_turn(${district}, ${id}::uuid) h join cases.case c on c.district = ${district} and c.id = h.case_id
    join cadastre.unit u on u.district = c.district and u.code = c.unit_code join kernel.person p on p.id = h.handled_by
    left join cases.window_signature g on g.district = c.district and g.case_id = c.id and g.turn_id = ${id}::uuid
  order by h.at desc limit 200`

const problemsOf = (tx: Tx, { district, id }: Pick<Turn, 'district' | 'id'>) => tx.rows`
  select f.id, f.clause, f.severity, f.state, jsonb_build_object('zh', f.summary_zh, 'en', f.summary_en) as summary
  from supervision.window_raised x join kernel.finding f on f.district = x.district and f.id = x.finding_id
  where x.district = ${district} and x.turn_id = ${id}::uuid order by f.id`

/** What stands against a planned turn by now: leave taken since, or a day that is no working day any more. */
const clashOf = (
  row: { away: boolean; day: string },
  calendar: WorkingCalendar,
): 'away' | 'day_off' | null => {
  if (calendar.isWorkingDay(Temporal.PlainDate.from(row.day)) === false) return 'day_off'
  return row.away ? 'away' : null
}

/** 坐班排班表: four weeks of an office, with swaps under way. */
export const windowRota = query({
  path: 'window/rota',
  title: { zh: '坐班排班', en: 'Rota of the windows' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({ district: Type.Optional(Office), from: Type.Optional(Day) }),
  result: Type.Object({}, { additionalProperties: true }),
  async run({ tx, actor, at, district: home, deps }, params) {
    const district = home === 'city' ? (params.district ?? 'haishu') : home
    const start = startOf(params.from, officeDate(at))
    const days = Array.from({ length: 28 }, (_, i) => start.add({ days: i }))
    const rows = await tx.rows<
      Planned & { person: string; need: string | null; away: boolean; kept: boolean }
    >`
      select r.district, r.id, r.person_id as "personId", p.name as person, r.duty, r.window_no as "windowNo", r.day::text, r.half, r.need, r.state,
        exists (select from supervision.window_turn w where w.district = r.district and w.rota_id = r.id) as begun,
        exists (select from people.absence a where a.person_id = r.person_id and a.withdrawn_at is null and a.during && supervision.window_half(r.day, r.half)) as away
      from supervision.window_rota r join kernel.person p on p.id = r.person_id
      where r.district = ${district} and r.state = 'planned' and r.day >= ${start.toString()}::date and r.day < ${start.add({ days: 28 }).toString()}::date
      order by r.day, r.half, r.window_no`
    const swaps = await tx.rows<
      Swap & { askedByName: string; askedOfName: string; reason: string; mine: object; theirs: object }
    >`
      select s.district, s.id, s.rota_id as "rotaId", s.other_id as "otherId", s.asked_by as "askedBy", s.asked_of as "askedOf", s.state, s.reason,
        a.name as "askedByName", b.name as "askedOfName",
        jsonb_build_object('day', r.day, 'half', r.half, 'windowNo', r.window_no) as mine, jsonb_build_object('day', o.day, 'half', o.half, 'windowNo', o.window_no) as theirs
      from supervision.window_swap s join kernel.person a on a.id = s.asked_by join kernel.person b on b.id = s.asked_of
        join supervision.window_rota r on r.district = s.district and r.id = s.rota_id join supervision.window_rota o on o.district = s.district and o.id = s.other_id
      where s.district = ${district} and s.state in ('asked', 'accepted') order by s.id desc limit 100`
    const leaders = await tx.rows`
      select p.id, p.name, p.district from kernel.person p
      where p.district in (${district}, 'city') and (p.active_to is null or p.active_to > kernel.now()) and people.window_leader(p.id, ${district}, kernel.now())
      order by p.district = 'city', p.name, p.id limit 200`
    return {
      district,
      from: start.toString(),
      today: officeDate(at).toString(),
      days: days.map((day) => ({ day: day.toString(), working: deps.calendar.isWorkingDay(day) === true })),
      turns: rows.map((row) => ({
        ...row,
        clash: clashOf(row, deps.calendar),
        availability: availability([cancelTurn, askSwap], row, actor, at),
      })),
      swaps: swaps.map((swap) => ({
        ...swap,
        availability: availability([answerSwap, decideSwap], swap, actor, at),
      })),
      leaders,
      mayPlan: rotaDuties.some((one) => actor.duties.includes(one)),
      me: actor.personId,
    }
  },
})

/** Monday of the week a day lies in; of today's where none, or no day, is given. */
function startOf(text: string | undefined, today: Temporal.PlainDate): Temporal.PlainDate {
  let day = today
  try {
    if (text) day = Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch {
    day = today
  }
  return day.subtract({ days: day.dayOfWeek - 1 })
}

/** 坐班情况: who owes how many turns in a month (or its year), how many counted, and which did not and why. */
export const windowCoverage = query({
  path: 'window/coverage',
  title: { zh: '坐班情况', en: 'Window duty: who owes and who sat' },
  access: 'signed_in',
  duties: coverageDuties,
  params: Type.Object({
    district: Type.Optional(Office),
    month: Type.Optional(Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' })),
  }),
  result: Type.Object({ month: Type.String(), lines: Items, turns: Items }),
  async run({ tx, at, district: home }, params) {
    const district = home === 'city' ? (params.district ?? null) : home
    const month = Temporal.PlainYearMonth.from(params.month ?? officeDate(at).toPlainYearMonth().toString())
    const from = month.toPlainDate({ day: 1 })
    const to = from.add({ months: 1 })
    const dues = await duesOf(tx, at, district, null, from.toString(), to.toString())
    const turns = district
      ? await turnsOf(tx, district, null, from.toString(), to.toString())
      : await allTurns(tx, from.toString(), to.toString())
    const groups = Map.groupBy(dues, (one) => `${one.district} ${one.personId} ${familyOf(one.kind)}`)
    return {
      month: month.toString(),
      lines: [...groups.values()].map((list) => {
        const { district: of, personId, person, kind } = list[0]!
        const owed = list.filter((one) => one.state !== 'lapsed')
        return {
          district: of,
          personId,
          person,
          quota: familyOf(kind),
          owed: owed.length,
          done: owed.filter((one) => one.doneAt !== null).length,
          overdue: owed.filter((one) => one.state === 'overdue').length,
          lapsed: list.length - owed.length,
          dueAt:
            owed
              .filter((one) => one.doneAt === null)
              .map((one) => one.dueAt)
              .sort()[0] ?? null,
          missing: owed.filter((one) => one.doneAt === null).map((one) => one.title),
        }
      }),
      turns: turns.map(judged),
    }
  },
})
const familyOf = (kind: string): 'bureau' | 'middle' | 'head' =>
  kind.startsWith('window.bureau') ? 'bureau' : kind.startsWith('window.middle') ? 'middle' : 'head'

async function allTurns(tx: Tx, from: string, to: string): Promise<TurnLine[]> {
  const offices = await tx.rows<{ id: string }>`
    select distinct district as id from supervision.window_turn where at >= ${from}::date - 1 and at < ${to}::date + 1`
  const turns = new Map<string, TurnLine>()
  for (const { id } of offices)
    for (const turn of await turnsOf(tx, id, null, from, to)) turns.set(turn.id, turn)
  return [...turns.values()]
}
