import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { type Refusal, refuser } from '../kernel/refusal.ts'
import { imageField, type Tx } from '../platform/db/tx.ts'
import { addressOf, countFailure, derivePassword, refuseProof } from './acts.ts'
import { isNear, passwordProblems, variantsOf, type Whose } from './password-rules.ts'
import { accountTable } from './tables.ts'

const refuse = refuser({
  password_weak: {
    status: 422,
    clause: '6.3',
    zh: '新密码不符合要求，请按提示修改。',
    en: 'The new password does not meet the rules; see the notes beside it.',
  },
  password_used: {
    status: 422,
    clause: '6.3',
    zh: '不能使用最近五次用过的密码。',
    en: 'None of the last five passwords may be used again.',
  },
  password_near: {
    status: 422,
    clause: '6.3',
    zh: '新密码与以前的密码太相近，请换一个完全不同的。',
    en: 'The new password is too close to an earlier one; please choose a different one.',
  },
  ticket_wrong: {
    status: 403,
    clause: '6.3',
    zh: '用户名或激活码不正确。',
    en: 'The user name or the ticket is not correct.',
  },
  activation_waits: {
    status: 429,
    clause: '6.3',
    zh: '从此地址输错次数过多，请在 {minutes} 分钟后再试。',
    en: 'Too many wrong tries came from this address; try again in {minutes} minute(s).',
  },
  ticket_expired: {
    status: 403,
    clause: '6.3',
    zh: '激活码已过期（24 小时内有效），请重新办理。',
    en: 'The ticket has expired (it is good for 24 hours); please ask for a new one.',
  },
  ticket_used: {
    status: 403,
    clause: '6.3',
    zh: '激活码已使用过。如不是您本人使用，请立即报告安全管理员。',
    en: 'The ticket has been used. If that was not you, tell the security administrator at once.',
  },
})

/** The refusal at the field it is about. */
const atPassword = (code: 'password_used' | 'password_near'): Refusal => ({
  ...refuse(code),
  fields: [{ path: 'password', message: refuse(code).message }],
})

function weakness(password: string, whose: Whose): Refusal | null {
  const fields = passwordProblems(password, whose)
  return fields.length > 0 ? refuse('password_weak', {}, { fields }) : null
}

type Answer =
  | { status: 'wrong' }
  | { status: 'locked'; seconds: number }
  | { status: 'used_before' }
  | { status: 'near_before' }
  | { status: 'address_waits'; seconds: number }
  | { status: 'ticket_wrong' }
  | { status: 'ticket_expired' }
  | { status: 'ticket_used' }
  | { status: 'ok'; image: string; person?: string }

function settle(tx: Tx, answer: Answer): Refusal | { person?: string } {
  switch (answer.status) {
    case 'ok':
      tx.images.push({ field: imageField(accountTable, JSON.parse(answer.image)), image: answer.image })
      return answer
    case 'used_before':
      return atPassword('password_used')
    case 'near_before':
      return atPassword('password_near')
    case 'wrong':
    case 'locked':
      return refuseProof(answer)
    case 'address_waits':
      return refuseToWait(answer.seconds)
    default:
      return refuse(answer.status)
  }
}

const refuseToWait = (seconds: number): Refusal =>
  refuse('activation_waits', { minutes: Math.ceil(seconds / 60) }, { data: { retryAfterSeconds: seconds } })

/** The forms of a new password under which an earlier one may be known, derived as the account derives. */
const derivedVariants = (password: string, salt: Buffer, kdf: string): Promise<Buffer[]> =>
  Promise.all(variantsOf(password).map((one) => derivePassword(one, salt, kdf)))

const newPassword = () => Type.String({ title: '新密码|New password', minLength: 1, maxLength: 200 })

/** 修改密码: at the latest after a quarter (6.3). The one thing a session can still do once its password is too old. */
export const changePassword = act({
  type: 'account.changePassword',
  title: { zh: '修改密码', en: 'Change the password' },
  clauses: ['6.3'],
  despite: ['device_needed', 'password_expired'],
  keptYears: 3,
  duties: [],
  input: Type.Object(
    {
      old: Type.String({ title: '现密码|Present password', minLength: 1, maxLength: 200 }),
      password: newPassword(),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({}),
  created: () => ({ kind: 'account', id: 'own' }),
  secretInput: ['old', 'password'],
  async handle({ tx }, { old, password }) {
    const own = await tx.one<{ salt: Buffer; kdf: string; username: string; name: string }>`
      select o.salt, o.kdf, people.username_of(p.id) as username, p.name
      from kernel.own_password_params() o, kernel.person p where p.id = kernel.act_person()`
    const weak = weakness(password, own)
    if (weak) return weak
    const present = await derivePassword(old, own.salt, own.kdf)
    const { answer } = await tx.one<{ answer: Answer }>`
      select kernel.change_password(${present}, ${await derivePassword(password, own.salt, own.kdf)},
        ${await derivedVariants(password, own.salt, own.kdf)}) as answer`
    const settled = settle(tx, answer)
    if ('code' in settled) return settled
    // Only who gave the right present password learns how near the new one is to it.
    return isNear(password, old) ? atPassword('password_near') : {}
  },
  onRefused: (tx, _input, refusal) => countFailure(tx, refusal),
})

/** 激活账号: sets the first password, or a new one after a reset, with the ticket that was handed over in person. */
export const activate = act({
  type: 'account.activate',
  title: { zh: '激活账号', en: 'Activate the account' },
  clauses: ['6.3'],
  actors: ['anonymous', 'person'],
  despite: ['session_locked', 'factor_needed', 'device_needed', 'password_expired'],
  keptYears: 3,
  duties: [],
  input: Type.Object(
    {
      username: Type.String({ title: '用户名|User name', minLength: 1, maxLength: 40 }),
      ticket: Type.String({ title: '激活码|Ticket', minLength: 1, maxLength: 60 }),
      password: newPassword(),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ personId: Type.String() }),
  created: (result) => ({ kind: 'person', id: result.personId }),
  secretInput: ['ticket', 'password'],
  async handle({ tx, from }, { username, ticket, password }) {
    const address = addressOf(from)
    const asked = await tx.one<{
      waits: number | null
      stands: 'ok' | 'ticket_wrong' | 'ticket_expired' | 'ticket_used'
      name: string | null
      salt: Buffer
      kdf: string
    }>`
      select kernel.address_waits(${address}, ${username}, null) as waits, people.ticket_stands(${username}, ${ticket}) as stands, people.ticket_name(${username}, ${ticket}) as name, p.salt, p.kdf
      from kernel.password_params(${username}) p`
    if (asked.waits !== null) return refuseToWait(asked.waits)
    if (asked.stands !== 'ok') return refuse(asked.stands)
    const weak = weakness(password, { username, name: asked.name })
    if (weak) return weak
    const { answer } = await tx.one<{ answer: Answer }>`
      select people.redeem_ticket(${username}, ${ticket}, ${await derivePassword(password, asked.salt, asked.kdf)},
        ${await derivedVariants(password, asked.salt, asked.kdf)}, ${address}) as answer`
    const settled = settle(tx, answer)
    return 'code' in settled ? settled : { personId: settled.person! }
  },
  async onRefused(tx, { username }, refusal, from) {
    if (refusal.code === 'ticket_wrong')
      await tx.one`select people.count_wrong_ticket(${username}, ${addressOf(from)})`
  },
})
