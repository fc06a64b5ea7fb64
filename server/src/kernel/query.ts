import type { Static, TObject, TSchema } from 'typebox'
import type { Tx } from '../platform/db/tx.ts'
import type { Deps, SessionBar } from './act.ts'
import { InputCheck } from './input.ts'
import type { ReadCtx } from './perform.ts'
import type { Refusal, Text } from './refusal.ts'

interface Common<P extends TObject, R extends TSchema> {
  /** Path below /api/, with `:name` for parameters: `cases/:id`. */
  path: string
  title: Text
  /** TypeBox schema of path and query parameters together; everything arrives as text. */
  params: P
  result: R
}

/** A list or view of one's own work: signed-in persons, limited by row-level security to what they may see. */
export interface Query<P extends TObject = TObject, R extends TSchema = TSchema> extends Common<P, R> {
  access: 'signed_in'
  /** One of these duties is needed; empty means any signed-in person. */
  duties: readonly string[]
  /** Bars of a session under which it answers all the same. It then sees no row of any office. */
  despite?: readonly SessionBar[]
  run(ctx: ReadCtx, params: Static<P>): Promise<Static<R> | Refusal>
}

/** What everybody may see without signing in. */
export interface PublicQuery<P extends TObject = TObject, R extends TSchema = TSchema> extends Common<P, R> {
  access: 'public'
  run(tx: Tx, params: Static<P>, deps: Deps): Promise<Static<R> | Refusal>
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds queries of every shape; each is checked where declared
export type AnyQuery = (Query<any, any> | PublicQuery<any, any>) & { check: InputCheck }

const queries = new Map<string, AnyQuery>()

/** Declares a query: its route, policy and documentation. */
export function query<P extends TObject, R extends TSchema>(
  declaration: Query<P, R> | PublicQuery<P, R>,
): AnyQuery {
  if (queries.has(declaration.path)) throw new Error(`query ${declaration.path} is declared twice`)
  const made = { ...declaration, check: new InputCheck(declaration.params) } as AnyQuery
  queries.set(declaration.path, made)
  return made
}

/** Every declared query, by path. */
export function declaredQueries(): AnyQuery[] {
  return [...queries.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
