import { isIP } from 'node:net'
import { hashRaw } from '@node-rs/argon2'
import { Type } from 'typebox'
import { act, type From, type SessionBar } from '../kernel/act.ts'
import { type Refusal, refuser } from '../kernel/refusal.ts'
import { imageField, type Tx, table } from '../platform/db/tx.ts'

export const sessionTable = table('kernel.session', ['id'], {
  seenAs: 'kernel.session_seen',
  anyLog: true,
})
export const deviceTable = table('kernel.device', ['id'], { seenAs: 'kernel.device_seen', anyLog: true })

/** Signing in and out and covering the screen are possible whatever keeps the session from everything else. */
const everyBar: readonly SessionBar[] = [
  'session_locked',
  'factor_needed',
  'device_needed',
  'password_expired',
]

const refuse = refuser({
  wrong_password: {
    status: 401,
    clause: '6.3',
    zh: '用户名或密码不正确。',
    en: 'The user name or password is not correct.',
  },
  account_locked: {
    status: 423,
    clause: '6.3',
    zh: '连续输错，账号已暂时锁定，请在 {minutes} 分钟后再试。',
    en: 'Too many wrong passwords: the account is locked for another {minutes} minute(s).',
  },
  address_waits: {
    status: 429,
    clause: '6.3',
    zh: '从此地址登录输错次数过多，请在 {minutes} 分钟后再试，或在常用的电脑上登录。',
    en: 'Too many wrong sign-ins came from this address; try again in {minutes} minute(s), or at a computer you have used before.',
  },
  absent: {
    status: 403,
    clause: '6.3',
    zh: '您正在休假或离岗，账号暂停使用。',
    en: 'You are on leave; your account is not used during it.',
  },
  reset: {
    status: 403,
    clause: '6.3',
    zh: '密码已重置，请用一次性激活码设置新密码。',
    en: 'Your password was reset; please set a new one with your one-time ticket.',
  },
})

/** The library's number for argon2id; its enum exists only in types. */
const argon2id = 2

/** Derives the 32 bytes that the database compares: argon2id with the account's own salt and cost. */
export async function derivePassword(password: string, salt: Uint8Array, kdf: string): Promise<Buffer> {
  const cost = /^argon2id:m=(\d+),t=(\d+),p=(\d+)$/.exec(kdf)
  if (!cost) throw new Error(`unknown password derivation ${kdf}`)
  return hashRaw(password.normalize('NFC'), {
    algorithm: argon2id,
    salt,
    memoryCost: Number(cost[1]),
    timeCost: Number(cost[2]),
    parallelism: Number(cost[3]),
    outputLen: 32,
  })
}

/** Why a password or another proof of who one is was not taken, after one of `kernel`'s functions has said so. */
export function refuseProof(
  answer: { status: 'wrong' } | { status: 'locked' | 'address_waits'; seconds: number },
): Refusal {
  return answer.status === 'wrong'
    ? refuse('wrong_password')
    : refuse(
        answer.status === 'locked' ? 'account_locked' : 'address_waits',
        { minutes: Math.ceil(answer.seconds / 60) },
        { data: { retryAfterSeconds: answer.seconds } },
      )
}

/** The network address a request came from; null for programs within, which have none. */
export const addressOf = (from: From | null): string | null =>
  from && isIP(from.address) ? from.address : null

/**
 * Counts a wrong proof in the transaction that records the refusal: from the fifth on the account is locked, and an address
 * that has guessed often waits.
 */
export async function countFailure(
  tx: Tx,
  refusal: Refusal,
  username: string | null = null,
  from: From | null = null,
): Promise<void> {
  if (refusal.code === 'wrong_password')
    await tx.one`select kernel.count_failure(${username}, ${addressOf(from)})`
}

const noControls = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'

/**
 * Opens a session (6.3), bound to the device whose secret comes with it. The database itself compares the derived
 * password, ends the person's earlier session and whatever is open on this device, and makes the token; wrong tries
 * are counted and lock the account with growing delay.
 */
