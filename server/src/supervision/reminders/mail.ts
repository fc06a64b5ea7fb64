import { createTransport, type SendMailOptions } from 'nodemailer'
import { type Answer, type Message, type Outgoing, taken } from './outgoing.ts'

/** A mail server as it is reached, and in whose name it is written to whom (decision 0087). */
export interface MailTo {
  /** `smtp://` (STARTTLS is demanded) or `smtps://`, with the user name if the server asks for a sign-in. */
  url: URL
  /** Null when the server asks for no sign-in. */
  password: string | null
  from: string
  /** What stands behind the @ of everybody's address; before it stands their login name. */
  domain: string
  /** PEM of the authority that vouches for the server; null: those everybody trusts. */
  ca: string | null
}

const patienceMs = 10_000

/** Messages as mail by SMTP, never without TLS: a session of its own for each, so that no other is harmed when one breaks. */
export function mail(to: MailTo): Outgoing {
  const { url, password, domain, ca } = to
  const secure = url.protocol === 'smtps:'
  const transport = createTransport({
    host: url.hostname,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure,
    ...(password === null ? {} : { auth: { user: decodeURIComponent(url.username), pass: password } }),
    name: domain,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    tls: ca === null ? {} : { ca },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    once: true,
    atOnce: 4,
    ready: () => transport.verify().then(() => null, whyOf),
    send: (message) => transport.sendMail(mailOf(message, to)).then(() => taken, answerOf),
  }
}

/** A mail as it is read: Chinese first. Of what waits it says how much, and never what it is about. Pure. */
export const mailOf = (
  { id, to, text, url }: Message,
  { from, domain }: Pick<MailTo, 'from' | 'domain'>,
): SendMailOptions => ({
  from: { name: '明簿 Mingbu', address: from },
  to: `${to}@${domain}`,
  subject: text.zh,
  // The same whenever it is sent, so that a mailbox knows it again as well.
  messageId: `<${id.replaceAll('/', '.')}@${domain}>`,
  headers: { 'Auto-Submitted': 'auto-generated' },
  xMailer: false,
  textEncoding: 'base64',
  text: [
    `${to}：`,
    text.zh,
    `请登录查看：${url}`,
    '本邮件由系统自动发出，请勿回复。',
    '',
    `${to}:`,
    text.en,
    `Sign in to see them: ${url}`,
    'Sent by the system; please do not reply.',
    '',
  ].join('\n'),
})

interface SmtpFault {
  code?: string
  command?: string
  responseCode?: number
  syscall?: string
}

/** The server knows no such mailbox, or takes nothing for it. */
const noMailbox = new Set([550, 551, 553])

/** What became of a mail that failed. What was answered or never left us is surely not taken; of what broke off nobody knows. Pure. */
export function answerOf(error: SmtpFault): Answer {
  const { code, command, responseCode = 0, syscall } = error
  const why = whyOf(error)
  if (command === 'RCPT TO' && noMailbox.has(responseCode)) return { fate: 'barred', why, over: false }
  const ofThisOne = command === 'RCPT TO' || code === 'EMESSAGE'
  const surely =
    responseCode >= 400 || syscall === 'connect' || ['EDNS', 'ETLS', 'EAUTH'].includes(code ?? '')
  return { fate: surely ? 'refused' : 'unknown', why, over: !ofThisOne }
}

/** In words of ours with the codes behind: what the server says might name somebody. */
function whyOf({ code = 'ENONE', responseCode, syscall }: SmtpFault): string {
  const codes = responseCode === undefined ? code : `${code} ${responseCode}`
  if (syscall === 'connect' || code === 'EDNS') return `mail server cannot be reached (${codes})`
  if (code === 'ETLS' || (code === 'ESOCKET' && syscall === undefined))
    return `mail server offers no TLS that can be trusted (${codes})`
  if (code === 'EAUTH') return `mail server does not let us in (${codes})`
  if (responseCode !== undefined) return `mail server refuses (${codes})`
  return `mail server broke off (${codes})`
}
