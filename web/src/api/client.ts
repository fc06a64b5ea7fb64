import { type AskToConfirm, type Confirmation, mayConfirmAgain, type Prepared } from './stepUp.ts'
import { apiTexts } from './texts.ts'
import type { ActOutcome, Refusal } from './types.ts'

/** A query the server refused, or the network did not carry. `refusal` is ready to be shown. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/** True for refusals that say nothing about the wish itself: trying again, unchanged, is safe and may succeed. */
export function isTransient(refusal: Refusal): boolean {
  return refusal.code === 'network_cut' || refusal.code === 'unreadable_answer'
}

/** A refusal that this page makes itself, because the server could not be asked or understood. */
export const local = (code: string, words: 'networkCut' | 'unreadable' | 'downloadCut'): Refusal => ({
  code,
  clause: null,
  message: { zh: apiTexts.zh[words], en: apiTexts.en[words] },
})

/**
 * Performs an act. Never throws for what the server or the network does: a refusal and a cut connection both
 * come back as values. Sending again with the same `requestId` cannot do the act twice.
 */
export async function performAct<R>(
  type: string,
  requestId: string,
  input: unknown,
  fetcher: typeof fetch = fetch,
  confirmed: { nonce: string; confirmation: Confirmation } | null = null,
): Promise<ActOutcome<R>> {
  return send<ActOutcome<R>>(fetcher, `/api/acts/${type}`, posted({ requestId, input, ...confirmed }))
}

/**
 * Prepares an act, asks the person to confirm the exact command the server wrote down, and performs it. A confirmation
 * that is refused is asked for again, under a new request id because the refused one is on record. Null when the
 * person goes back: nothing was done.
 */
export async function confirmAct<R>(
  type: string,
  requestId: string,
  input: unknown,
  { ask, about }: { ask: AskToConfirm; about: string | null },
  fetcher: typeof fetch = fetch,
): Promise<ActOutcome<R> | null> {
  let refusal: Refusal | null = null
  for (let id = requestId; ; id = crypto.randomUUID()) {
    const prepared: Prepared | { ok: false; refusal: Refusal } = await send(
      fetcher,
      `/api/prepare/${type}`,
      posted({ requestId: id, input }),
    )
    if (!prepared.ok) return prepared
    const confirmation = await ask({ prepared, about, refusal })
    if (!confirmation) return null
    const outcome: ActOutcome<R> = await performAct(type, id, input, fetcher, {
      nonce: prepared.nonce,
      confirmation,
    })
    if (outcome.ok || !mayConfirmAgain(outcome.refusal)) return outcome
    refusal = outcome.refusal
  }
}

const posted = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-mingbu': '1' },
  body: JSON.stringify(body),
})

/** Fetches a query. Parameters that are undefined, null or empty are left out. @throws RefusedError */
export async function getQuery<T>(
  path: string,
  params: Record<string, string | number | boolean | null | undefined> = {},
  signal?: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<T> {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const answer = await send<T | { ok: false; refusal: Refusal }>(
    fetcher,
    `/api/${path}${search.size ? `?${search}` : ''}`,
    { signal: signal ?? null },
  )
  if (isRefused(answer)) throw new RefusedError(answer.refusal)
  return answer
}

async function send<T>(
  fetcher: typeof fetch,
  url: string,
  init: RequestInit,
): Promise<T | { ok: false; refusal: Refusal }> {
  let response: Response
  try {
    response = await fetcher(url, { credentials: 'same-origin', ...init })
  } catch (error) {
    if (init.signal?.aborted) throw error
    return { ok: false, refusal: local('network_cut', 'networkCut') }
  }
  try {
    const answer: unknown = await response.json()
    if (response.ok || isRefused(answer)) return answer as T
  } catch (error) {
    if (init.signal?.aborted) throw error
  }
  return { ok: false, refusal: local('unreadable_answer', 'unreadable') }
}

/** Whether an answer is a refusal as the server sends it. */
export function isRefused(answer: unknown): answer is { ok: false; refusal: Refusal } {
  if (
    typeof answer !== 'object' ||
    answer === null ||
    !('ok' in answer) ||
    answer.ok !== false ||
    !('refusal' in answer)
  )
    return false
  const refusal = answer.refusal
  return typeof refusal === 'object' && refusal !== null && 'code' in refusal && 'message' in refusal
}
