import type { FormInstance } from 'antd'
import type { Text } from '../i18n/texts.ts'

/** A field's name as Ant Design forms address it. */
export type NamePath = (string | number)[]

/** `buyers.0.idNumber` → `['buyers', 0, 'idNumber']`. */
export function namePath(path: string): NamePath {
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/**
 * Writes the server's problems under the fields they belong to and moves to the first one.
 *
 * @returns The problems no field on screen can carry, for the alert above the form.
 */
export function showFieldProblems<P extends { path: string; message: Text }>(
  form: FormInstance,
  problems: readonly P[],
  pick: (text: Text) => string,
): P[] {
  const homeless: P[] = []
  const placed = new Map<string, { name: NamePath; errors: string[] }>()
  for (const problem of problems) {
    const name = namePath(problem.path)
    if (form.getFieldInstance(name) === undefined) {
      homeless.push(problem)
      continue
    }
    const entry = placed.get(problem.path) ?? { name, errors: [] }
    entry.errors.push(pick(problem.message))
    placed.set(problem.path, entry)
  }
  form.setFields([...placed.values()])
  const first = placed.values().next().value
  if (first) form.scrollToField(first.name, { block: 'center', focus: true })
  return homeless
}
