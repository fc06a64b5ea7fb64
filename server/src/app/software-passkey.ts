import {
  createECDH,
  createHash,
  createPrivateKey,
  hkdfSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import type { AnyAct } from '../kernel/act.ts'
import type { Assertion } from '../kernel/assertion.ts'
import type { Kernel, Outcome } from '../kernel/perform.ts'
import type { Secrets } from '../platform/secrets.ts'

/**
 * A passkey made of software, for people who are none: those of the demo while their past is played, of drills, benches
 * and tests. It answers as an authenticator does whose user has just been verified.
 */
export class SoftwarePasskey {
  readonly credential: string
  readonly rpId: string
  /** COSE key, as an authenticator gives it. */
  readonly publicKey: Uint8Array
  readonly #origin: string
  readonly #key: KeyObject

  /** The same seed is the same passkey. */
  constructor(seed: Uint8Array, origin: string) {
    this.#origin = origin
    this.rpId = new URL(origin).hostname
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(privateScalar(seed))
    const point = ecdh.getPublicKey()
    const [x, y] = [point.subarray(1, 33), point.subarray(33, 65)]
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: x.toString('base64url'),
      y: y.toString('base64url'),
      d: ecdh.getPrivateKey().toString('base64url'),
    }
    this.#key = createPrivateKey({ key: jwk, format: 'jwk' })
    this.publicKey = isoCBOR.encode(
      new Map<number, number | Uint8Array<ArrayBuffer>>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(x)],
        [-3, new Uint8Array(y)],
      ]),
    )
    this.credential = createHash('sha256').update(point).digest('base64url')
  }

  /** Signs a command's challenge. `flags` and the rest are for those who try what must be refused. */
  assert(
    challenge: Uint8Array,
    { flags = 0x05, counter = 0, origin = this.#origin, rpId = this.rpId, type = 'webauthn.get' } = {},
  ): Assertion {
    const client = clientData(type, challenge, origin)
    const data = authenticatorData(rpId, flags, counter)
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#key)
    return {
      credential: this.credential,
      authenticatorData: data.toString('base64url'),
      clientDataJSON: client.toString('base64url'),
      signature: signature.toString('base64url'),
    }
  }

  /** Answers an offer to register, without attestation. */
  register(challenge: string, { flags = 0x45, origin = this.#origin, rpId = this.rpId } = {}) {
    const id = Buffer.from(this.credential, 'base64url')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const authData = Buffer.concat([
      authenticatorData(rpId, flags, 0),
      Buffer.alloc(16),
      length,
      id,
      this.publicKey,
    ])
    const attestation = isoCBOR.encode(
      new Map<string, string | Map<string, string> | Uint8Array<ArrayBuffer>>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(authData)],
      ]),
    )
    return {
      id: this.credential,
      clientDataJSON: clientData('webauthn.create', Buffer.from(challenge, 'base64url'), origin).toString(
        'base64url',
      ),
      attestationObject: Buffer.from(attestation).toString('base64url'),
      transports: ['internal'],
    }
  }
}

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

function clientData(type: string, challenge: Uint8Array, origin: string): Buffer {
  const said = { type, challenge: Buffer.from(challenge).toString('base64url'), origin, crossOrigin: false }
  return Buffer.from(JSON.stringify(said))
}

function authenticatorData(rpId: string, flags: number, counter: number): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(counter)
  return Buffer.concat([sha256(rpId), Buffer.of(flags), count])
}

/** A scalar below the order of P-256: the first byte is kept small, which costs a few of 256 bits. */
function privateScalar(seed: Uint8Array): Buffer {
  const scalar = Buffer.from(hkdfSync('sha256', seed, '', 'mingbu software passkey', 32))
  scalar[0] = scalar[0]! & 0x7f
  return scalar
}

/** The passkey of a person of a demo, which its installation can work out. No other installation takes it. */
export const demoPasskey = (secrets: Secrets, origin: string, username: string): SoftwarePasskey =>
  new SoftwarePasskey(demoSeed(secrets, `passkey ${username}`, 32), origin)

/** Secret of the one-time codes of a person of a demo. */
export const demoCodes = (secrets: Secrets, username: string): Uint8Array =>
  demoSeed(secrets, `codes ${username}`, 20)

const demoSeed = (secrets: Secrets, what: string, length: number): Uint8Array =>
  Buffer.from(
    hkdfSync('sha256', Buffer.from(secrets.services.seed!, 'hex'), '', `mingbu demo ${what}`, length),
  )

/** Performs an act as a person does at a screen: an act of high value is prepared and confirmed first. */
export async function performConfirmed(
  kernel: Kernel,
  act: AnyAct,
  request: {
    token: Uint8Array | null
    input: unknown
    requestId?: string
    from?: { address: string; workstation: string }
  },
  passkey: () => SoftwarePasskey | Promise<SoftwarePasskey>,
): Promise<Outcome<never>> {
  const { requestId = randomUUID(), ...rest } = request
  const asked = { ...rest, requestId, input: request.input as never }
  const perform = (more: object = {}) => kernel.perform(act, { ...asked, ...more }) as Promise<Outcome<never>>
  if (!act.highValue) return perform()
  const made = await kernel.prepare(act, asked)
  // Whatever stops it from being prepared stops it from being done, and is recorded there.
  if (!made.ok) return perform()
  const { nonce, challenge } = made.prepared
  return perform({
    nonce: Buffer.from(nonce, 'hex'),
    confirmation: { kind: 'passkey', assertion: (await passkey()).assert(Buffer.from(challenge, 'hex')) },
  })
}
