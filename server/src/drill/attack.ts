import type { Text } from '../kernel/refusal.ts'
import type { Copy, Scratch } from './scratch.ts'
import type { Targets } from './targets.ts'

/** What an attack works on: a copy of its own, as superuser, with every key of the house. */
export interface Scene {
  copy: Copy
  scratch: Pick<Scratch, 'dataDir' | 'secrets'>
  /** What it aims at, chosen by the seed. */
  t: Targets
  /** Runs statements with triggers and foreign keys off. @throws Error when one of them changes nothing. */
  sql(...statements: string[]): Promise<void>
}

/** One way to change the past, or the present past the kernel. */
export interface Attack {
  id: string
  title: Text
  /** Code of the problem that verification must name first. */
  names: string
  /** State of the database it begins from. */
  from: 'now' | 'before'
  /** Does it: statements to run, or everything that is to be done. */
  how(scene: Scene): string | readonly string[] | Promise<void>
}

/** A line of the catalogue. */
export type AttackLine = readonly [id: string, zh: string, en: string, names: string, how: Attack['how']]

/** Lines of a table as attacks on the database as it is now. */
export const attacks = (lines: readonly AttackLine[], from: Attack['from'] = 'now'): Attack[] =>
  lines.map(([id, zh, en, names, how]) => ({ id, title: { zh, en }, names, from, how }))

/** Performs an attack. @throws Error when it harmed nothing: a fault of the drill. */
export async function perform(attack: Attack, scene: Scene): Promise<void> {
  const statements = attack.how(scene)
  if (typeof statements === 'string') return scene.sql(statements)
  if (statements instanceof Promise) return statements
  return scene.sql(...(statements as readonly string[]))
}

/** Makes the scene of one attack. */
export function sceneOf(copy: Copy, scratch: Scene['scratch'], t: Targets): Scene {
  return {
    copy,
    scratch,
    t,
    async sql(...statements) {
      await copy.admin.query('begin; set local session_replication_role = replica')
      for (const statement of statements) {
        const { rowCount, command } = await copy.admin.query(statement)
        if (rowCount === 0 || (rowCount === null && /^(UPDATE|INSERT|DELETE)/.test(command)))
          throw new Error(`this harms nothing: ${statement}`)
      }
      await copy.admin.query('commit')
    },
  }
}
