import { createPublicKey, verify } from 'node:crypto'
import { type AnyAct, findAct } from '../../kernel/act.ts'
import { type Assertion, type AssertionFault, assertionFault, signedBytes } from '../../kernel/assertion.ts'
import { sha256 } from '../../kernel/evidence-fields.ts'
import { keyOf } from '../../kernel/passkey-key.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { ActRow, ValueRow } from './acts.ts'
import type { Run } from './run.ts'

/** A factor as its table shows it; the table itself is held against the images that its acts left in the log. */
interface Factor {
  id: string
  person_id: string
  kind: 'passkey' | 'totp'
  rp_id: string | null
  credential_id: Buffer | null
  public_key: Buffer | null
  added_at: string
  ended_at: string | null
}

/** What a leaf says of who confirmed its command, as far as anybody can believe it unchecked. */
type Said = Partial<Assertion> & { method?: string; factor?: string; step?: number; signed?: boolean }

type Wrong = (code: string, said: Text) => void

const faults: Record<AssertionFault, Text> = {
  malformed: { zh: '无法读取', en: 'it cannot be read' },
  other_command: { zh: '它是对另一条命令作出的', en: 'it was made over another command' },
  other_site: { zh: '它不是在本系统作出的', en: 'it was not made at this installation' },
  user_not_verified: { zh: '设备没有核验使用者本人', en: 'the device did not verify its user' },
}

/** Seconds that one step of a one-time code lasts. */
const stepSeconds = 30

/**
 * Holds each act of high value against its confirmation: the command says what the act says, and a factor of whoever
 * acted, enrolled and live at that time, confirmed exactly these bytes. Needs nothing but what the log commits to.
 */
export class Officers {
  readonly #factors: ReadonlyMap<string, Factor>
  readonly #codes = new Set<string>()

  constructor(factors: readonly Factor[]) {
    this.#factors = new Map(factors.map((one) => [one.id, one]))
  }

  /** Everybody's factors, also those that have ended. */
  static async of(client: Run['client']): Promise<Officers> {
    const { rows } = await client.query<Factor>(
      'select id, person_id, kind, rp_id, credential_id, public_key, added_at, ended_at from people.factor_seen',
    )
    return new Officers(rows)
  }

  /** One done act of a person. `plain` gives the bytes of a committed field, or nothing when it is not there or erased. */
  verify(
    row: ActRow,
    values: readonly ValueRow[],
    plain: (field: string) => Uint8Array | undefined,
    wrong: Wrong,
  ): void {
    const act = findAct(row.type)
    if (!act?.highValue || row.outcome !== 'done' || row.person_id === null) return
    const command = plain('command')
    const said = parsed<Said>(plain('officer'))
    if (!command || !said) {
      // What need not be kept for ever may have been erased, and then two people have decided so.
      if (act.keptYears !== undefined && values.some((one) => one.value === null)) return
      wrong('unconfirmed', {
        zh: '属重要操作，却没有本人的当场确认',
        en: 'nobody confirmed it, and it is of high value',
      })
      return
    }
    const other = commandFault(act, row, values, command)
    if (other)
      wrong('command_changed', {
        zh: `所确认的命令不是本行为：${other.zh}`,
        en: `the command that was confirmed is not this act: ${other.en}`,
      })
    const factor = this.#factors.get(said.factor ?? '')
    if (!factor || factor.kind !== said.method || said.signed !== (factor.kind === 'passkey'))
      wrong('factor_unknown', {
        zh: '确认所用的设备没有人登记过',
        en: 'it was confirmed by a factor nobody enrolled',
      })
    else if (factor.person_id !== row.person_id)
      wrong('factor_unknown', {
        zh: '确认所用的是他人的设备',
        en: 'it was confirmed by a factor of somebody else',
      })
    else if (!livedAt(factor, row.at))
      wrong('factor_ended', {
        zh: '确认所用的设备当时不在用',
        en: 'it was confirmed by a factor that was not live then',
      })
    else if (factor.kind === 'passkey') verifyAssertion(factor, command, said, wrong)
    else this.#verifyCode(factor, row, said, wrong)
  }

