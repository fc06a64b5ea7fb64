import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import { query } from '../kernel/query.ts'
import { refuseKernel, refuser, type Text } from '../kernel/refusal.ts'
import { accountDuties, endSessionDuties } from './duties.ts'

const refuse = refuser({
  own_session: {
    status: 409,
    clause: '6.3',
    zh: '不能终止自己的会话，请使用“退出登录”。',
    en: 'Your own session is not ended here; please sign out instead.',
  },
})

/** 终止会话: ends another's session at once, with a reason that the other is shown. */
export const endSession = act({
  type: 'session.end',
  title: { zh: '终止他人会话', en: 'End another’s session' },
  clauses: ['6.3'],
  duties: endSessionDuties,
  highValue: true,
  keptYears: 3,
  input: Type.Object(
    {
      sessionId: Type.String({ title: '会话|Session', format: 'uuid' }),
      reason: Type.String({ title: '理由|Reason', minLength: 2, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ personId: Type.String() }),
  created: (result) => ({ kind: 'person', id: result.personId }),
  async handle({ tx, actor }, { sessionId, reason }) {
    if (sessionId === actor.sessionId) return refuse('own_session')
    const { person } = await tx.one<{ person: string | null }>`
      select kernel.end_session(${sessionId}::uuid, ${reason}) as person`
    return person === null ? refuseKernel('not_found') : { personId: person }
  },
})

const time = (text: string | null): string | null => text && Temporal.Instant.from(text).toString()
const orNull = (schema: ReturnType<typeof Type.String>) => Type.Union([schema, Type.Null()])

/** 在线会话: who is signed in now, where, since when, and what they did last. */
export const liveSessions = query({
  path: 'sessions',
  title: { zh: '在线会话', en: 'Who is signed in' },
  access: 'signed_in',
  duties: accountDuties,
  params: Type.Object({}),
  result: Type.Object({
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        personId: Type.String(),
        name: Type.String(),
        district: Type.String(),
        workstation: Type.String(),
        device: orNull(Type.String()),
        startedAt: Type.String(),
        bar: orNull(Type.String()),
        lastAt: orNull(Type.String()),
        lastType: orNull(Type.String()),
        own: Type.Boolean(),
      }),
    ),
  }),
  async run({ tx, actor }) {
    const rows = await tx.rows<{
      id: string
      person_id: string
      name: string
      district: string
      workstation: string
      device: string | null
      started_at: string
      bar: string | null
      last_at: string | null
      last_type: string | null
    }>`select * from people.live_sessions()`
    return {
      items: rows.map((row) => ({
        id: row.id,
        personId: row.person_id,
        name: row.name,
        district: row.district,
        workstation: row.workstation,
        device: shortDevice(row.device),
        startedAt: time(row.started_at)!,
        bar: row.bar,
        lastAt: time(row.last_at),
        lastType: row.last_type,
        own: row.id === actor.sessionId,
      })),
    }
  },
})

