import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerError } from 'smtp-server'

/** Of 127.0.0.1 and nothing else, and its own authority; whoever reads this has the key, so nothing but tests trusts it. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBXDCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAltYWlsLnRl
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CW1haWwudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABC7FQfGB1fhIlZGy
K3CO1xSsG5B9TmpHEehSCzYxWfkK4Oz3oNi4pcE7uEVU0nUTRbahUcbGpQZ5EcWb
BDx00tijQzBBMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAdBgNV
HQ4EFgQUA4GEGhHZW3ChEcr82fxcIJJtFvwwCgYIKoZIzj0EAwIDSAAwRQIgFBJI
ARFNb4ERr82pI2raiPCwTM5vhsQWqd4AjLv4H1ICIQCtyqoAHIivsP/sVtk3Maib
2wvK3xPQCSkqsHu6gYjRWQ==
-----END CERTIFICATE-----`
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2wEpBQ71OoSG1evk
CkWU6RxmthwUxTYLDuCZe9TaA8mhRANCAAQuxUHxgdX4SJWRsitwjtcUrBuQfU5q
RxHoUgs2MVn5CuDs96DYuKXBO7hFVNJ1E0W2oVHGxqUGeRHFmwQ8dNLY
-----END PRIVATE KEY-----`

export const signIn = { user: 'mingbu', password: 'p@ss word:1' }

export interface TakenMail {
  /** As the server was told, whatever the mail says itself. */
  from: string
  to: string[]
  encrypted: boolean
  mail: Email
}

/** What a server does with a mail for an address: takes it, answers with a number, or breaks the session off once it has it. */
export type Does = 'take' | 'break' | number

const answered = (responseCode: number): SMTPServerError =>
  Object.assign(new Error(`no, said to ${signIn.user}`), { responseCode })

/** A mail server for submission that asks for a sign-in; it listens on this machine alone and keeps what it took, read back. */
export async function mailServer({ encrypts = true, port = 0 }: { encrypts?: boolean; port?: number } = {}) {
  const taken: TakenMail[] = []
  const stands: { does: (to: string) => Does } = { does: () => 'take' }
  const server = new SMTPServer({
    key,
    cert: certificate,
    disabledCommands: encrypts ? [] : ['STARTTLS'],
    allowInsecureAuth: !encrypts,
    disableReverseLookup: true,
    closeTimeout: 1,
    onAuth: ({ username, password }, _session, done) =>
      username === signIn.user && password === signIn.password
        ? done(null, { user: username })
        : done(answered(535)),
    onRcptTo({ address }, _session, done) {
      const does = stands.does(address)
      done(typeof does === 'number' ? answered(does) : null)
    },
    async onData(stream, { id, envelope, secure }, done) {
      const bytes = await buffer(stream)
      const to = envelope.rcptTo.map(({ address }) => address)
      taken.push({
        from: envelope.mailFrom ? envelope.mailFrom.address : '',
        to,
        encrypted: secure,
        mail: await PostalMime.parse(bytes),
      })
      if (to.some((one) => stands.does(one) === 'break'))
        for (const one of server.connections) one.id === id && one._socket.destroy()
      else done()
    },
  })
  // Clients that break off are what some tests are about.
  server.on('error', () => undefined)
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    taken,
    stands,
    port: (server.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => server.close(() => closed())),
  }
}
