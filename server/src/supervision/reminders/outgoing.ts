import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Text } from '../../kernel/refusal.ts'
import { StartupError } from '../../platform/startup-error.ts'

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

/** Whoever carries messages out: the city's message service, a mail gateway. @throws Error when it did not take one. */
export type Outgoing = (message: Message) => Promise<void>

const patienceMs = 10_000

/**
 * Messages as signed JSON by HTTP POST (webhook). The head `x-mingbu-signature` is the HMAC-SHA-256 in hex of `x-mingbu-time`, a
 * full stop, and the body, so that whoever receives it knows who sent it and when. Anything but an answer of 200 to 299 is a refusal.
 */
export const webhook =
  ({ url, key }: { url: string; key: Uint8Array }, now: () => Date = () => new Date()): Outgoing =>
  async (message) => {
    const body = JSON.stringify(message)
    const time = now().toISOString()
    const signature = createHmac('sha256', key).update(`${time}.${body}`).digest('hex')
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        'x-mingbu-id': message.id,
        'x-mingbu-time': time,
        'x-mingbu-signature': signature,
      },
      body,
      signal: AbortSignal.timeout(patienceMs),
    })
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`the message was answered with ${answer.status}`)
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

/** The key that signs messages: at least 32 bytes, in hex. @throws StartupError when the file has none. */
export function readKey(path: string): Buffer {
  const text = readFileSync(path, 'utf8').trim()
  if (!/^([0-9a-f]{2}){32,}$/i.test(text))
    throw new StartupError(`${path} must hold a key of at least 32 bytes in hex, for messages to be signed.`)
  return Buffer.from(text, 'hex')
}
