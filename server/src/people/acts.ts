import { hashRaw } from '@node-rs/argon2'
import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { refuser } from '../kernel/refusal.ts'
import { imageField, table } from '../platform/db/tx.ts'

export const sessionTable = table('kernel.session', ['id'], {
  seenAs: 'kernel.session_seen',
  anyLog: true,
})

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

/**
 * Opens a session (6.3). The database itself compares the derived password, ends the person's earlier session
 * and makes the token; wrong tries are counted and lock the account with growing delay.
 */
export const signIn = act({
  type: 'session.signIn',
  title: { zh: '登录', en: 'Sign in' },
  clauses: ['6.3'],
  actors: ['anonymous', 'person'],
  keptYears: 3,
  duties: [],
  input: Type.Object(
    {
      username: Type.String({ title: '用户名|User name', minLength: 1, maxLength: 40 }),
      password: Type.String({ title: '密码|Password', minLength: 1, maxLength: 200 }),
      workstation: Type.Optional(Type.String({ title: '工位|Workstation', maxLength: 100 })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ token: Type.String(), personId: Type.String(), superseded: Type.Boolean() }),
  created: (result) => ({ kind: 'person', id: result.personId }),
  secretInput: ['password'],
  secretResult: ['token'],
  async handle({ tx }, { username, password, workstation }) {
    const { salt, kdf } = await tx.one<{
      salt: Buffer
      kdf: string
    }>`select * from kernel.password_params(${username})`
    const derived = await derivePassword(password, salt, kdf)
    const { answer } = await tx.one<{
      answer: SignInAnswer
    }>`select kernel.sign_in(${username}, ${derived}, ${workstation ?? 'unknown'}) as answer`
    if (answer.status === 'locked')
      return refuse(
        'account_locked',
        { minutes: Math.ceil(answer.seconds / 60) },
        { data: { retryAfterSeconds: answer.seconds } },
      )
    if (answer.status === 'wrong') return refuse('wrong_password')
    tx.images.push({ field: imageField(sessionTable, { id: answer.session }), image: answer.image })
    return { token: answer.token, personId: answer.person, superseded: answer.superseded !== null }
  },
  async onRefused(tx, input, refusal) {
    if (refusal.code === 'wrong_password') await tx.one`select kernel.count_failure(${input.username})`
  },
})

type SignInAnswer =
  | { status: 'wrong' }
  | { status: 'locked'; seconds: number }
  | {
      status: 'ok'
      token: string
      person: string
      session: string
      superseded: string | null
      /** Of the session, as verification will see it. */
      image: string
    }

/** Ends the present session. */
export const signOut = act({
  type: 'session.signOut',
  title: { zh: '退出', en: 'Sign out' },
  clauses: ['6.3'],
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
