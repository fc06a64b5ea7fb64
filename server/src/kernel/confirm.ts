import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { verifySync } from 'otplib'
import type { Tx } from '../platform/db/tx.ts'
import type { Vault } from '../platform/vault.ts'
import type { AnyAct } from './act.ts'
import { type Assertion, assertionFault, counterOf } from './assertion.ts'
import { canonicalBytes, type EvidenceField, sha256 } from './evidence-fields.ts'
import { type TakenCommand, type TakenFactor, takeCommand } from './prepare.ts'
import { type FieldProblem, type Refusal, refuseKernel, refuser } from './refusal.ts'

/** How whoever acts says once more that they mean it: a passkey's assertion over the command, or a one-time code. */
export type Confirmation = { kind: 'passkey'; assertion: Assertion } | { kind: 'totp'; code: string }

/** A command that was taken and confirmed, and what its leaf says of that. */
export interface Confirmed {
  taken: TakenCommand
  fields: EvidenceField[]
}

export const confirmationRefusals = {
  not_confirmed: {
    status: 403,
    clause: '6.3',
    zh: '“{act}”须用您的通行密钥或动态口令当场确认，未办理。',
    en: '“{act}” must be confirmed on the spot with your passkey or a one-time code; nothing was done.',
  },
  unknown_credential: {
    status: 403,
    clause: '6.3',
    zh: '这把通行密钥未登记在您名下，或已停用，未办理。',
    en: 'This passkey is not registered to you, or has been ended; nothing was done.',
  },
  wrong_assertion: {
    status: 403,
    clause: '6.3',
    zh: '通行密钥的签名与这项操作不符，未办理，请重新确认。',
    en: 'The passkey’s signature does not belong to this act; nothing was done, please confirm again.',
  },
  other_site: {
    status: 403,
    clause: '6.3',
    zh: '这次确认不是在本系统的网址上作出的，未办理。',
    en: 'This confirmation was not made at this system’s address; nothing was done.',
  },
  user_not_verified: {
    status: 403,
    clause: '6.3',
    zh: '通行密钥没有核验使用者本人（指纹、面容或 PIN），未办理。',
    en: 'The passkey did not verify its user (fingerprint, face or PIN); nothing was done.',
  },
  counter_back: {
    status: 403,
    clause: '6.3',
    zh: '这把通行密钥的使用计数倒退，可能被复制过，未办理；请停用它并告知安全管理员。',
    en: 'The counter of this passkey went back: it may have been copied. Nothing was done; end it and tell the security administrator.',
  },
  wrong_code: {
    status: 403,
    clause: '6.3',
    zh: '动态口令不正确或已过期，未办理。',
    en: 'The one-time code is wrong or has expired; nothing was done.',
  },
  code_used: {
    status: 403,
    clause: '6.3',
    zh: '这个动态口令已经用过，请等下一个。',
    en: 'This one-time code has been used; please wait for the next one.',
  },
  no_code_factor: {
    status: 403,
    clause: '6.3',
    zh: '您没有登记动态口令，请用通行密钥确认，或先在“我的设备”中登记。',
    en: 'You have no one-time codes registered; confirm with a passkey, or register first under “My devices”.',
  },
  register_passkey: {
    status: 403,
    clause: '6.3',
    zh: '近 30 天内用动态口令确认的次数已满，请登记通行密钥。',
    en: 'You have used up the confirmations by one-time code of these 30 days: register a passkey.',
  },
  confirmation_locked: {
    status: 423,
    clause: '6.3',
    zh: '多次确认失败，账号已暂时锁定，请在 {minutes} 分钟后再试。',
    en: 'Too many failed confirmations: the account is locked for another {minutes} minute(s).',
  },
} as const

const refuse = refuser(confirmationRefusals)

/** Refusals that count as a failed try, like a wrong password. */
const counted = new Set<string>([
  'unknown_credential',
  'wrong_assertion',
  'other_site',
  'user_not_verified',
  'counter_back',
  'wrong_code',
  'code_used',
])
export const isFailedTry = (refusal: Refusal): boolean => counted.has(refusal.code)

export const refuseUnconfirmed = ({ title }: AnyAct): Refusal => ({
  ...refuse('not_confirmed'),
  message: {
    zh: refuse('not_confirmed', { act: title.zh }).message.zh,
    en: refuse('not_confirmed', { act: title.en }).message.en,
  },
})

/** Takes the command that was prepared, and has it confirmed. Refusals leave nothing behind. */
export async function confirmCommand(
  tx: Tx,
  { act, nonce, confirmation }: { act: AnyAct; nonce: Uint8Array; confirmation: Confirmation | undefined },
  { at, vault, origin }: { at: Temporal.Instant; vault: Vault; origin: string },
): Promise<Confirmed | Refusal> {
  if (!confirmation) return refuseUnconfirmed(act)
  const credential =
    confirmation.kind === 'passkey' ? Buffer.from(confirmation.assertion.credential, 'base64url') : null
  const taken = await takeCommand(tx, nonce, credential)
  if (!taken) return refuseKernel('not_prepared')
  if (taken.lockedSeconds > 0)
    return refuse(
      'confirmation_locked',
      { minutes: Math.ceil(taken.lockedSeconds / 60) },
      { data: { retryAfterSeconds: taken.lockedSeconds } },
    )
  const officer =
    confirmation.kind === 'passkey'
      ? await byPasskey(taken, confirmation.assertion, origin)
      : await byCode(tx, taken, confirmation.code, { at, vault })
  if ('code' in officer) return officer
  const fields = [
    { name: 'officer', value: canonicalBytes(officer) },
    { name: 'command', value: taken.command },
  ]
  return { taken, fields }
}

