import { Type } from 'typebox'
import { act, type Subject } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { constraintMeans, invalid } from '../../kernel/perform.ts'
import { archiveDuties, archiveLeadDuties, inspectDuties } from './duties.ts'
import { refuseArchive, roomLimits } from './rules.ts'
import { boxTable, inspectionTable, periodTable, roomPaceTable, roomTable } from './tables.ts'

constraintMeans('room_pkey', () => refuseArchive('room_known'))
constraintMeans('box_pkey', () => refuseArchive('box_known'))
constraintMeans('pace_by_leader', () => refuseArchive('pace_by_leader'))
constraintMeans('inspection_told', () => refuseArchive('inspection_note'))

const RoomCode = Type.String({ title: '库房|Room', pattern: '^[A-Z0-9]{1,6}$' })

/** 登记库房: a store room by the letter or number on its door. */
export const openRoom = act({
  type: 'archives.openRoom',
  title: { zh: '登记库房', en: 'Register a store room' },
  clauses: ['4.1'],
  duties: archiveLeadDuties,
  input: Type.Object(
    { code: RoomCode, name: Type.String({ title: '名称|Name', minLength: 1, maxLength: 60 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ code: Type.String() }),
  created: ({ code }) => ({ kind: 'room', id: code }),
  async handle({ tx, district }, input) {
    await tx.put(roomTable, { district, ...input })
    return { code: input.code }
  },
})

interface Room {
  district: string
  code: string
  name: string
}
export const roomSubject: Subject<Room> = {
  kind: 'room',
  load: (tx, code) =>
    tx.maybe<Room>`select district, code, name from archives.room where district = kernel.act_district() and code = ${code}`,
}

const boxesAtOnce = 99
/** 登记档案盒: numbered boxes of one rack, from first to last; each gets a label. */
export const addBoxes = act({
  type: 'archives.addBoxes',
  title: { zh: '登记档案盒', en: 'Register boxes' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input: Type.Object(
    {
      room: RoomCode,
      rack: Type.String({ title: '架|Rack', pattern: '^[A-Z0-9]{1,4}$' }),
      first: Type.Integer({ title: '起始盒号|First box', minimum: 1, maximum: 9999 }),
      last: Type.Integer({ title: '末盒号|Last box', minimum: 1, maximum: 9999 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ boxes: Type.Integer() }),
  subject: roomSubject,
  subjectId: ({ room }) => room,
  problems: ({ first, last }) =>
    last < first || last - first >= boxesAtOnce
      ? invalid([
          {
            path: 'last',
            message: {
              zh: `末盒号不能小于起始盒号，一次最多 ${boxesAtOnce} 盒`,
              en: `Not before the first, and at most ${boxesAtOnce} at once`,
            },
          },
        ])
      : null,
  async handle({ tx, district }, { room, rack, first, last }) {
    const boxes = Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(2, '0'))
    await tx.put(
      boxTable,
      boxes.map((box) => ({ district, room, rack, box })),
    )
    return { boxes: boxes.length }
  },
})

/** 设定期限: how long a file may be out, and how often a room is inspected. */
export const setPeriods = act({
  type: 'archives.setPeriods',
  title: { zh: '设定借阅和检查期限', en: 'Set how long loans last and how often rooms are inspected' },
  clauses: ['4.1', '4.2'],
  duties: archiveLeadDuties,
  input: Type.Object(
    {
      loanDays: Type.Integer({ title: '借阅工作日|Working days of a loan', minimum: 1, maximum: 30 }),
      inspectionDays: Type.Integer({
        title: '检查间隔天数|Days between inspections',
        minimum: 1,
        maximum: 92,
      }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ loanDays: Type.Integer() }),
  created: () => ({ kind: 'archives', id: 'periods' }),
  async handle({ tx, district }, { loanDays, inspectionDays }) {
    const known = await tx.maybe<{ days: number }>`
      select days::int from archives.period where district = ${district} and name = 'loan' for update`
    if (known) await tx.change(periodTable, { district, name: 'loan' }, { days: loanDays })
    else await tx.put(periodTable, { district, name: 'loan', days: loanDays })
    const now = await tx.maybe<{ days: number }>`
      select days::int from archives.room_pace where district = ${district} order by at desc, id desc limit 1`
    if (now?.days !== inspectionDays) await tx.put(roomPaceTable, { district, days: inspectionDays })
    return { loanDays }
  },
})

const Reading = (title: string, minimum: number, maximum: number) => Type.Integer({ title, minimum, maximum })
const within = (value: number, [low, high]: readonly [number, number]): boolean =>
  value >= low && value <= high

/** 库房检查: fire, theft and damp, with what the instruments show. What is not as it should be is said, and is a finding. */
export const inspectRoom = act({
  type: 'archives.inspectRoom',
  title: { zh: '库房检查', en: 'Inspect a store room' },
  clauses: ['4.1'],
  duties: inspectDuties,
  input: Type.Object(
    {
      room: RoomCode,
      fire: Type.Boolean({ title: '防火|Fire' }),
      theft: Type.Boolean({ title: '防盗|Theft' }),
      damp: Type.Boolean({ title: '防潮|Damp' }),
      temperatureTenths: Reading('温度（0.1 ℃）|Temperature (0.1 °C)', -300, 600),
      humidityTenths: Reading('湿度（0.1%）|Humidity (0.1 %)', 0, 1000),
      note: Type.Optional(Type.String({ title: '情况|Note', minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ sound: Type.Boolean(), finding: Type.Union([Type.String(), Type.Null()]) }),
  subject: roomSubject,
  subjectId: ({ room }) => room,
  async handle({ tx, district, actor, actId }, input, room) {
    const { fire, theft, damp, note } = input
    const [temperature, humidity] = [input.temperatureTenths / 10, input.humidityTenths / 10]
    const sound =
      fire &&
      theft &&
      damp &&
      within(temperature, roomLimits.temperature) &&
      within(humidity, roomLimits.humidity)
    if (!sound && !note) {
      const wrong = refuseArchive('inspection_note')
      return { ...wrong, fields: [{ path: 'note', message: wrong.message }] }
    }
    await tx.put(inspectionTable, {
      district,
      room: room.code,
      fire,
      theft,
      damp,
      temperature: temperature.toFixed(1),
      humidity: humidity.toFixed(1),
      note,
    })
    const finding = sound
      ? null
      : await openFinding(tx, district, `person:${actor.personId}`, {
          kind: 'store_room_unsound',
          clause: '4.1',
          severity: fire && theft ? 'high' : 'critical',
          subject: `room:${room.code}`,
          dedupeKey: `store_room:${room.code}:${actId}`,
          summary: {
            zh: `库房“${room.name}”检查不符合要求：温度 ${temperature} ℃，湿度 ${humidity}%。${note}`,
            en: `Store room ${room.name} is not as it should be: ${temperature} °C, ${humidity} %. ${note}`,
          },
        })
    return { sound, finding }
  },
})
