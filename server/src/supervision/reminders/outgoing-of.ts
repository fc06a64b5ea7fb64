import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../../platform/config.ts'
import { StartupError } from '../../platform/startup-error.ts'
import { mail } from './mail.ts'
import { type Outgoing, webhook } from './outgoing.ts'

/** How reminders leave this installation; null keeps them in the house. @throws StartupError when a file does not hold what it must. */
export function outgoingOf(config: Pick<Config, 'webhook' | 'mail'>): Outgoing | null {
  if (config.webhook) return webhook({ url: config.webhook.url, key: readKey(config.webhook.keyFile) })
  if (!config.mail) return null
  const { keyFile, caFile, ...to } = config.mail
  return mail({
    ...to,
    password: keyFile === null ? null : readPassword(keyFile),
    ca: caFile === null ? null : readAuthority(caFile),
  })
}

/** The key that signs messages: at least 32 bytes, in hex. */
function readKey(path: string): Buffer {
  const text = readSetting('MINGBU_WEBHOOK_KEY_FILE', path).trim()
  if (!/^([0-9a-f]{2}){32,}$/i.test(text))
    throw new StartupError(
      `MINGBU_WEBHOOK_KEY_FILE: ${path} must hold a key of at least 32 bytes in hex, for messages to be signed.`,
    )
  return Buffer.from(text, 'hex')
}

/** The password of the mail server: the one line of its file. */
function readPassword(path: string): string {
  const text = readSetting('MINGBU_MAIL_KEY_FILE', path).replace(/\r?\n$/, '')
  if (text === '' || /[\r\n\0]/.test(text))
    throw new StartupError(
      `MINGBU_MAIL_KEY_FILE: ${path} must hold the password of the mail server, on one line.`,
    )
  return text
}

function readAuthority(path: string): string {
  const text = readSetting('MINGBU_MAIL_CA_FILE', path)
  try {
    return new X509Certificate(text) && text
  } catch {
    throw new StartupError(
      `MINGBU_MAIL_CA_FILE: ${path} must hold the certificate (PEM) of the authority that vouches for the mail server.`,
    )
  }
}

function readSetting(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new StartupError(`${setting}: ${path} cannot be read.`)
  }
}
