import type { Text } from '../kernel/refusal.ts'
import type { Copy, Scratch } from './scratch.ts'
import type { Targets } from './targets.ts'

/** What an attack works on: a copy, as superuser, with every key of the house. */
export interface Scene {
  copy: Pick<Copy, 'admin' | 'ownFiles' | 'world'>
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
  /** Whether it works on with the product or on files; all others are statements in a transaction that is taken back. */
  ownCopy: boolean
  /** Does it: statements to run, or everything that is to be done. */
  how(scene: Scene): string | readonly string[] | Promise<void>
}

/** A line of the catalogue. */
export type AttackLine = readonly [
  id: string,
  zh: string,
  en: string,
  names: string,
  how: Attack['how'],
  where?: 'own copy',
]

/** Lines of a table as attacks on the database as it is now, or as it was before. */
export const attacks = (lines: readonly AttackLine[], from: Attack['from'] = 'now'): Attack[] =>
  lines.map(([id, zh, en, names, how, where]) => ({
    id,
    title: { zh, en },
    names,
    from,
    ownCopy: where === 'own copy' || from === 'before',
    how,
  }))

/** Performs an attack. @throws Error when it harmed nothing: a fault of the drill. */
export async function perform(attack: Attack, scene: Scene): Promise<void> {
  const statements = attack.how(scene)
  if (typeof statements === 'string') return scene.sql(statements)
  if (statements instanceof Promise) return statements
  return scene.sql(...(statements as readonly string[]))
}

/** The scene of an attack on a copy of its own. */
export const sceneOf = (copy: Scene['copy'], scratch: Scene['scratch'], t: Targets): Scene => ({
  copy,
  scratch,
  t,
  async sql(...statements) {
    await copy.admin.query('begin')
    await past(copy.admin, statements)
    await copy.admin.query('commit')
  },
})

/** The scene of an attack on a copy that others are tried on too, inside a transaction. */
export function sharedScene(
  { admin }: Pick<Copy, 'admin'>,
  scratch: Scene['scratch'],
  t: Targets,
  { id }: Attack,
): Scene {
  const no = () => {
    throw new Error(`${id} needs a copy of its own`)
  }
  return {
    copy: { admin, ownFiles: no, world: no },
    scratch,
    t,
    sql: (...statements) => past(admin, statements),
  }
}

async function past(admin: Copy['admin'], statements: readonly string[]): Promise<void> {
  await admin.query('set local session_replication_role = replica')
  for (const statement of statements) {
    const { rowCount, command } = await admin.query(statement)
    if (rowCount === 0 || (rowCount === null && /^(UPDATE|INSERT|DELETE)/.test(command)))
      throw new Error(`this harms nothing: ${statement}`)
  }
  await admin.query('set local session_replication_role = origin')
}
