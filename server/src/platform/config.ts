import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StartupError } from './startup-error.ts'

/** Where this installation lives and how it is reached. Read once from the environment, then passed in. */
export interface Config {
  /** Absolute folder of everything that must survive a restart: database, files, keys. */
  dataDir: string
  /** TCP port on 127.0.0.1. */
  port: number
  /** A PostgreSQL to use instead of the embedded one; the role must be able to create roles. */
  databaseUrl: string | null
  /** True for the server: it ends the database it found running, because it alone keeps it. */
  own?: boolean
  /** Address people use, without trailing slash. A domain, because passkeys need one (design, settled 11). */
  origin: string
  /** True when a reverse proxy on this machine stands in front: its forwarded address and scheme are believed. */
  behindProxy?: boolean
  /** A signer elsewhere instead of one of our own: its address and the file with its token in hex. */
  signer?: { url: string; tokenFile: string } | null
  /** Folder of policy files (`<office>.policy`, C2SP tlog-policy with addresses) that name witnesses elsewhere. */
  policies?: string | null
  /** Where the daily reminders are sent: an address and the file with the key in hex that signs them. */
  webhook?: { url: string; keyFile: string } | null
  /** The mail server that takes the daily reminders instead, and how people are addressed. */
  mail?: MailConfig | null
}

/** Where mail goes; the password and the authority are files, so that no secret stands in the environment. */
export interface MailConfig {
  url: URL
  keyFile: string | null
  caFile: string | null
  from: string
  domain: string
}

/**
 * Reads `MINGBU_DATA`, `PORT`, `DATABASE_URL`, `MINGBU_ORIGIN`, `MINGBU_PROXY`, `MINGBU_SIGNER_URL` with
 * `MINGBU_SIGNER_TOKEN_FILE`, `MINGBU_POLICIES`, and `MINGBU_WEBHOOK_URL` with `MINGBU_WEBHOOK_KEY_FILE`, or `MINGBU_MAIL_URL`
 * with `MINGBU_MAIL_KEY_FILE`, `MINGBU_MAIL_FROM`, `MINGBU_MAIL_DOMAIN` and `MINGBU_MAIL_CA_FILE`.
 * @throws StartupError when a value cannot be meant.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const portText = env.PORT ?? '8080'
  const port = Number(portText)
  if (!/^\d{1,5}$/.test(portText) || port > 65_535) {
    throw new StartupError(`PORT must be a number from 0 to 65535, not "${portText}".`)
  }
  const databaseUrl = env.DATABASE_URL || null
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new StartupError('DATABASE_URL must begin with postgres:// or postgresql://.')
  }
  return {
    dataDir: resolve(env.MINGBU_DATA || 'data'),
    port,
    databaseUrl,
    origin: (env.MINGBU_ORIGIN || `http://localhost:${port}`).replace(/\/$/, ''),
    behindProxy: env.MINGBU_PROXY === '1',
    signer: readSigner(env),
    policies: env.MINGBU_POLICIES || null,
    webhook: readWebhook(env),
    mail: readMail(env),
  }
}

function readSigner({
  MINGBU_SIGNER_URL: url,
  MINGBU_SIGNER_TOKEN_FILE: tokenFile,
}: NodeJS.ProcessEnv): Config['signer'] {
  if (!url && !tokenFile) return null
  if (!url || !tokenFile || !/^https?:\/\//.test(url))
    throw new StartupError(
      'A signer elsewhere needs both MINGBU_SIGNER_URL (http:// or https://) and MINGBU_SIGNER_TOKEN_FILE.',
    )
  return { url: url.replace(/\/$/, ''), tokenFile }
}

function readWebhook({
  MINGBU_WEBHOOK_URL: url,
  MINGBU_WEBHOOK_KEY_FILE: keyFile,
}: NodeJS.ProcessEnv): Config['webhook'] {
  if (!url && !keyFile) return null
  if (!url || !keyFile || !/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/.test(url))
    throw new StartupError(
      'Reminders sent out need both MINGBU_WEBHOOK_URL (https://, or http:// on this machine) and MINGBU_WEBHOOK_KEY_FILE.',
    )
  return { url, keyFile }
}

const domainName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

function readMail(env: NodeJS.ProcessEnv): Config['mail'] {
  const { MINGBU_MAIL_URL: text, MINGBU_MAIL_FROM: from, MINGBU_MAIL_DOMAIN: domain } = env
  const keyFile = env.MINGBU_MAIL_KEY_FILE || null
  const caFile = env.MINGBU_MAIL_CA_FILE || null
  if (!text && !from && !domain && !keyFile && !caFile) return null
  if (env.MINGBU_WEBHOOK_URL)
    throw new StartupError('Reminders go out by MINGBU_WEBHOOK_URL or by MINGBU_MAIL_URL, not by both.')
  if (!text || !from || !domain) {
    const needed = { MINGBU_MAIL_URL: text, MINGBU_MAIL_FROM: from, MINGBU_MAIL_DOMAIN: domain }
    const missing = Object.entries(needed).flatMap(([name, value]) => (value ? [] : [name]))
    throw new StartupError(`Reminders by mail need ${missing.join(' and ')} as well.`)
  }
  if (!/^[\w.+-]{1,64}@/.test(from) || !domainName.test(from.replace(/^[^@]*@/, '')))
    throw new StartupError('MINGBU_MAIL_FROM must be one mail address, such as mingbu@registry.example.')
  if (!domainName.test(domain))
    throw new StartupError('MINGBU_MAIL_DOMAIN is what stands behind the @, such as registry.example.')
  const url = URL.parse(text)
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname || !/^\/?$/.test(url.pathname) || url.search)
    throw new StartupError('MINGBU_MAIL_URL must be smtp://host:port or smtps://host:port and no more.')
  if (url.password)
    throw new StartupError(
      'The password of the mail server belongs into MINGBU_MAIL_KEY_FILE, not into MINGBU_MAIL_URL.',
    )
  if ((url.username === '') !== (keyFile === null))
    throw new StartupError(
      'A mail server that asks for a sign-in needs both a user in MINGBU_MAIL_URL (smtps://user@host) and MINGBU_MAIL_KEY_FILE.',
    )
  return { url, keyFile, caFile, from, domain }
}

/** Makes the data folder, or says in one sentence why it cannot be used. */
export function requireWritableFolder(path: string): void {
  try {
    makeFolder(path)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new StartupError(
      `The data folder ${path} cannot be written (${why}); set MINGBU_DATA to one that can.`,
    )
  }
}

/** Makes a folder and those above it, one by one: asked for all at once, the runtime never returns on some file systems. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path)
}
