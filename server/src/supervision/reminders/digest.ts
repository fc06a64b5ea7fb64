import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { refuser } from '../../kernel/refusal.ts'
import { type Tx, table } from '../../platform/db/tx.ts'
import { officeDate } from '../../values/calendar.ts'
import { countsOf } from './rules.ts'
import { openDuties, type Reminded, waitingFor } from './waiting.ts'

const digestTable = table('supervision.digest', ['day', 'told'])
const sendingTable = table('supervision.digest_sending', ['day', 'told'])
const deliveryTable = table('supervision.digest_delivery', ['day', 'told'])

const refuse = refuser({
  digest_told: { clause: '7.5', zh: '今天已经提醒过。', en: 'Everybody has been told today.' },
  digest_early: {
    clause: '7.5',
    zh: '每日提醒在工作日上班以后发出。',
    en: 'The daily reminder goes out on working days, once the office is open.',
  },
  digest_begun: {
    clause: '7.5',
    zh: '这些提醒已经开始外发，不重复发送。',
    en: 'These messages are on their way; none is sent twice.',
  },
  digest_left: {
    clause: '7.5',
    zh: '其中有人已离岗或账号已注销，不再向其外发。',
    en: 'One of them has left or has no account any more; nothing is sent to them.',
  },
  digest_delivered: {
    clause: '7.5',
    zh: '这些提醒的外发结果已经记录。',
    en: 'What became of these messages is on record.',
  },
})
constraintMeans('told_once_a_day', () => refuse('digest_told'))
constraintMeans('begun_once', () => refuse('digest_begun'))
constraintMeans('begun_for_somebody_here', () => refuse('digest_left'))
constraintMeans('delivered_once', () => refuse('digest_delivered'))

/** 每日提醒的时间 (本系统自定): from this hour of a working day. */
export const digestFrom = Temporal.PlainTime.from('08:30')

const District = Type.String({ title: '登记机构|Office', maxLength: 20 })

/** Whoever is at work in the office, and was not told today. */
const untold = (tx: Tx, district: string, day: string) => tx.rows<Reminded>`
  select p.id, kernel.duties_of(p.id) as duties from kernel.person p
  where p.district = ${district} and (p.active_to is null or p.active_to > kernel.now())
    and not exists (select from supervision.digest d where d.district = ${district} and d.day = ${day}::date and d.told = p.id)
  order by p.id`

/** 每日提醒: tells everybody of an office, once a working day, how much waits for them. Nothing waits, nothing is written. */
export const tellEverybody = act({
  type: 'reminder.digest',
  title: { zh: '每日提醒', en: 'Tell everybody what waits' },
  clauses: ['7.5'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: District }, { additionalProperties: false }),
  result: Type.Object({ told: Type.Integer() }),
  created: () => ({ kind: 'reminders', id: 'office' }),
  async handle({ tx, district, at, deps }) {
    const now = at.toZonedDateTimeISO('Asia/Shanghai')
    const day = officeDate(at)
    if (
      deps.calendar.isWorkingDay(day) !== true ||
      Temporal.PlainTime.compare(now.toPlainTime(), digestFrom) < 0
    )
      return refuse('digest_early')
    const rows = []
    const open = await openDuties(tx, district)
    for (const person of await untold(tx, district, day.toString())) {
      const counts = countsOf(await waitingFor(tx, district, person, at, open))
      if (counts.overdue + counts.soon + counts.waiting > 0)
        rows.push({ district, day: day.toString(), told: person.id, ...counts })
    }
    if (rows.length > 0) await tx.put(digestTable, rows)
    return { told: rows.length }
  },
})

const Day = Type.String({ title: '日期|Day', pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const People = (title: string) => Type.Array(Type.String({ maxLength: 36 }), { title, maxItems: 2000 })

/** 开始外发: said of messages before they are handed to a mail server; nobody begins one again. */
export const beginSending = act({
  type: 'reminder.sending',
  title: { zh: '记录提醒开始外发', en: 'Record that messages are being sent' },
  clauses: ['7.5'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, day: Day, told: People('提醒对象|Told') },
    { additionalProperties: false },
  ),
  result: Type.Object({ begun: Type.Integer() }),
  created: () => ({ kind: 'reminders', id: 'office' }),
  async handle({ tx, district }, { day, told }) {
    if (told.length > 0)
      await tx.put(
        sendingTable,
        told.map((one) => ({ district, day, told: one })),
      )
    return { begun: told.length }
  },
})

/** 外发结果: which of an office's messages of a day were taken by whoever carries them on, and which were not before the day was over. */
export const recordDelivery = act({
  type: 'reminder.delivered',
  title: { zh: '记录提醒外发结果', en: 'Record what became of the messages' },
  clauses: ['7.5'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      day: Day,
      taken: People('已外发|Taken'),
      missed: People('未外发|Missed'),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ recorded: Type.Integer() }),
  created: () => ({ kind: 'reminders', id: 'office' }),
  async handle({ tx, district }, { day, taken, missed }) {
    const rows = [
      ...taken.map((told) => ({ district, day, told, taken: true })),
      ...missed.map((told) => ({ district, day, told, taken: false })),
    ]
    if (rows.length > 0) await tx.put(deliveryTable, rows)
    return { recorded: rows.length }
  },
})
