import { createContext, useContext } from 'react'
import type { Text } from '../i18n/texts.ts'
import type { Refusal } from './types.ts'

/** A command the server wrote down, as whoever acts is asked to confirm it. */
export interface Prepared {
  ok: true
  title: Text
  nonce: string
  /** SHA-256 of the exact command, in hex: what a passkey signs. */
  challenge: string
  expiresAt: string
  passkeys: { id: string; transports: string[] }[]
  totp: boolean
  /** Confirmations by one-time code that are left in these thirty days. */
  totpLeft: number
}

/** What the server takes as a confirmation. */
export type Confirmation =
  | {
      kind: 'passkey'
      credential: string
      authenticatorData: string
      clientDataJSON: string
      signature: string
    }
  | { kind: 'totp'; code: string }

/** What is asked of the person: the command, what it is about in words, and why the last try was refused. */
export interface Ask {
  prepared: Prepared
  about: string | null
  refusal: Refusal | null
}

/** Shows what is being confirmed and waits; null when the person goes back without confirming. */
export type AskToConfirm = (ask: Ask) => Promise<Confirmation | null>

/** Given by the frame of signed-in pages. Without it nothing can be confirmed. */
export const StepUpContext = createContext<AskToConfirm>(() => Promise.resolve(null))

export const useStepUp = (): AskToConfirm => useContext(StepUpContext)

const again = new Set([
  'wrong_code',
  'code_used',
  'unknown_credential',
  'wrong_assertion',
  'other_site',
  'user_not_verified',
  'counter_back',
  'no_code_factor',
  'register_passkey',
  'not_prepared',
])

/** True for refusals of the confirmation itself: the act may be confirmed once more, in another way. */
export const mayConfirmAgain = (refusal: Refusal): boolean => again.has(refusal.code)
