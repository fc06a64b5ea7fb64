import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { SoftwarePasskey } from '../app/software-passkey.ts'
import { canonicalBytes, sha256 } from '../kernel/evidence-fields.ts'
import { checkOfficer, type HeldAct } from './check-officer.ts'

const person = '0190a0a0-0000-7000-8000-000000000001'
const factor = '0190a0a0-0000-7000-8000-000000000002'
const passkey = new SoftwarePasskey(new Uint8Array(32).fill(1), 'https://mingbu.example')
const other = new SoftwarePasskey(new Uint8Array(32).fill(2), 'https://mingbu.example')
const hex = (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}`

function held(type: string, values: Record<string, unknown>): HeldAct {
  const leaf = {
    act: person,
    at: '2026-03-09T01:30:00.000000Z',
    district: 'haishu',
    fields: '',
    n: 0,
    outcome: 'done',
    type,
  }
  const fields = Object.entries(values).map(([name, value]) => [
    name,
    { commitment: hash('sha256', name), value: value instanceof Uint8Array ? value : canonicalBytes(value) },
  ])
  return {
    file: `opened/${type}.json`,
    index: 1,
    leaf: leaf as HeldAct['leaf'],
    fields: new Map(fields as never),
  }
}

const command = (change: object = {}) => ({
  district: 'haishu',
  inputs: { 'in.caseId': hash('sha256', 'in.caseId') },
  nonce: '00',
  person,
  request: 'r1',
  subject: { id: 'c1', kind: 'case' },
  type: 'case.record',
  v: 1,
  ...change,
})
const enrolment = (change: object = {}) =>
  held('factor.add', {
    [`row:people.factor:${factor}`]: {
      id: factor,
      person_id: person,
      kind: 'passkey',
      rp_id: passkey.rpId,
      credential_id: hex(Buffer.from(passkey.credential, 'base64url')),
      public_key: hex(passkey.publicKey),
      ...change,
    },
  })
interface Change {
  command?: object
  officer?: object
  fields?: object
  by?: SoftwarePasskey
  with?: Parameters<SoftwarePasskey['assert']>[1]
}
const recording = (change: Change = {}) => {
  const bytes = canonicalBytes(command(change.command))
  const assertion = (change.by ?? passkey).assert(sha256(bytes), change.with)
  return held('case.record', {
    actor: { actor: `person:${person}`, session: null },
    request: { id: 'r1' },
    subject: { kind: 'case', id: 'c1' },
    'in.caseId': 'c1',
    officer: {
      method: 'passkey',
      signed: true,
      factor,
      ...assertion,
      credential: passkey.credential,
      ...change.officer,
    },
    command: bytes,
    ...change.fields,
  })
}

test.each<[string, HeldAct, HeldAct[], string | null]>([
  ['signed by the enrolled key', recording(), [enrolment()], 'signed'],
  ['signed, and the enrolment is not shown', recording(), [], 'unchecked'],
  ['confirmed by a code', recording({ officer: { method: 'totp', step: 1 } }), [], 'by_code'],
  ['that nobody had to confirm', held('register.view', { actor: { actor: `person:${person}` } }), [], null],
  ['signed by another key', recording({ by: other }), [enrolment()], 'officer_signature'],
  [
    'signed without verifying the user',
    recording({ with: { flags: 1 } }),
    [enrolment()],
    'officer_signature',
  ],
  [
    'signed at another site',
    recording({ with: { origin: 'https://evil.example' } }),
    [enrolment()],
    'officer_signature',
  ],
  [
    'with a signature that is none',
    recording({ officer: { signature: 'AAAA' } }),
    [enrolment()],
    'officer_signature',
  ],
  [
    'with a signature that cannot be read',
    recording({ officer: { signature: '=' } }),
    [enrolment()],
    'officer_signature',
  ],
  ['with a key that cannot be read', recording(), [enrolment({ public_key: '\\x00' })], 'officer_signature'],
  ['by a device of somebody else', recording(), [enrolment({ person_id: factor })], 'officer_key'],
  [
    'naming another credential',
    recording({ officer: { credential: other.credential } }),
    [enrolment()],
    'officer_key',
  ],
  [
    'over a command of another type',
    recording({ command: { type: 'case.seal' } }),
    [enrolment()],
    'officer_command',
  ],
  [
    'over a command of another person',
    recording({ command: { person: factor } }),
    [enrolment()],
    'officer_command',
  ],
  [
    'over a command of another request',
    recording({ command: { request: 'r2' } }),
    [enrolment()],
    'officer_command',
  ],
  [
    'over a command on another case',
    recording({ command: { subject: { kind: 'case', id: 'c2' } } }),
    [enrolment()],
    'officer_command',
  ],
  [
    'over a command with another input',
    recording({ command: { inputs: { 'in.caseId': '00' } } }),
    [enrolment()],
    'officer_command',
  ],
  [
    'over a command with less input',
    recording({ command: { inputs: {} } }),
    [enrolment()],
    'officer_command',
  ],
])('an act %s', async (_, act, opened, found) => {
  expect(await checkOfficer(act, [act, ...opened], sha256)).toBe(found)
})

test('one bit of the signature', async () => {
  const act = recording()
  const said = JSON.parse(Buffer.from(act.fields.get('officer')!.value!).toString()) as { signature: string }
  const bytes = Buffer.from(said.signature, 'base64url')
  bytes[bytes.length - 1]! ^= 1
  const changed = recording({ officer: { ...said, signature: bytes.toString('base64url') } })
  expect(await checkOfficer(changed, [enrolment()], sha256)).toBe('officer_signature')
})
