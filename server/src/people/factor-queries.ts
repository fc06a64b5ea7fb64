import { generateSync } from 'otplib'
import { Type } from 'typebox'
import { query } from '../kernel/query.ts'
import { offerFactors } from './factors.ts'

interface FactorRow {
  id: string
  kind: 'passkey' | 'totp'
  label: string
  added_at: string
  used_at: string | null
  ended_at: string | null
  credential_id: Buffer | null
  transports: string[] | null
}

const Time = Type.Union([Type.String(), Type.Null()])

/** 我的设备: everything one registered, live first, and whether one may still register a first device. */
export const myFactors = query({
  path: 'factors',
  title: { zh: '我的设备', en: 'My devices' },
  access: 'signed_in',
  duties: [],
  despite: ['device_needed'],
  params: Type.Object({}),
  result: Type.Object({
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        kind: Type.String(),
        label: Type.String(),
        addedAt: Type.String(),
        usedAt: Time,
        endedAt: Time,
      }),
    ),
    awaitsFirst: Type.Boolean(),
  }),
  async run({ tx }) {
    const rows = await tx.rows<FactorRow>`select * from people.my_factors()`
    const { awaited } = await tx.one<{ awaited: boolean }>`select people.may_add_first_factor() as awaited`
    return {
      items: rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        label: row.label,
        addedAt: row.added_at,
        usedAt: row.used_at,
        endedAt: row.ended_at,
      })),
      awaitsFirst: awaited,
    }
  },
})

/** What a device is registered with. The secret for codes is made anew each time and kept only once a code of it has come. */
export const factorOffer = query({
  path: 'factors/offer',
  title: { zh: '添加设备所需的参数', en: 'What a device is added with' },
  access: 'signed_in',
  duties: [],
  despite: ['device_needed'],
  params: Type.Object({}),
  result: Type.Object({
    passkey: Type.Object({}, { additionalProperties: true }),
    totp: Type.Object({ secret: Type.String(), uri: Type.String(), offer: Type.String() }),
  }),
  async run(ctx) {
    const person = await ctx.tx.one<{ name: string; username: string }>`
      select p.name, people.username_of(p.id) as username from kernel.person p where p.id = ${ctx.actor.personId}::uuid`
    const rows = await ctx.tx.rows<FactorRow>`select * from people.my_factors()`
    const credentials = rows
      .filter((row) => row.credential_id !== null && row.ended_at === null)
      .map((row) => ({
        id: row.credential_id!.toString('base64url'),
        transports: (row.transports ?? []).filter((one) => one !== 'demo'),
      }))
    return offerFactors(ctx, { ...person, credentials })
  },
})

const stepSeconds = 30

/**
 * 演示验证器: the present code of a person of the demo, or the seconds until there is one that was not used. Anywhere but
 * in a demo there is none: neither this query nor the database has a secret to make it of.
 */
export const demoCode = query({
  path: 'demo/code',
  title: { zh: '演示验证器', en: 'Demo authenticator' },
  access: 'public',
  params: Type.Object({ username: Type.String({ minLength: 1, maxLength: 40 }) }),
  result: Type.Object({ code: Type.Union([Type.String(), Type.Null()]), seconds: Type.Number() }),
  async run(tx, { username }, deps) {
    const none = { code: null, seconds: 0 }
    if (!deps.demo) return none
    const row = await tx.maybe<{ secret_sealed: Buffer; last_step: number; at: string }>`
      select * from people.demo_secret(${username})`
    if (!row) return none
    const now = Temporal.Instant.from(row.at).epochMilliseconds / 1000
    const present = Math.floor(now / stepSeconds)
    const step = Math.max(row.last_step + 1, present)
    // A code may be one step early, and no more.
    if (step > present + 1) return { code: null, seconds: Math.ceil((step - 1) * stepSeconds - now) }
    const secret = new Uint8Array(deps.vault.open(row.secret_sealed))
    const code = generateSync({ secret, epoch: step * stepSeconds })
    return { code, seconds: Math.ceil((step + 1) * stepSeconds - now) }
  },
})
