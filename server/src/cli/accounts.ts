import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { openWorld } from '../app/world.ts'
import { administrators, bootstrap } from '../people/bootstrap.ts'
import type { Config } from '../platform/config.ts'
import { StartupError } from '../platform/startup-error.ts'

export interface Bootstrapped {
  administrators: { key: string; username: string; ticket: string }[]
}

/** Enrols the first administrators from a file, or standard input, by the ordinary act of the installer. */
export async function bootstrapAccounts(config: Config, from: string): Promise<Bootstrapped> {
  const input = readJson(from)
  const world = await openWorld(config)
  try {
    const outcome = await world.kernel.perform(bootstrap, {
      token: Buffer.from(world.secrets.services.installer!, 'hex'),
      requestId: randomUUID(),
      input: input as never,
      from: { address: 'local', workstation: 'mingbu account bootstrap' },
    })
    if (!outcome.ok) {
      const fields = outcome.refusal.fields?.map(({ path, message }) => `\n- ${path}: ${message.en}`) ?? []
      throw new StartupError(`${outcome.refusal.message.en}${fields.join('')}`)
    }
    await world.sequencer.drain()
    const { made, tickets } = outcome.result
    return {
      administrators: made.map(({ key, username }, i) => ({ key, username, ticket: tickets[i]! })),
    }
  } finally {
    await world.close()
  }
}

/** What to hand to whom. Printed once; the database keeps a hash. */
export const sayTickets = ({ administrators: made }: Bootstrapped): string =>
  [
    'Three administrators are enrolled. Hand each their ticket in person; it is shown here only, works once and for 24 hours.',
    ...made.map(
      ({ key, username, ticket }) =>
        `  ${administrators.find((one) => one.key === key)!.name.en.padEnd(24)} ${username.padEnd(20)} ${ticket}`,
    ),
    'Each chooses their own password with it on the sign-in page, under “activate”.',
  ].join('\n')

function readJson(from: string): unknown {
  let text: string
  try {
    text = readFileSync(from === '-' ? 0 : from, 'utf8')
  } catch {
    throw new StartupError(`The file ${from} cannot be read.`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new StartupError(`${from === '-' ? 'Standard input' : from} is not JSON.`)
  }
}
