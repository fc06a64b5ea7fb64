import type { NewFinding } from '../../kernel/finding.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { closeOfBusiness, officeDate, officeZone, type WorkingCalendar } from '../../values/calendar.ts'

/** A turn that has ended, as it is judged. */
interface Ended {
  district: string
  id: string
  personId: string
  person: string
  began: string
  endedAt: string
  minutes: number
  halfMinutes: number
  how: 'signed_out' | 'closing'
  signed: number
  stated: boolean
}
interface Missed {
  id: string
  personId: string
  person: string
  day: string
  half: 'am' | 'pm'
  windowNo: number
}

/** Turns of an office that closing time has ended, and nobody yet. */
export const overdueTurns = (tx: Tx, district: string): Promise<{ id: string }[]> => tx.rows<{ id: string }>`
  select w.id from supervision.window_turn w
  where w.district = ${district} and kernel.now() > supervision.window_closing(kernel.day_of(w.at))
    and not exists (select from supervision.window_end e where e.district = w.district and e.turn_id = w.id) order by w.id`

/** What is wrong with the turns of an office: R-61 short, R-62 unsigned, forgotten sign-outs, turns nobody sat, turns without a word. A turn
 *  is missed only where its day is a working day by the calendar as it stands now: nobody owes one on a day made a holiday since. */
export async function windowFaults(
  tx: Tx,
  district: string,
  at: Temporal.Instant,
  calendar: WorkingCalendar,
): Promise<NewFinding[]> {
  const ended = await tx.rows<Ended>`
    select s.district, s.id, s.person_id as "personId", p.name as person, s.began, s.ended_at as "endedAt", s.minutes,
      s.half_minutes as "halfMinutes", s.how, s.signed, s.stated
    from supervision.window_sittings(${district}) s join kernel.person p on p.id = s.person_id
    where s.district = ${district} and s.ended_at is not null`
  const missed = await tx.rows<Missed>`
    select r.id, r.person_id as "personId", p.name as person, r.day::text, r.half, r.window_no as "windowNo"
    from supervision.window_rota r join kernel.person p on p.id = r.person_id
      cross join lateral (select supervision.window_half(r.day, r.half) as during) h
    where r.district = ${district} and r.state = 'planned' and upper(h.during) < kernel.now() and supervision.is_working_day(r.day)
      and not exists (select from people.absence a where a.person_id = r.person_id and a.withdrawn_at is null and a.during && h.during)
      and not exists (select from supervision.window_turn w left join supervision.window_end e on e.district = w.district and e.turn_id = w.id
        where w.district = r.district and w.person_id = r.person_id and w.duty = r.duty and tstzrange(w.at, coalesce(e.ended_at, kernel.now())) && h.during)`
  return [...ended.flatMap((turn) => faultsOfTurn(turn, at, calendar)), ...missed.map(missedFault)]
}

function faultsOfTurn(turn: Ended, at: Temporal.Instant, calendar: WorkingCalendar): NewFinding[] {
  const day = officeDate(Temporal.Instant.from(turn.began)).toString()
  const found: NewFinding[] = []
  const find = (kind: string, clause: string, severity: NewFinding['severity'], words: Text) =>
    found.push({
      kind,
      clause,
      severity,
      subject: `person:${turn.personId}`,
      dedupeKey: `${kind}:${turn.id}`,
      summary: { zh: `${turn.person} ${day} ${words.zh}`, en: `${turn.person}, ${day}: ${words.en}` },
    })
  if (turn.minutes < turn.halfMinutes)
    find('window_turn_short', '3.1', 'medium', {
      zh: `窗口坐班 ${turn.minutes} 分钟，不足半个工作日（${turn.halfMinutes} 分钟），不计入次数。`,
      en: `${turn.minutes} minutes at the window, less than half a working day (${turn.halfMinutes}); it does not count.`,
    })
  if (turn.signed === 0)
    find('window_turn_unsigned', '3.3', 'low', {
      zh: '窗口坐班没有签署一件业务，不计入次数。',
      en: 'no case was signed in this turn at the window; it does not count.',
    })
  if (turn.how === 'closing')
    find('window_signout_missing', '3.3', 'low', {
      zh: '窗口坐班未签退，时间计到窗口下班为止。',
      en: 'nobody signed out of this turn at the window; its time is counted up to closing.',
    })
  if (!turn.stated && lateForWord(turn, at, calendar))
    find('window_turn_unstated', '3.4', 'medium', {
      zh: '窗口坐班结束后次一工作日内，既未报告问题，也未写明“未发现问题”。',
      en: 'by the end of the next working day neither problems nor the word that none were seen had been given for this turn.',
    })
  return found
}

/** The word on a turn is owed by the close of the next working day. */
function lateForWord({ began }: Ended, at: Temporal.Instant, calendar: WorkingCalendar): boolean {
  const day = officeDate(Temporal.Instant.from(began))
  const next = calendar.addWorkingDays(day, 1)
  const date = 'date' in next ? next.date : day.add({ days: 3 })
  const due = date.toZonedDateTime({ timeZone: officeZone, plainTime: closeOfBusiness }).toInstant()
  return Temporal.Instant.compare(at, due) > 0
}

const missedFault = ({ id, personId, person, day, half, windowNo }: Missed): NewFinding => ({
  kind: 'window_rota_missed',
  clause: '3.2',
  severity: 'medium',
  subject: `person:${personId}`,
  dedupeKey: `window_rota_missed:${id}`,
  summary: {
    zh: `${person} ${day} ${half === 'am' ? '上午' : '下午'}排在 ${windowNo} 号窗口坐班，未在该岗位坐班。`,
    en: `${person} was planned at window ${windowNo} on ${day}, ${half === 'am' ? 'morning' : 'afternoon'}, and did not sit at that post.`,
  },
})

/** Faults that have no finding yet, open or closed: what was put right is not found again. */
export async function untold(tx: Tx, district: string, faults: readonly NewFinding[]): Promise<NewFinding[]> {
  if (faults.length === 0) return []
  const known = await tx.rows<{ key: string }>`
    select dedupe_key as key from kernel.finding where district = ${district} and dedupe_key = any (${faults.map((one) => one.dedupeKey)}::text[])`
  const told = new Set(known.map((one) => one.key))
  return faults.filter((one) => !told.has(one.dedupeKey))
}