/** What a leaf says of who confirmed its command. */
export type Officer =
  | ({ method: 'passkey'; signed: true; factor: string } & Assertion)
  | { method: 'totp'; signed: false; factor: string; step: number }

async function byPasskey(
  taken: TakenCommand,
  assertion: Assertion,
  origin: string,
): Promise<Officer | Refusal> {
  const [factor] = taken.factors
  if (!factor?.key || factor.rpId === null) return refuse('unknown_credential')
  const challenge = sha256(taken.command)
  const fault = assertionFault(assertion, { challenge, rpId: factor.rpId, origin })
  if (fault === 'malformed' || fault === 'other_command') return refuse('wrong_assertion')
  if (fault !== null) return refuse(fault)
  const counter = counterOf(assertion)
  if ((counter > 0 || factor.counter > 0) && counter <= factor.counter) return refuse('counter_back')
  return (await isGenuine(assertion, factor, { challenge, origin }))
    ? { method: 'passkey', signed: true, factor: factor.id, ...assertion }
    : refuse('wrong_assertion')
}

/** The library's judgement, which includes the signature's. */
async function isGenuine(
  { credential: id, ...response }: Assertion,
  factor: TakenFactor,
  { challenge, origin }: { challenge: Uint8Array; origin: string },
): Promise<boolean> {
  const credential = { id, publicKey: new Uint8Array(factor.key!), counter: factor.counter }
  const asGiven: AuthenticationResponseJSON = {
    id,
    rawId: id,
    type: 'public-key',
    response,
    clientExtensionResults: {},
  }
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: asGiven,
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: origin,
      expectedRPID: factor.rpId!,
      requireUserVerification: true,
      credential,
    })
    return verified
  } catch {
    // The library says every wrong answer by throwing.
    return false
  }
}

async function byCode(
  tx: Tx,
  taken: TakenCommand,
  code: string,
  { at, vault }: { at: Temporal.Instant; vault: Vault },
): Promise<Officer | Refusal> {
  if (taken.factors.length === 0) return refuse('no_code_factor')
  for (const { id, sealed } of taken.factors) {
    const secret = vault.open(sealed!)
    const step = stepOf(secret, code, at)
    if (step === null) continue
    const { status } = await tx.one<{ status: 'ok' | 'used' | 'wrong' | 'capped' }>`
      select kernel.prove_code(${id}::uuid, ${secret}, ${step}::bigint) as status`
    if (status === 'ok') return { method: 'totp', signed: false, factor: id, step }
    if (status === 'capped') return refuse('register_passkey')
    return refuse(status === 'used' ? 'code_used' : 'wrong_code')
  }
  return refuse('wrong_code')
}

/** The step of 30 seconds whose code this is, at most one before or after now; null when it is none of theirs. */
export function stepOf(secret: Uint8Array, code: string, at: Temporal.Instant): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const epoch = Math.floor(at.epochMilliseconds / 1000)
  const found = verifySync({ secret: new Uint8Array(secret), token: code, epoch, epochTolerance: 30 })
  return found.valid && 'timeStep' in found ? found.timeStep : null
}

const base64url = /^[A-Za-z0-9_-]{1,4096}$/

/** A confirmation as a client sends it, or what is wrong with it, field by field. */
export function readConfirmation(given: unknown): Confirmation | FieldProblem[] {
  const problem = (path: string): FieldProblem => ({
    path: `confirmation.${path}`,
    message: { zh: '确认信息不完整或格式不对。', en: 'The confirmation is incomplete or malformed.' },
  })
  if (typeof given !== 'object' || given === null) return [problem('kind')]
  const said = given as Record<string, unknown>
  if (said.kind === 'totp')
    return typeof said.code === 'string' && /^\d{6}$/.test(said.code)
      ? { kind: 'totp', code: said.code }
      : [problem('code')]
  if (said.kind !== 'passkey') return [problem('kind')]
  const names = ['credential', 'authenticatorData', 'clientDataJSON', 'signature'] as const
  const wrong = names.filter((name) => typeof said[name] !== 'string' || !base64url.test(String(said[name])))
  if (wrong.length > 0) return wrong.map(problem)
  const [credential, authenticatorData, clientDataJSON, signature] = names.map((name) =>
    String(said[name]),
  ) as [string, string, string, string]
  return { kind: 'passkey', assertion: { credential, authenticatorData, clientDataJSON, signature } }
}