export const signIn = act({
  type: 'session.signIn',
  title: { zh: '登录', en: 'Sign in' },
  clauses: ['6.3'],
  actors: ['anonymous', 'person'],
  despite: everyBar,
  keptYears: 3,
  duties: [],
  input: Type.Object(
    {
      username: Type.String({ title: '用户名|User name', minLength: 1, maxLength: 40, pattern: noControls }),
      password: Type.String({ title: '密码|Password', minLength: 1, maxLength: 200 }),
      workstation: Type.Optional(
        Type.String({ title: '工位|Workstation', maxLength: 100, pattern: noControls }),
      ),
      device: Type.Optional(Type.String({ title: '设备|Device', pattern: '^([0-9a-f]{2}){16,32}$' })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    token: Type.String(),
    personId: Type.String(),
    superseded: Type.Boolean(),
    /** The person's own session that this one has ended: where it was and since when. */
    ended: Type.Union([
      Type.Object({ workstation: Type.String(), startedAt: Type.String(), otherDevice: Type.Boolean() }),
      Type.Null(),
    ]),
  }),
  created: (result) => ({ kind: 'person', id: result.personId }),
  secretInput: ['password', 'device'],
  secretResult: ['token'],
  async handle({ tx, from }, { username, password, workstation, device }) {
    const address = addressOf(from)
    const secret = device ? Buffer.from(device, 'hex') : null
    // Neither a locked name, whoever asks and whether anybody has it, nor an address that waits costs a derivation.
    const params = await tx.one<{ salt: Buffer; kdf: string; locked: number | null; waits: number | null }>`
      select salt, kdf, kernel.locked_for(${username}) as locked, kernel.address_waits(${address}, ${username}, ${secret}) as waits
      from kernel.password_params(${username})`
    if (params.locked !== null) return refuseProof({ status: 'locked', seconds: params.locked })
    if (params.waits !== null) return refuseProof({ status: 'address_waits', seconds: params.waits })
    const derived = await derivePassword(password, params.salt, params.kdf)
    const { answer } = await tx.one<{ answer: SignInAnswer }>`
      select kernel.sign_in(${username}, ${derived}, ${workstation?.trim() || 'unknown'},
        ${secret}, ${address}) as answer`
    if (answer.status === 'absent' || answer.status === 'reset') return refuse(answer.status)
    if (answer.status !== 'ok') return refuseProof(answer)
    tx.images.push({ field: imageField(sessionTable, { id: answer.session }), image: answer.image })
    if (answer.device)
      tx.images.push({ field: imageField(deviceTable, JSON.parse(answer.device)), image: answer.device })
    const was = answer.superseded
    return {
      token: answer.token,
      personId: answer.person,
      superseded: was !== null,
      ended: was && {
        workstation: was.workstation,
        startedAt: Temporal.Instant.from(was.startedAt).toString(),
        otherDevice: was.otherDevice,
      },
    }
  },
  onRefused: (tx, input, refusal, from) => countFailure(tx, refusal, input.username, from),
})

type SignInAnswer =
  | { status: 'wrong' }
  | { status: 'absent' }
  | { status: 'reset' }
  | { status: 'locked' | 'address_waits'; seconds: number }
  | {
      status: 'ok'
      /** Of the session, and behind it the secret of the device where there is one. */
      token: string
      person: string
      session: string
      superseded: { session: string; workstation: string; startedAt: string; otherDevice: boolean } | null
      /** Of the session and of the device, as verification will see them. */
      image: string
      device: string | null
    }

/** Ends the present session. */
export const signOut = act({
  type: 'session.signOut',
  title: { zh: '退出', en: 'Sign out' },
  clauses: ['6.3'],
  despite: everyBar,
  keptYears: 3,
  duties: [],
  input: Type.Object({}, { additionalProperties: false }),
  result: Type.Object({}),
  created: () => ({ kind: 'session', id: 'own' }),
  async handle({ tx }) {
    await tx.one`select kernel.sign_out()`
    return {}
  },
})

/** 锁定窗口: covers an unattended desk. Until it is unlocked the session opens nothing. */
export const lock = act({
  type: 'session.lock',
  title: { zh: '锁定窗口', en: 'Lock the window' },
  clauses: ['6.3'],
  despite: everyBar,
  keptYears: 3,
  duties: [],
  input: Type.Object(
    { idle: Type.Boolean({ title: '因无操作|For idleness' }) },
    { additionalProperties: false },
  ),
  result: Type.Object({}),
  created: () => ({ kind: 'session', id: 'own' }),
  async handle({ tx }) {
    await tx.one`select kernel.lock_session()`
    return {}
  },
})

/** 解锁: the same person again, with their password. Wrong tries count as those of signing in. */
export const unlock = act({
  type: 'session.unlock',
  title: { zh: '解锁窗口', en: 'Unlock the window' },
  clauses: ['6.3'],
  despite: ['session_locked', 'password_expired'],
  keptYears: 3,
  duties: [],
  input: Type.Object(
    { password: Type.String({ title: '密码|Password', minLength: 1, maxLength: 200 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({}),
  created: () => ({ kind: 'session', id: 'own' }),
  secretInput: ['password'],
  async handle({ tx }, { password }) {
    const { salt, kdf } = await tx.one<{
      salt: Buffer
      kdf: string
    }>`select * from kernel.own_password_params()`
    const derived = await derivePassword(password, salt, kdf)
    const { answer } = await tx.one<{
      answer: { status: 'ok' | 'wrong' } | { status: 'locked'; seconds: number }
    }>`select kernel.unlock_session(${derived}) as answer`
    return answer.status === 'ok' ? {} : refuseProof(answer as Parameters<typeof refuseProof>[0])
  },
  onRefused: (tx, _input, refusal) => countFailure(tx, refusal),
})