  #verifyCode({ id }: Factor, { at }: ActRow, { step }: Said, wrong: Wrong): void {
    const present = Math.floor(Date.parse(at) / 1000 / stepSeconds)
    if (step === undefined || Math.abs(step - present) > 1)
      wrong('code_wrong', { zh: '动态口令不是当时的', en: 'the one-time code was not of that time' })
    else if (this.#codes.has(`${id} ${step}`))
      wrong('code_wrong', {
        zh: '动态口令已确认过另一行为',
        en: 'the one-time code had confirmed another act',
      })
    this.#codes.add(`${id} ${step}`)
  }
}

function verifyAssertion(factor: Factor, command: Uint8Array, said: Said, wrong: Wrong): void {
  const { credential = '', authenticatorData = '', clientDataJSON = '', signature = '' } = said
  const assertion: Assertion = { credential, authenticatorData, clientDataJSON, signature }
  if (!Buffer.from(credential, 'base64url').equals(factor.credential_id!))
    wrong('assertion_wrong', {
      zh: '办理人的签名写着另一把密钥',
      en: 'the officer’s assertion names another credential than its factor',
    })
  const fault = assertionFault(assertion, { challenge: sha256(command), rpId: factor.rp_id! })
  if (fault)
    wrong('assertion_wrong', {
      zh: `办理人的签名不成立：${faults[fault].zh}`,
      en: `the officer’s assertion does not hold: ${faults[fault].en}`,
    })
  else if (!isSignedBy(factor.public_key!, assertion))
    wrong('assertion_wrong', {
      zh: '办理人的签名不是所登记的密钥作出的',
      en: 'the officer’s signature is not that of the enrolled key',
    })
}

/** True when the signature is that of the key, given as COSE, over what was asserted. */
function isSignedBy(cose: Uint8Array, assertion: Assertion): boolean {
  const [key, bytes] = [keyOf(cose), signedBytes(assertion)]
  if (!key || !bytes) return false
  try {
    return verify('sha256', bytes.signed, createPublicKey({ key, format: 'jwk' }), bytes.signature)
  } catch {
    return false
  }
}

interface Command {
  v?: unknown
  type?: unknown
  person?: unknown
  request?: unknown
  subject?: { kind?: unknown; id?: unknown } | null
  inputs?: Record<string, unknown>
}

/** What of the command is not of the act; null when all of it is. */
function commandFault(act: AnyAct, row: ActRow, values: readonly ValueRow[], bytes: Uint8Array): Text | null {
  const command = parsed<Command>(bytes)
  if (command?.v !== 1) return { zh: '无法读取', en: 'it cannot be read' }
  if (command.type !== row.type) return { zh: '另一种行为', en: 'another act' }
  if (command.person !== row.person_id) return { zh: '另一人', en: 'another person' }
  if (command.request !== row.request_id) return { zh: '另一请求', en: 'another request' }
  const subject = act.subject ? { kind: row.subject_kind, id: row.subject_id } : null
  if (
    (command.subject?.kind ?? null) !== (subject?.kind ?? null) ||
    (command.subject?.id ?? null) !== (subject?.id ?? null)
  )
    return { zh: '另一对象', en: 'another subject' }
  const inputs = values.filter(({ field }) => field.startsWith('in.'))
  const confirmed = Object.entries(command.inputs ?? {})
  const same =
    inputs.length === confirmed.length &&
    inputs.every(({ field, commitment }) => command.inputs![field] === commitment.toString('hex'))
  return same ? null : { zh: '另一内容', en: 'another input' }
}

function livedAt({ added_at, ended_at }: Factor, at: string): boolean {
  const when = Temporal.Instant.from(at)
  const after = (time: string) => Temporal.Instant.compare(when, Temporal.Instant.from(time)) > 0
  return (
    !(ended_at !== null && after(ended_at)) &&
    (after(added_at) || when.equals(Temporal.Instant.from(added_at)))
  )
}

function parsed<T>(bytes: Uint8Array | undefined): T | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes!).toString())
    return typeof value === 'object' && value !== null ? (value as T) : null
  } catch {
    return null
  }
}