/** 我的会话与设备: where I was signed in, from which devices, and how each session ended. */
export const mySessions = query({
  path: 'account/sessions',
  title: { zh: '我的会话与设备', en: 'My sessions and devices' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({
    sessions: Type.Array(
      Type.Object({
        id: Type.String(),
        workstation: Type.String(),
        device: orNull(Type.String()),
        startedAt: Type.String(),
        endedAt: orNull(Type.String()),
        endReason: orNull(Type.String()),
        endedBy: orNull(Type.String()),
        note: orNull(Type.String()),
        present: Type.Boolean(),
      }),
    ),
  }),
  async run({ tx }) {
    const rows = await tx.rows<{
      id: string
      workstation: string
      device: string | null
      started_at: string
      ended_at: string | null
      end_reason: string | null
      ended_by: string | null
      note: string | null
      present: boolean
    }>`select * from people.my_sessions()`
    return {
      sessions: rows.map((row) => ({
        id: row.id,
        workstation: row.workstation,
        device: shortDevice(row.device),
        startedAt: time(row.started_at)!,
        endedAt: time(row.ended_at),
        endReason: row.end_reason,
        endedBy: row.ended_by,
        note: row.note,
        present: row.present,
      })),
    }
  },
})

/** The end of a device's id: enough to tell a few devices apart, and read out over the telephone. */
const shortDevice = (device: string | null): string | null => device?.slice(-6).toUpperCase() ?? null

/** What tells that an account or a device is not used as it should be; rules of the risk notes by their number. */
export const accountFaults = {
  token_carried: {
    rule: 'R-04',
    severity: 'critical',
    title: {
      zh: '会话令牌从另一台设备出示，会话已终止',
      en: 'A session’s token came from another device; the session was ended',
    },
  },
  account_two_places: {
    rule: 'R-04',
    severity: 'critical',
    title: {
      zh: '同一账号一分钟内在两台设备上使用',
      en: 'One account was used on two devices within a minute',
    },
  },
  account_to_and_fro: {
    rule: 'R-04',
    severity: 'high',
    title: {
      zh: '同一账号半小时内在设备之间来回三次以上',
      en: 'One account went to and fro between devices three times in half an hour',
    },
  },
  typed_as_another: {
    rule: 'R-02',
    severity: 'high',
    title: { zh: '在他人未退出的设备上登录', en: 'Signed in at a device where another had not signed out' },
  },
  device_many_accounts: {
    rule: 'R-02',
    severity: 'high',
    title: {
      zh: '同一设备一天内有三个以上账号登录',
      en: 'More than three accounts were signed in at one device within a day',
    },
  },
  password_overdue: {
    rule: 'R-08',
    severity: 'high',
    title: { zh: '密码超过一个季度未修改仍在使用', en: 'A password older than a quarter was used for work' },
  },
  leaver_active: {
    rule: 'R-09',
    severity: 'critical',
    title: { zh: '离岗人员账号未注销或仍在使用', en: 'The account of someone who left is open or was used' },
  },
  used_on_leave: {
    rule: 'R-10',
    severity: 'critical',
    title: { zh: '休假离岗期间账号被使用', en: 'An account was used while its person was on leave' },
  },
  tried_on_leave: {
    rule: 'R-10',
    severity: 'high',
    title: {
      zh: '休假离岗期间有人用正确密码尝试登录',
      en: 'The right password of somebody on leave was given',
    },
  },
  address_many_names: {
    rule: 'R-04',
    severity: 'high',
    title: {
      zh: '同一地址一小时内用多个用户名登录失败',
      en: 'One address failed to sign in under many names within an hour',
    },
  },
  passkey_copied: {
    rule: 'R-04',
    severity: 'critical',
    title: {
      zh: '通行密钥的使用计数倒退，可能被复制',
      en: 'The counter of a passkey went back: it may have been copied',
    },
  },
  ticket_misused: {
    rule: 'R-04',
    severity: 'medium',
    title: {
      zh: '激活码被重复或冒名出示',
      en: 'A one-time ticket was shown again, or wrong ones were tried',
    },
  },
  out_of_hours: {
    rule: 'R-11',
    severity: 'medium',
    title: { zh: '非工作时间办理业务', en: 'Work was done out of office hours' },
  },
} as const satisfies Record<
  string,
  { rule: string; severity: 'critical' | 'high' | 'medium' | 'low'; title: Text }
>
export type AccountFaultKind = keyof typeof accountFaults

/** Makes a finding of what the watch over accounts has seen. One fault opens one finding, ever. */
export const raiseFault = act({
  type: 'account.raiseFault',
  title: { zh: '账号使用告警', en: 'Raise a fault of an account' },
  clauses: ['6.3'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      kind: Type.Unsafe<AccountFaultKind>(
        Type.Union(
          Object.keys(accountFaults).map((kind) => Type.Literal(kind)),
          { title: '种类|Kind' },
        ),
      ),
      /** Whom or what the fault is about: a person, or an address from which nobody in particular came. */
      personId: Type.Optional(Type.String({ title: '人员|Person', format: 'uuid' })),
      address: Type.Optional(Type.String({ title: '地址|Address', minLength: 1, maxLength: 60 })),
      key: Type.String({ title: '去重键|Key', minLength: 1, maxLength: 200 }),
      detail: Type.String({ title: '说明|Detail', maxLength: 200 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ finding: Type.Union([Type.String(), Type.Null()]) }),
  async handle({ tx, district }, { kind, personId, address, key, detail }) {
    const { rule, severity, title } = accountFaults[kind]
    const more = detail ? { zh: `（${detail}）`, en: ` (${detail})` } : { zh: '', en: '' }
    const finding = await openFinding(tx, district, 'service:detector', {
      kind,
      clause: '6.3',
      severity,
      subject: personId === undefined ? `address:${address}` : `person:${personId}`,
      dedupeKey: key,
      summary: { zh: `${rule} ${title.zh}${more.zh}`, en: `${rule} ${title.en}${more.en}` },
    })
    return { finding }
  },
})
