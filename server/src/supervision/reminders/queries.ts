import { Type } from 'typebox'
import { query } from '../../kernel/query.ts'
import { countsOf } from './rules.ts'
import { waitingFor } from './waiting.ts'

const Items = Type.Array(Type.Unknown())
const shownMost = 200

/** 待办提醒: what waits for oneself, the overdue first, and what one was told of it in the last two weeks. */
export const reminders = query({
  path: 'reminders',
  title: { zh: '待办提醒', en: 'Reminders' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({
    items: Items,
    counts: Type.Object({ overdue: Type.Integer(), soon: Type.Integer(), waiting: Type.Integer() }),
    told: Items,
  }),
  async run({ tx, actor, district, at }) {
    if (actor.personId === null) return { items: [], counts: countsOf([]), told: [] }
    const lines = await waitingFor(tx, district, { id: actor.personId, duties: actor.duties }, at)
    const told = await tx.rows`
      select g.day::text, g.overdue, g.soon, g.waiting, g.act_id as "actId", d.taken from supervision.digest g
        left join supervision.digest_delivery d on d.district = g.district and d.day = g.day and d.told = g.told
      where g.told = ${actor.personId}::uuid and g.district = ${district} and g.day > kernel.day_of(kernel.now()) - 14 order by g.day desc`
    return { items: lines.slice(0, shownMost), counts: countsOf(lines), told }
  },
})
