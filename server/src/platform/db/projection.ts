/** A table that can be rebuilt from evidence tables: what holds today, or what a rule looks at. */
export interface Projection {
  /** `schema.table`. */
  name: string
  /** Columns that name a row within its district. */
  key: readonly string[]
  /** A query that gives what the table should hold, with the table's own columns. */
  rebuilt: string
}

const projections: Projection[] = []

/** Declares that a table holds exactly what `rebuilt` gives; `mingbu verify` compares them. */
export function projection(name: string, more: Omit<Projection, 'name'>): void {
  projections.push({ name, ...more })
}

/** Every declared projection, for verification. */
export const declaredProjections = (): readonly Projection[] => projections
