import { Type } from 'typebox'
import { query } from '../kernel/query.ts'

const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })

interface OwnSession {
  id: string
  workstation: string
  startedAt: string
  expiresAt: string
  passwordUntil: string | null
  bar: Bar | null
}
/** Bars under which one learns at least who one is. */
const bars = ['factor_needed', 'device_needed', 'password_expired'] as const
type Bar = (typeof bars)[number]
interface Notes {
  failed: number
  newHere: boolean
  newElsewhere: { workstation: string; at: string }[]
  devices: { label: string; at: string; what: 'added' | 'ended' }[]
  passwordAt: string | null
}
/** A time as PostgreSQL writes it into JSON, as every time is sent. */
const instant = (text: string): string => Temporal.Instant.from(text).toString()

/** Days left, a begun one counted; 0 from the moment itself on. */
const daysUntil = (until: string | null, at: Temporal.Instant): number | null =>
  until === null ? null : Math.max(0, Math.ceil(at.until(Temporal.Instant.from(until)).total('hours') / 24))

/** The signed-in person: name, office, posts, duties; under a bar no more than the name, the posts and the bar. */
export const session = query({
  path: 'session',
  title: { zh: '当前登录人', en: 'The signed-in person' },
  access: 'signed_in',
  duties: [],
  despite: bars,
  params: Type.Object({}),
  result: Type.Object({
    person: Type.Object({ id: Type.String(), name: Type.String(), username: Type.String() }),
    district: Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() }),
    posts: Type.Array(TextPair),
    duties: Type.Array(Type.String()),
    demo: Type.Boolean(),
    session: Type.Object({
      id: Type.String(),
      workstation: Type.String(),
      startedAt: Type.String(),
      expiresAt: Type.String(),
    }),
    /** Minutes without a key or a click after which the window locks itself. */
    idleMinutes: Type.Integer(),
    /** Days until the password is too old, 0 when it is; null for the shared password of a demo, which does not age. */
    passwordDays: Type.Union([Type.Integer(), Type.Null()]),
    /** What has to be done before anything else is answered. */
    bar: Type.Unsafe<Bar | null>(Type.Union([...bars.map((bar) => Type.Literal(bar)), Type.Null()])),
    /** What the holder of the account should know of it; null under a bar. */
    notes: Type.Union([
      Type.Object({
        /** Tries that failed between the sign-in before and this one. */
        failed: Type.Integer(),
        /** The account had never been opened on this device. */
        newHere: Type.Boolean(),
        /** Devices new to the account since it was last opened on this one. */
        newElsewhere: Type.Array(Type.Object({ workstation: Type.String(), at: Type.String() })),
        /** Passkeys and codes that were registered or ended between the sign-in before and this one. */
        devices: Type.Array(
          Type.Object({
            label: Type.String(),
            at: Type.String(),
            what: Type.Unsafe<'added' | 'ended'>(Type.Union([Type.Literal('added'), Type.Literal('ended')])),
          }),
        ),
        /** When the password was changed, if since the sign-in before. */
        passwordAt: Type.Union([Type.String(), Type.Null()]),
      }),
      Type.Null(),
    ]),
  }),
  async run({ tx, actor, at }) {
    const row = await tx.one<{
      name: string
      username: string
      district: string
      zh: string
      en: string
      posts: { zh: string; en: string }[]
      demo: boolean
      own: OwnSession
      idle: number
      notes: Notes
    }>`
      select kernel.own_session() as own, people.sign_in_notes() as notes, kernel.idle_minutes() as idle, p.name, people.username_of(p.id) as username, d.id as district, d.name_zh as zh, d.name_en as en, people.posts_of(p.id) as posts,
        exists (select from people.demo_login) as demo
      from kernel.person p join kernel.district d on d.id = p.district where p.id = ${actor.personId}::uuid`
    return {
      person: { id: actor.personId!, name: row.name, username: row.username },
      district: { id: row.district, zh: row.zh, en: row.en },
      posts: row.posts,
      duties: [...actor.duties],
      demo: row.demo,
      session: {
        id: row.own.id,
        workstation: row.own.workstation,
        startedAt: instant(row.own.startedAt),
        expiresAt: instant(row.own.expiresAt),
      },
      idleMinutes: row.idle,
      passwordDays: daysUntil(row.own.passwordUntil, at),
      bar: row.own.bar,
      notes: row.own.bar
        ? null
        : {
            ...row.notes,
            newElsewhere: row.notes.newElsewhere.map((one) => ({ ...one, at: instant(one.at) })),
            devices: row.notes.devices.map((one) => ({ ...one, at: instant(one.at) })),
            passwordAt: row.notes.passwordAt && instant(row.notes.passwordAt),
          },
    }
  },
})

/** Demo people to sign in as; empty in a real installation. */
export const demoPeople = query({
  path: 'demo',
  title: { zh: '演示人员', en: 'Demo people' },
  access: 'public',
  params: Type.Object({}),
  result: Type.Object({
    people: Type.Array(
      Type.Object({
        username: Type.String(),
        password: Type.String(),
        name: Type.String(),
        district: Type.Object({ id: Type.String(), zh: Type.String(), en: Type.String() }),
        posts: Type.Array(TextPair),
      }),
    ),
  }),
  async run(tx) {
    const rows = await tx.rows<{
      username: string
      password: string
      name: string
      district: string
      district_zh: string
      district_en: string
      posts: { zh: string; en: string }[]
    }>`
      select * from people.demo_people()`
    return {
      people: rows.map((row) => ({
        username: row.username,
        password: row.password,
        name: row.name,
        district: { id: row.district, zh: row.district_zh, en: row.district_en },
        posts: row.posts,
      })),
    }
  },
})
