import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What only this installation knows. One file, mode 0600; production puts each value where its process alone reads it. */
export interface Secrets {
  /** Passwords of the database roles, by role name. */
  roles: Record<'mingbu_admin' | 'mingbu_app' | 'mingbu_sequencer' | 'mingbu_auditor', string>
  /** AES-256 key (hex) for values the law calls sensitive. */
  vaultKey: string
  /** HMAC key (hex) for searching sensitive values by equality. */
  searchKey: string
  /** Tokens (hex, 32 bytes) of the services that act, by service name. */
  services: Record<string, string>
  /** Keeps the invented salts of unknown user names stable. */
  saltPepper: string
  /** Bearer token for /metrics from elsewhere than this machine. */
  metricsToken: string
}

/** Reads the secrets of a data folder, making them on first use. */
export function readSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Secrets
  const hex = () => randomBytes(32).toString('hex')
  const secrets: Secrets = {
    roles: { mingbu_admin: hex(), mingbu_app: hex(), mingbu_sequencer: hex(), mingbu_auditor: hex() },
    vaultKey: hex(),
    searchKey: hex(),
    services: { seed: hex(), detector: hex(), installer: hex() },
    saltPepper: hex(),
    metricsToken: hex(),
  }
  writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return secrets
}
