import { tell } from '../kernel/explore.ts'
import type { Proof } from '../kernel/proof/prove.ts'

/** A proof of the duties in words: what was walked, what was found, and what each rule's deletion would open. */
export function sayProof(proof: Proof, paths: boolean): string {
  const survivors = proof.mutants.filter((one) => !one.killed)
  const lines = [
    `${proof.states} states and ${proof.transitions} moves walked, over ${proof.dutySets} largest sets of duties a person may hold.`,
    `${proof.violations.length} violations. ${proof.mutantsKilled} of ${proof.rules} rules: taking it away opens a path.`,
    ...proof.violations.flatMap(({ model, wrong, path }) => [
      `VIOLATION in ${model}: ${wrong.en}`,
      ...indented(path),
    ]),
    ...proof.unreachable.map((model) => `NO END: in ${model} honest work cannot be finished.`),
    ...survivors.map(({ rule }) => `SURVIVES: taking away “${rule}” opens nothing.`),
  ]
  if (paths)
    for (const { rule, wrong, path } of proof.mutants)
      lines.push(`without ${rule}: ${wrong?.en}`, ...indented(path))
  return lines.join('\n')
}

const indented = (path: Proof['mutants'][number]['path']): string[] =>
  tell(path).map((words) => `    ${words}`)
