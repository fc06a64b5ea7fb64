import { randomBytes } from 'node:crypto'
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { generateSecret } from 'otplib'
import { Type } from 'typebox'
import { act, type Ctx, type Deps } from '../kernel/act.ts'
import { stepOf } from '../kernel/confirm.ts'
import { algorithms, keyOf } from '../kernel/passkey-key.ts'
import { constraintMeans, invalid } from '../kernel/perform.ts'
import { type Refusal, refuser } from '../kernel/refusal.ts'
import { imageField, type SqlValue, type Tx, table } from '../platform/db/tx.ts'

export const factorTable = table('people.factor', ['id'], { seenAs: 'people.factor_seen', anyLog: true })

export const refuseFactor = refuser({
  not_first: {
    clause: '6.3',
    zh: '您已有登记的设备，添加设备须用其中一个确认。',
    en: 'You already have a registered device: adding one is confirmed with one of them.',
  },
  not_awaited: {
    status: 403,
    clause: '6.3',
    zh: '首个设备只能在开通或重置后一天内登记。请到现场由两名管理员重置。',
    en: 'A first device is registered within a day of activation or reset. Ask two administrators, in person, for a reset.',
  },
  too_many_factors: {
    clause: '6.3',
    zh: '每人最多登记 10 个设备，请先停用不用的。',
    en: 'At most 10 devices each; end one you no longer use first.',
  },
  credential_taken: {
    clause: '6.3',
    zh: '这把通行密钥已经登记过。',
    en: 'This passkey has been registered already.',
  },
  wrong_registration: {
    status: 422,
    clause: '6.3',
    zh: '通行密钥的登记信息无效或已过期，请重新添加。',
    en: 'The passkey’s registration is not valid or has expired; please add it again.',
  },
  wrong_first_code: {
    status: 422,
    clause: '6.3',
    zh: '动态口令与所示密钥不符，请核对手机时间后重试。',
    en: 'The code does not belong to the secret shown; check the phone’s clock and try again.',
  },
  last_factor: {
    clause: '6.3',
    zh: '这是您唯一的设备，请先添加另一个，再停用它。',
    en: 'This is your only device; add another one before you end it.',
  },
  no_such_factor: {
    status: 404,
    clause: '6.3',
    zh: '没有这个设备，或已停用。',
    en: 'There is no such device, or it has been ended.',
  },
})
constraintMeans('factor_credential', () => refuseFactor('credential_taken'))

/** Name by which authenticators show this installation. */
const issuer = '明簿'
/** A secret of 20 bytes, as RFC 4226 asks of HMAC-SHA-1. */
const secretBytes = 20
/** Minutes for which an offer to register stands, at least; at most twice as many. */
const offerMinutes = 10

