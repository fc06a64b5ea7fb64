import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import type { Confirmation, Prepared } from '../../api/stepUp.ts'

export const hasPasskeys = (): boolean => browserSupportsWebAuthn()

/** Passkeys that lie on somebody's device. Those of the demo itself lie on none. */
export const usable = (passkeys: Prepared['passkeys']): Prepared['passkeys'] =>
  passkeys.filter((one) => !one.transports.includes('demo'))

/** Has a device sign a challenge, with its user verified. @throws Error when the person or the device declines. */
export async function assertChallenge(
  challengeHex: string,
  passkeys: Prepared['passkeys'],
): Promise<Confirmation> {
  const { id, response } = await startAuthentication({
    optionsJSON: {
      challenge: toBase64url(fromHex(challengeHex)),
      rpId: location.hostname,
      allowCredentials: usable(passkeys).map((one) => ({
        id: one.id,
        type: 'public-key',
        transports: one.transports as never,
      })),
      userVerification: 'required',
      timeout: 240_000,
    },
  })
  const { authenticatorData, clientDataJSON, signature } = response
  return { kind: 'passkey', credential: id, authenticatorData, clientDataJSON, signature }
}

/** Makes a passkey on a device, as the server takes it. @throws Error when the person or the device declines. */
export async function makePasskey(offer: PublicKeyCredentialCreationOptionsJSON) {
  const { id, response } = await startRegistration({ optionsJSON: offer })
  const { clientDataJSON, attestationObject, transports } = response
  return { id, clientDataJSON, attestationObject, transports: transports ?? [] }
}

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
