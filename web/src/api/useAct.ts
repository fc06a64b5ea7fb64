import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { confirmAct, isTransient, performAct } from './client.ts'
import { useStepUp } from './stepUp.ts'
import { apiTexts } from './texts.ts'
import type { ActOutcome, Refusal } from './types.ts'

/** An act as a screen uses it. */
export interface ActHandle<I, R> {
  /**
   * Performs the act. While one is under way a further call joins it, so a double click is one act. `about` says what it is
   * about in words, where a list has one act for all its rows.
   */
  perform: (input: I, about?: string) => Promise<ActOutcome<R>>
  pending: boolean
  /** Why the latest attempt failed; null after success or `clear`. */
  refusal: Refusal | null
  clear: () => void
}

/**
 * One intention keeps one request id: the same input sent again after a cut network or an unreadable answer
 * carries the id of the first attempt, so the server answers with what it did then. Any other answer, or a
 * changed input, starts a new intention.
 *
 * @param confirmed The act is of high value: its exact command is written down first, and the person confirms it.
 * @param about What it is about, in words the person confirms: a case and its unit, a colleague.
 * @param refresh Queries to ask again after success; everything by default, because an act may change any list.
 */
export function useAct<I, R>(
  type: string,
  {
    refresh,
    confirmed = false,
    about = null,
  }: { refresh?: QueryKey[]; confirmed?: boolean; about?: string | null } = {},
): ActHandle<I, R> {
  const queries = useQueryClient()
  const ask = useStepUp()
  const intention = useRef<Intention | null>(null)
  const underWay = useRef<Promise<ActOutcome<R>> | null>(null)
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)

  const perform = useCallback(
    (input: I, of: string | null = about): Promise<ActOutcome<R>> => {
      if (underWay.current) return underWay.current
      intention.current = intentionFor(intention.current, type, input)
      const { requestId } = intention.current
      setPending(true)
      const attempt = confirmed
        ? confirmAct<R>(type, requestId, input, { ask, about: of })
        : performAct<R>(type, requestId, input)
      const run = attempt
        .then(async (outcome): Promise<ActOutcome<R>> => {
          if (outcome === null) {
            setRefusal(null)
            return { ok: false, refusal: notConfirmed }
          }
          if (outcome.ok || !isTransient(outcome.refusal)) intention.current = null
          setRefusal(outcome.ok ? null : outcome.refusal)
          if (outcome.ok)
            await Promise.all((refresh ?? [[]]).map((queryKey) => queries.invalidateQueries({ queryKey })))
          return outcome
        })
        .finally(() => {
          underWay.current = null
          setPending(false)
        })
      underWay.current = run
      return run
    },
    [type, queries, refresh, confirmed, ask, about],
  )
  const clear = useCallback(() => setRefusal(null), [])
  return { perform, pending, refusal, clear }
}

/** The answer to whoever went back from the confirmation; no screen shows it, because they know. */
const notConfirmed: Refusal = {
  code: 'not_confirmed_here',
  clause: null,
  message: { zh: apiTexts.zh.notConfirmed, en: apiTexts.en.notConfirmed },
}

/** What a user wants done, told apart by act and exact input. */
export interface Intention {
  wish: string
  requestId: string
}

/** The open intention if `input` is the same wish again, else a new one with a new request id. */
export function intentionFor(open: Intention | null, type: string, input: unknown): Intention {
  const wish = `${type} ${JSON.stringify(input)}`
  return open?.wish === wish ? open : { wish, requestId: crypto.randomUUID() }
}
