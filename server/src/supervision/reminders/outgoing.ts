import { createHmac } from 'node:crypto'
import type { Text } from '../../kernel/refusal.ts'

/** What leaves the house: to whom, and how much waits. Never what it is about, nor anybody else's name. */
export interface Message {
  /** Stable: a message sent twice is one. */
  id: string
  /** Login name of whom it is for; whoever carries it on knows where they are reached. */
  to: string
  office: string
  day: string
  overdue: number
  soon: number
  waiting: number
  text: Text
  /** The page of reminders. */
  url: string
}

/** What became of a message: taken; not taken, and worth another try; never taken by that address; or nobody can know. */
export type Fate = 'taken' | 'refused' | 'barred' | 'unknown'

export interface Answer {
  fate: Fate
  /** Why it was not taken, in a word for the operator: no address, no secret, nothing the other side says in words. */
  why: string | null
  /** The others would fare no better now. */
  over: boolean
}

export const taken: Answer = { fate: 'taken', why: null, over: false }

/** Whoever carries messages out: the city's message service, a mail server. */
export interface Outgoing {
  /** Whoever receives a message cannot tell one sent twice from two: each is begun on record, and not again unless it was surely not taken. */
  once: boolean
  /** Messages that are sent at the same time. */
  atOnce: number
  /** Why nothing can be sent now; null when it can. */
  ready(): Promise<string | null>
  send(message: Message): Promise<Answer>
}

const patienceMs = 10_000

/**
 * Messages as signed JSON by HTTP POST (webhook). The head `x-mingbu-signature` is the HMAC-SHA-256 in hex of `x-mingbu-time`, a
 * full stop, and the body, so that whoever receives it knows who sent it and when. Anything but an answer of 200 to 299 is a refusal.
 */
export const webhook = (
  to: { url: string; key: Uint8Array },
  now: () => Date = () => new Date(),
): Outgoing => ({
  // Sent again with the same id, whatever became of it: whoever receives it knows it.
  once: false,
  atOnce: 8,
  ready: async () => null,
  send: async (message) => {
    const status = await post(to, message, now().toISOString()).catch(() => null)
    if (status === null) return { fate: 'refused', why: 'webhook does not answer', over: true }
    return status >= 200 && status < 300
      ? taken
      : { fate: 'refused', why: `webhook answers ${status}`, over: false }
  },
})

async function post(
  { url, key }: { url: string; key: Uint8Array },
  message: Message,
  time: string,
): Promise<number> {
  const body = JSON.stringify(message)
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      'x-mingbu-id': message.id,
      'x-mingbu-time': time,
      'x-mingbu-signature': createHmac('sha256', key).update(`${time}.${body}`).digest('hex'),
    },
    body,
    signal: AbortSignal.timeout(patienceMs),
  })
  await answer.body?.cancel()
  return answer.status
}

/** A message as it is read. Pure. */
export const messageText = ({
  overdue,
  soon,
  waiting,
}: Pick<Message, 'overdue' | 'soon' | 'waiting'>): Text => ({
  zh: `明簿提醒：逾期 ${overdue} 项，临期 ${soon} 项，待办 ${waiting} 项。`,
  en: `Mingbu: ${overdue} overdue, ${soon} due soon, ${waiting} waiting.`,
})
