import { useEffect, useState } from 'react'

/** How the session of this page stands, as the server last said. Mirrors `server/src/people/routes.ts`. */
export type GateState =
  | 'unknown'
  | 'live'
  | 'ended'
  | 'session_locked'
  | 'factor_needed'
  | 'device_needed'
  | 'password_expired'

/** What the server tells of a session that has ended. */
export interface Told {
  reason?: string
  at?: string
  startedAt?: string
  by?: string
  note?: string
  workstation?: string
}
export interface Gate {
  /** The session it is said of: the browser may have another by now than the page. */
  session: string | null
  state: GateState
  told: Told | null
}

const channelName = 'mingbu.session'
/** Said on a page that has just changed how its session stands, so that it need not wait for the line. */
const askEvent = 'mingbu.ask'
/** How soon a page without a line asks again. */
const askAgainMs = 2_000

/** Has the present page ask at once how its session stands. */
export const askNow = () => window.dispatchEvent(new Event(askEvent))

/**
 * Follows the session of this page, or of the browser where the page does not know which is its own. One page of the
 * browser holds the line to the server and tells the others, because a browser allows few lines; where it cannot choose
 * one, each page holds its own.
 */
export function useGate(watching: boolean, sessionId: string | null): Gate | null {
  const [gate, setGate] = useState<Gate | null>(null)
  useEffect(() => {
    if (!watching) return setGate(null)
    const channel = new BroadcastChannel(channelName)
    const over = new AbortController()
    const take = (next: Gate) => setGate((now) => (JSON.stringify(now) === JSON.stringify(next) ? now : next))
    // What the browser's cookies open now is another session than this page's: somebody has signed in on another page.
    const own = (next: Gate) => {
      if (over.signal.aborted) return
      const gone = sessionId !== null && next.session !== null && next.session !== sessionId
      take(gone ? { session: sessionId, state: 'ended', told: { reason: 'replaced' } } : next)
    }
    channel.onmessage = (message: MessageEvent<Gate>) => {
      if (message.data.session === sessionId) take(message.data)
    }
    const asking = () => void ask().then((next) => next && own(next))
    window.addEventListener(askEvent, asking)
    asking()
    const hold = () =>
      holdLine(over.signal, (next) => {
        own(next)
        channel.postMessage(next)
      })
    if (navigator.locks)
      navigator.locks.request(channelName, { signal: over.signal }, hold).catch(() => {
        // Left before it was this page's turn.
      })
    else void hold()
    return () => {
      over.abort()
      channel.close()
      window.removeEventListener(askEvent, asking)
    }
  }, [watching, sessionId])
  return gate
}

/** Holds the line until the signal comes. When it breaks, asks plainly, and opens it again. */
async function holdLine(signal: AbortSignal, say: (gate: Gate) => void): Promise<void> {
  while (!signal.aborted) {
    await new Promise<void>((broken) => {
      const line = new EventSource('/api/session/feed')
      const close = () => {
        line.close()
        broken()
      }
      line.onmessage = (message) => say(JSON.parse(String(message.data)) as Gate)
      line.onerror = close
      signal.addEventListener('abort', close, { once: true })
    })
    if (signal.aborted) return
    const now = await ask()
    if (now) say(now)
    if (now?.state === 'ended' || now?.state === 'unknown') return
    await new Promise((wait) => setTimeout(wait, askAgainMs))
  }
}

/** Asks once; null while the server is not reached. */
export async function ask(): Promise<Gate | null> {
  try {
    const answer = await fetch('/api/session/state', { credentials: 'same-origin' })
    return answer.ok ? ((await answer.json()) as Gate) : null
  } catch {
    return null
  }
}
