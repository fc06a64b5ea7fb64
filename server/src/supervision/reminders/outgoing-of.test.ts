import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { certificate } from '../../../test/mail-server.ts'
import { readConfig } from '../../platform/config.ts'
import { throwawayFolder } from '../../platform/throwaway.ts'
import { outgoingOf } from './outgoing-of.ts'

const folder = throwawayFolder('mingbu-outgoing-')
afterAll(() => rmSync(folder, { recursive: true }))
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const secret = 'correct-horse'
const missing = join(folder, 'missing')
const byWebhook = {
  MINGBU_WEBHOOK_URL: 'https://messages.example/mingbu',
  MINGBU_WEBHOOK_KEY_FILE: file('key', `${'ab'.repeat(32)}\n`),
}
const byMail = {
  MINGBU_MAIL_URL: 'smtp://mingbu@mail.registry.example:587',
  MINGBU_MAIL_KEY_FILE: file('password', `${secret}\n`),
  MINGBU_MAIL_FROM: 'mingbu@registry.example',
  MINGBU_MAIL_DOMAIN: 'registry.example',
  MINGBU_MAIL_CA_FILE: file('ca.pem', certificate),
}
const read = (env: NodeJS.ProcessEnv) => outgoingOf(readConfig(env))

test.each<[string, NodeJS.ProcessEnv, once: boolean | undefined]>([
  ['nothing keeps reminders in the house', {}, undefined],
  ['a webhook', byWebhook, false],
  ['a mail server that asks for a sign-in', byMail, true],
  [
    'a mail server that asks for none, with a certificate that everybody trusts',
    {
      MINGBU_MAIL_URL: 'smtps://mail.registry.example',
      MINGBU_MAIL_FROM: byMail.MINGBU_MAIL_FROM,
      MINGBU_MAIL_DOMAIN: 'registry.example',
    },
    true,
  ],
])('%s is understood', (_, env, once) => {
  expect(read(env)?.once).toBe(once)
})

test.each<[string, NodeJS.ProcessEnv, says: string]>([
  ['a key file that holds nothing', { MINGBU_WEBHOOK_KEY_FILE: file('none', '') }, 'MINGBU_WEBHOOK_KEY_FILE'],
  ['a key of sixteen bytes', { MINGBU_WEBHOOK_KEY_FILE: file('short', 'ab'.repeat(16)) }, '32 bytes'],
  [
    'a key in words',
    { MINGBU_WEBHOOK_KEY_FILE: file('words', `${secret} of many words, long enough`) },
    '32 bytes',
  ],
  ['a key file that is not there', { MINGBU_WEBHOOK_KEY_FILE: missing }, 'MINGBU_WEBHOOK_KEY_FILE'],
])('%s is refused', (_, wrong, says) => {
  expect(refusalOf({ ...byWebhook, ...wrong })).toContain(says)
})

test.each<[string, NodeJS.ProcessEnv, says: string]>([
  ['a webhook besides', byWebhook, 'MINGBU_WEBHOOK_URL or by MINGBU_MAIL_URL'],
  ['no server', { MINGBU_MAIL_URL: '' }, 'MINGBU_MAIL_URL'],
  [
    'neither sender nor domain',
    { MINGBU_MAIL_FROM: '', MINGBU_MAIL_DOMAIN: '' },
    'MINGBU_MAIL_FROM and MINGBU_MAIL_DOMAIN',
  ],
  ['a server of the web', { MINGBU_MAIL_URL: 'https://mingbu@mail.registry.example' }, 'MINGBU_MAIL_URL'],
  ['no host', { MINGBU_MAIL_URL: 'smtp:///' }, 'MINGBU_MAIL_URL'],
  ['more than a host', { MINGBU_MAIL_URL: 'smtp://mingbu@mail.registry.example/?tls=no' }, 'MINGBU_MAIL_URL'],
  [
    'a password in the address',
    { MINGBU_MAIL_URL: `smtp://mingbu:${secret}@mail.registry.example` },
    'MINGBU_MAIL_KEY_FILE',
  ],
  ['a password without a user', { MINGBU_MAIL_URL: 'smtp://mail.registry.example' }, 'MINGBU_MAIL_URL'],
  ['a user without a password', { MINGBU_MAIL_KEY_FILE: '' }, 'MINGBU_MAIL_KEY_FILE'],
  ['a password file that is not there', { MINGBU_MAIL_KEY_FILE: missing }, 'MINGBU_MAIL_KEY_FILE'],
  [
    'a password of two lines',
    { MINGBU_MAIL_KEY_FILE: file('two', `${secret}\n${secret}`) },
    'MINGBU_MAIL_KEY_FILE',
  ],
  ['a sender with a name', { MINGBU_MAIL_FROM: 'Mingbu <mingbu@registry.example>' }, 'MINGBU_MAIL_FROM'],
  ['two senders', { MINGBU_MAIL_FROM: 'a@registry.example,b@registry.example' }, 'MINGBU_MAIL_FROM'],
  ['a domain with an @', { MINGBU_MAIL_DOMAIN: '@registry.example' }, 'MINGBU_MAIL_DOMAIN'],
  ['an authority that is not there', { MINGBU_MAIL_CA_FILE: missing }, 'MINGBU_MAIL_CA_FILE'],
  ['an authority that is none', { MINGBU_MAIL_CA_FILE: byMail.MINGBU_MAIL_KEY_FILE }, 'MINGBU_MAIL_CA_FILE'],
])('mail with %s is refused, and the setting is named', (_, wrong, says) => {
  expect(refusalOf({ ...byMail, ...wrong })).toContain(says)
})

/** What whoever starts the product is told; never the secret. */
function refusalOf(env: NodeJS.ProcessEnv): string {
  try {
    read(env)
  } catch (error) {
    expect((error as Error).name).toBe('StartupError')
    expect((error as Error).message).not.toContain(secret)
    return (error as Error).message
  }
  return 'it was understood'
}
