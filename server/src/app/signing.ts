import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatVkey, NoteError, type Policy, parsePolicy } from '@mingbu/tlog'
import type pg from 'pg'
import { neighbours, originOf, watchedBy, witnessName } from '../evidence/neighbours.ts'
import { adoptPolicies, housePolicy, readPolicies } from '../evidence/policy.ts'
import type { Kernel } from '../kernel/perform.ts'
import type { Config } from '../platform/config.ts'
import type { Secrets } from '../platform/secrets.ts'
import { StartupError } from '../platform/startup-error.ts'
import { Child } from '../signing/child.ts'
import { remoteSigner, remoteWitness, type WitnessPort, witnessVkey } from '../signing/client.ts'
import type { WitnessEntry } from '../signing/run.ts'
import { readSeed } from '../signing/seed.ts'
import type { Signer } from '../signing/signer.ts'

/** Who signs the logs of this installation, and who watches them. */
export interface Signing {
  signer: Signer
  witnesses: WitnessPort[]
  /** Sees to it that every log has the policy it should: once the logs are there, before anything is signed. */
  install(kernel: Kernel, pool: pg.Pool, secrets: Secrets): Promise<void>
  close(): Promise<void>
}

/**
 * The signer and the witnesses an installation uses. Those the configuration names are elsewhere; without them the
 * house runs one signer process and one process with the witnesses of all offices: the demo's shared operator.
 */
export function openSigning(config: Config): Signing {
  const children: Child[] = []
  const child = (args: readonly string[]) => {
    const made = new Child(args)
    children.push(made)
    return made
  }
  const signer = config.signer ? externalSigner(config.signer) : ownSigner(config.dataDir, child)
  const watch = config.policies ? externalWitnesses(config.policies) : ownWitnesses(config.dataDir, child)
  return {
    signer,
    ...watch,
    async close() {
      await Promise.all(children.map((one) => one.stop()))
    },
  }
}

function externalSigner({ url, tokenFile }: { url: string; tokenFile: string }): Signer {
  return remoteSigner(
    async () => url,
    () => Buffer.from(readFileSync(tokenFile, 'utf8').trim(), 'hex'),
  )
}

function ownSigner(dataDir: string, child: (args: readonly string[]) => Child): Signer {
  const folder = join(dataDir, 'signer')
  const process = child(['signer', '--folder', folder])
  return remoteSigner(
    () => process.url(),
    () => readSeed(folder, 'token'),
  )
}

type Watch = Pick<Signing, 'witnesses' | 'install'>

/** One process with a witness for every office. Their keys and memories lie under `witness/`, each in its own folder. */
function ownWitnesses(dataDir: string, child: (args: readonly string[]) => Child): Watch {
  const folder = join(dataDir, 'witness')
  const process = child(['witness', '--folder', folder])
  const at = (office: string) => async () => `${await process.url()}/${office}`
  const offices = Object.keys(neighbours)
  return {
    witnesses: offices.map((office) => remoteWitness(witnessName(office), at(office))),
    async install(kernel, pool, secrets) {
      if (await everyLogHasPolicy(pool)) return
      const logs = await logVkeys(pool)
      writeEntries(
        folder,
        offices.map((office) => ({
          short: office,
          name: witnessName(office),
          logs: watchedBy(office).map((log) => logs.get(log)!),
        })),
      )
      const keys = await Promise.all(
        offices.map(async (office) => [witnessName(office), await witnessVkey(await at(office)())] as const),
      )
      const witnessKeys = new Map(keys)
      await adopt(
        kernel,
        secrets,
        offices.map((log) => ({ log, text: housePolicy(log, logs.get(log)!, witnessKeys) })),
      )
    },
  }
}

function writeEntries(folder: string, entries: readonly WitnessEntry[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'witnesses.json')
  writeFileSync(`${path}.new`, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Witnesses of other houses, as one policy file for each log names them: `<office>.policy`, with addresses. */
function externalWitnesses(folder: string): Watch {
  const files = readPolicyFiles(folder)
  const addresses = new Map(
    files.flatMap(({ policy }) =>
      policy.witnesses.flatMap(({ verifier, url }) => (url ? [[verifier.name, url] as const] : [])),
    ),
  )
  return {
    witnesses: [...addresses].map(([name, url]) => remoteWitness(name, async () => url.replace(/\/$/, ''))),
    async install(kernel, pool, secrets) {
      const inForce = new Map((await readPolicies(pool)).map(({ district, text }) => [district, text]))
      const changed = files.filter(({ log, text }) => inForce.get(log) !== text)
      if (changed.length > 0) await adopt(kernel, secrets, changed)
    },
  }
}

function readPolicyFiles(folder: string): { log: string; text: string; policy: Policy }[] {
  if (!existsSync(folder)) throw new StartupError(`MINGBU_POLICIES names ${folder}, which is not there.`)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.policy'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      try {
        return { log: name.slice(0, -'.policy'.length), text, policy: parsePolicy(text) }
      } catch (error) {
        if (error instanceof NoteError)
          throw new StartupError(`${join(folder, name)} is not a policy: ${error.message}.`)
        throw error
      }
    })
}

async function everyLogHasPolicy(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query(
    'select 1 from evidence.log l where not exists (select from evidence.policy p where p.log = l.district) limit 1',
  )
  return rows.length === 0
}

async function logVkeys(pool: pg.Pool): Promise<Map<string, string>> {
  const policies = await readPolicies(pool)
  return new Map(
    policies.map(({ district, policy }) => [
      district,
      formatVkey(policy.logs.find(({ verifier }) => verifier.name === originOf(district))!.verifier),
    ]),
  )
}

async function adopt(
  kernel: Kernel,
  secrets: Secrets,
  policies: readonly { log: string; text: string }[],
): Promise<void> {
  const outcome = await kernel.perform(adoptPolicies, {
    token: Buffer.from(secrets.services.installer!, 'hex'),
    requestId: randomUUID(),
    input: { policies: policies.map(({ log, text }) => ({ log, text })) },
  })
  if (!outcome.ok) throw new StartupError(outcome.refusal.message.en)
}
