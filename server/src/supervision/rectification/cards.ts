import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import type { Tx } from '../../platform/db/tx.ts'
import type { WorkingCalendar } from '../../values/calendar.ts'
import { officeDate } from '../../values/calendar.ts'
import { type Card, cardsOf } from './rules.ts'
import { cardTable } from './tables.ts'

/** A card that is due and not yet shown. */
export interface DueCard {
  findingId: string
  card: Card
  reason: 'overdue' | 'returned'
  dueOn: string
}

/** The cards that findings of an office have earned and do not have, by the calendar of the house. */
export async function dueCards(
  tx: Tx,
  district: string,
  at: Temporal.Instant,
  calendar: WorkingCalendar,
): Promise<DueCard[]> {
  const today = officeDate(at)
  const rows = await tx.rows<{ id: string; dueOn: string; returned: number; cards: Card[] }>`
    select f.id, f.due_on::text as "dueOn",
      (select count(*)::int from supervision.fix_check c where c.district = f.district and c.finding_id = f.id and not c.good) as returned,
      array(select card from supervision.card c where c.district = f.district and c.finding_id = f.id) as cards
    from kernel.finding f
    where f.district = ${district} and f.state in ('noticed', 'planned') and f.due_on is not null
      and (f.due_on < kernel.day_of(kernel.now()) or exists (
        select from supervision.fix_check c where c.district = f.district and c.finding_id = f.id and not c.good))`
  return rows.flatMap(({ id, dueOn, returned, cards }) => {
    const due = Temporal.PlainDate.from(dueOn)
    const counted = calendar.workingDaysBetween(due, today)
    // Where working days are not published, days of the week stand in: a card is late rather than never.
    const late = 'days' in counted ? counted.days : Math.floor((due.until(today).total('days') * 5) / 7)
    return cardsOf({ late, returned })
      .filter(({ card }) => !cards.includes(card))
      .map((one) => ({ findingId: id, dueOn, ...one }))
  })
}

/** 亮牌督办: amber and red cards and the supervision letter, as the calendar says; nobody decides on them, and nobody takes them back. */
export const escalate = act({
  type: 'finding.escalate',
  title: { zh: '整改逾期亮牌', en: 'Card for a late rectification' },
  clauses: ['7.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: Type.String({ maxLength: 20 }) }, { additionalProperties: false }),
  result: Type.Object({ district: Type.String(), cards: Type.Integer() }),
  created: (result) => ({ kind: 'office', id: result.district }),
  async handle({ tx, district, at, deps }) {
    const due = await dueCards(tx, district, at, deps.calendar)
    if (due.length > 0)
      await tx.put(
        cardTable,
        due.map(({ findingId, card, reason, dueOn }) => ({
          district,
          finding_id: findingId,
          card,
          reason,
          due_on: dueOn,
        })),
      )
    return { district, cards: due.length }
  },
})
