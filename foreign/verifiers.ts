import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Held } from './sample.ts'

/** What a verifier said and how it ended: 0 holds, 1 does not, 2 was asked wrongly. */
export interface Said {
  code: number | null
  out: string
}

/** Builds checklog from the sources and Debian's library alone: no module is fetched. */
export function buildChecklog(to: string): void {
  const { status, stderr } = spawnSync('go', ['build', '-o', to, '.'], {
    cwd: join(import.meta.dirname, 'checklog'),
    env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`checklog does not build: ${stderr}`)
}

/** Runs checklog over everything an outsider holds. */
export const checklog = (program: string, { policy, log, old, proof, entry }: Held): Said =>
  run(program, ['-policy', policy, '-log', log, '-old', old, '-proof', proof, '-entry', entry])

/** Checks the signatures of the newest checkpoint with openssl. */
export const opensslCheck = ({ log, policy }: Held): Said =>
  run(join(import.meta.dirname, 'openssl.sh'), [join(log, 'checkpoint'), policy])

export function run(program: string, args: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return { code: status, out: stdout + stderr }
}