const word = (maxLength: number) => Type.String({ maxLength, pattern: '^[A-Za-z0-9_-]+$' })
const labelSchema = Type.String({ title: '名称|Name', minLength: 1, maxLength: 60 })
/** What is added: the answer of an authenticator to our offer, or a first code of the secret offered. */
const additionSchema = Type.Object(
  {
    label: labelSchema,
    passkey: Type.Optional(
      Type.Object(
        {
          id: word(1400),
          clientDataJSON: word(4096),
          attestationObject: word(16_384),
          transports: Type.Array(Type.String({ maxLength: 20, pattern: '^[a-z-]+$' }), { maxItems: 8 }),
        },
        { title: '通行密钥|Passkey', additionalProperties: false },
      ),
    ),
    totp: Type.Optional(
      Type.Object(
        {
          offer: word(400),
          code: Type.String({ title: '动态口令|One-time code', pattern: '^[0-9]{6}$' }),
        },
        { title: '动态口令|One-time codes', additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
interface Addition {
  label: string
  passkey?: { id: string; clientDataJSON: string; attestationObject: string; transports: string[] }
  totp?: { offer: string; code: string }
}

const needsOne = (input: Addition): Refusal | null =>
  (input.passkey === undefined) === (input.totp === undefined)
    ? invalid([
        {
          path: 'passkey',
          message: {
            zh: '通行密钥与动态口令须且只须填一项。',
            en: 'Give a passkey or a code, and only one of them.',
          },
        },
      ])
    : null

const added = Type.Object({ factorId: Type.String() })
const asFactor = (result: { factorId: string }) => ({ kind: 'factor', id: result.factorId })

/**
 * 登记首个设备: within a day of activation or reset, by whoever has none. Nothing could confirm it but being there in person.
 * Until then their session opens nothing else.
 */
export const addFirstFactor = act({
  type: 'factor.addFirst',
  title: { zh: '登记首个设备', en: 'Register a first device' },
  clauses: ['6.3'],
  duties: [],
  despite: ['device_needed'],
  input: additionSchema,
  result: added,
  created: asFactor,
  secretInput: ['totp'],
  problems: needsOne,
  handle: add,
})

/** 添加设备: a further passkey or authenticator app, confirmed with one already registered. */
export const addFactor = act({
  type: 'factor.add',
  title: { zh: '添加设备', en: 'Add a device' },
  clauses: ['6.3'],
  duties: [],
  highValue: true,
  input: additionSchema,
  result: added,
  created: asFactor,
  secretInput: ['totp'],
  problems: needsOne,
  handle: add,
})

async function add(ctx: Ctx, input: Addition): Promise<{ factorId: string } | Refusal> {
  const { label, passkey, totp } = input
  if (passkey) {
    const credential = await registered(ctx, passkey)
    return credential === null
      ? refuseFactor('wrong_registration')
      : put(ctx.tx, ['passkey', label, hostOf(ctx.deps), ...credential, null, null])
  }
  const offered = openOffer(ctx, totp!.offer)
  const step = offered && stepOf(offered, totp!.code, ctx.at)
  return step === null
    ? refuseFactor('wrong_first_code')
    : put(ctx.tx, ['totp', label, null, null, null, null, ctx.deps.vault.seal(offered!), offered, step])
}

type Put = [
  kind: string,
  label: string,
  rpId: string | null,
  credential: Uint8Array | null,
  key: Uint8Array | null,
  transports: string[] | null,
  sealed: Uint8Array | null,
  secret: Uint8Array | null,
  counter?: number,
]

async function put(tx: Tx, values: Put): Promise<{ factorId: string } | Refusal> {
  const [kind, label, rpId, credential, key, transports, sealed, secret, counter] = values
  const { added } = await tx.one<{
    added: { status: 'ok' | 'not_first' | 'not_awaited' | 'too_many'; factor: string; image: string }
  }>`
    select people.add_factor(${kind}, ${label}, ${rpId}, ${credential}, ${key}, ${transports as SqlValue}::text[], ${sealed}, ${secret},
      ${counter ?? 0}::bigint) as added`
  if (added.status === 'too_many') return refuseFactor('too_many_factors')
  if (added.status !== 'ok') return refuseFactor(added.status)
  tx.images.push({ field: imageField(factorTable, { id: added.factor }), image: added.image })
  return { factorId: added.factor }
}

const hostOf = ({ origin }: Deps): string => new URL(origin).hostname

/** Credential, key and transports of a passkey that answered our offer here, with its user verified; null otherwise. */
async function registered(
  { actor, at, deps }: Ctx,
  { id, clientDataJSON, attestationObject, transports }: Addition['passkey'] & object,
): Promise<[Uint8Array, Uint8Array, string[]] | null> {
  const response: RegistrationResponseJSON = {
    id,
    rawId: id,
    type: 'public-key',
    response: { clientDataJSON, attestationObject },
    clientExtensionResults: {},
  }
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (given) =>
        [0, 1].some((ago) => challengeOf(deps, actor.sessionId!, at, ago) === given),
      expectedOrigin: deps.origin,
      expectedRPID: hostOf(deps),
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    // A key that verification could not read one day is none.
    if (!verified || !keyOf(registrationInfo.credential.publicKey)) return null
    const { credential } = registrationInfo
    return [Buffer.from(credential.id, 'base64url'), Buffer.from(credential.publicKey), transports]
  } catch {
    // The library says every wrong answer by throwing.
    return null
  }
}

/** The challenge offered in a session: nothing is stored, and another session or a later hour has another. */
function challengeOf({ vault }: Deps, session: string, at: Temporal.Instant, ago: number): string {
  const period = Math.floor(at.epochMilliseconds / (offerMinutes * 60_000)) - ago
  return vault.searchHash(`passkey ${session} ${period}`).toString('base64url')
}

/** What a person is offered to register with: options for a passkey, and a secret for codes that is shown this once. */
export async function offerFactors(
  { deps, at, actor }: Pick<Ctx, 'deps' | 'at' | 'actor'>,
  person: { name: string; username: string; credentials: { id: string; transports: string[] }[] },
) {
  const options: PublicKeyCredentialCreationOptionsJSON = {
    rp: { name: issuer, id: hostOf(deps) },
    user: {
      id: deps.vault.searchHash(`user ${actor.personId}`).toString('base64url'),
      name: person.username,
      displayName: person.name,
    },
    challenge: challengeOf(deps, actor.sessionId!, at, 0),
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: 300_000,
    attestation: 'none',
    excludeCredentials: person.credentials.map(({ id, transports }) => ({
      id,
      type: 'public-key',
      transports: transports as never,
    })),
    authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
  }
  const secret = generateSecret({ length: secretBytes })
  const offer = JSON.stringify({
    secret,
    session: actor.sessionId,
    until: at.epochMilliseconds + 2 * offerMinutes * 60_000,
  })
  const label = encodeURIComponent(`${issuer}:${person.username}`)
  return {
    passkey: options,
    totp: {
      secret,
      uri: `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`,
      offer: deps.vault.seal(offer).toString('base64url'),
    },
  }
}

/** The secret of an offer made in this session a short while ago; null for anything else. */
function openOffer({ deps, actor, at }: Ctx, offer: string): Uint8Array | null {
  try {
    const said = JSON.parse(deps.vault.open(Buffer.from(offer, 'base64url')).toString()) as {
      secret: string
      session: string
      until: number
    }
    const stands = said.session === actor.sessionId && at.epochMilliseconds <= said.until
    return stands ? fromBase32(said.secret) : null
  } catch {
    return null
  }
}

function fromBase32(text: string): Uint8Array {
  const bits = [...text]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
}

interface Change {
  was: string
  image: string
}

async function change(tx: Tx, id: string, label: string | null, ends: boolean): Promise<Refusal | object> {
  const { changed } = await tx.one<{ changed: Change | { last: true } | null }>`
    select people.change_factor(${id}::uuid, ${label}, ${ends}) as changed`
  if (!changed) return refuseFactor('no_such_factor')
  if ('last' in changed) return refuseFactor('last_factor')
  leaveImages(tx, [{ id, ...changed }])
  return {}
}

/** Leaves the images of factors that a definer function changed (`people.end_factors`), in the act now open. */
export function leaveImages(tx: Tx, changed: readonly (Change & { id: string })[]): void {
  for (const { id, was, image } of changed)
    tx.images.push(
      { field: imageField(factorTable, { id }, 'was'), image: was },
      { field: imageField(factorTable, { id }), image },
    )
}

const factorId = Type.String({ title: '设备|Device', format: 'uuid' })

/** 停用设备: one of one's own, for ever, confirmed with any that is live. Those of others end by a reset in person. */
export const endFactor = act({
  type: 'factor.end',
  title: { zh: '停用设备', en: 'End a device' },
  clauses: ['6.3'],
  duties: [],
  highValue: true,
  input: Type.Object({ factorId }, { additionalProperties: false }),
  result: Type.Object({}),
  created: () => ({ kind: 'factor', id: 'own' }),
  handle: ({ tx }, { factorId }) => change(tx, factorId, null, true),
})

export const renameFactor = act({
  type: 'factor.rename',
  title: { zh: '更改设备名称', en: 'Rename a device' },
  clauses: ['6.3'],
  duties: [],
  input: Type.Object({ factorId, label: labelSchema }, { additionalProperties: false }),
  result: Type.Object({}),
  created: () => ({ kind: 'factor', id: 'own' }),
  handle: ({ tx }, { factorId, label }) => change(tx, factorId, label, false),
})

/** 登录确认: the second factor of a sign-in. Until then the session opens nothing else. */
export const confirmSignIn = act({
  type: 'factor.confirm',
  title: { zh: '登录确认', en: 'Confirm the sign-in' },
  clauses: ['6.3'],
  duties: [],
  despite: ['factor_needed'],
  highValue: true,
  keptYears: 3,
  input: Type.Object({}, { additionalProperties: false }),
  result: Type.Object({}),
  created: () => ({ kind: 'session', id: 'own' }),
  async handle({ tx }) {
    await tx.one`select people.pass_factor()`
    return {}
  },
})

const hex = (max: number) => Type.String({ maxLength: max * 2, pattern: '^([0-9a-f]{2})+$' })

/** Gives the people of a demo factors that the demo can work out. The database does it nowhere else. */
export const addDemoFactors = act({
  type: 'factor.demo',
  title: { zh: '登记演示验证器', en: 'Register demo authenticators' },
  clauses: ['6.3'],
  actors: ['service'],
  duties: [],
  input: Type.Object(
    {
      factors: Type.Array(
        Type.Object({
          person: Type.String({ format: 'uuid' }),
          kind: Type.Union([Type.Literal('passkey'), Type.Literal('totp')]),
          label: labelSchema,
          rpId: Type.Optional(Type.String({ maxLength: 253 })),
          credential: Type.Optional(hex(1023)),
          key: Type.Optional(hex(1024)),
          sealed: Type.Optional(hex(200)),
          digest: Type.Optional(hex(32)),
        }),
        { maxItems: 2000 },
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ count: Type.Number() }),
  created: () => ({ kind: 'factor', id: 'demo' }),
  secretInput: ['factors'],
  async handle({ tx }, { factors }) {
    const { made } = await tx.one<{ made: { id: string; image: string }[] }>`
      select people.add_demo_factors(${JSON.stringify(factors)}::jsonb) as made`
    for (const { id, image } of made) tx.images.push({ field: imageField(factorTable, { id }), image })
    return { count: made.length }
  },
})

/** Twenty random bytes for codes, as a phone would be given them. */
export const newSecret = (): Uint8Array => randomBytes(secretBytes)
