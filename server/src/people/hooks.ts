import type { Ctx } from '../kernel/act.ts'

/** Why a person’s work ends here: left for good, moved to another post, or on leave. */
export type Departure = 'left' | 'transferred' | 'absent'

type Hook = (ctx: Ctx, personId: string, why: Departure) => Promise<void>
const hooks: Hook[] = []

/** Registers what else happens, in the same act, when somebody leaves, is moved or goes on leave: open work returns to its pool. */
export function onDeparture(hook: Hook): void {
  hooks.push(hook)
}

/** Runs everything registered, in order. */
export async function runDeparture(ctx: Ctx, personId: string, why: Departure): Promise<void> {
  for (const hook of hooks) await hook(ctx, personId, why)
}
