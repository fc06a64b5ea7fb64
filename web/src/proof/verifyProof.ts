import {
  checkField,
  checkInclusion,
  decodeLeaf,
  fromBase64,
  fromHex,
  fromUtf8,
  leafHash,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parsePolicy,
} from '@mingbu/tlog'

/** An opened field of an act: its value and salt, and the path by which it belongs to the act's leaf. */
export interface ProofField {
  name: string
  no: number
  path: string[]
  valueBase64: string
  saltBase64: string
}

/** Everything a browser needs to verify one act without trusting the server that sent it. */
export interface Proof {
  leafBase64: string
  index: number
  size: number
  origin: string
  hashes: string[]
  /** The published note: the log's signature and its witnesses' cosignatures. */
  checkpoint: string
  /** Whose signatures are needed (C2SP tlog-policy). */
  policy: string
  /** Number of fields of the act. */
  n: number
  fields: ProofField[]
  /** Commitments of fields that stay closed, with the path of each. */
  closed?: { no: number; path: string[]; commitmentBase64: string }[]
}

/** What is checked, in this order. */
export type ProofStep = 'facts' | 'field' | 'tree' | 'signature' | 'quorum'

export interface ProofReport {
  ok: boolean
  steps: { step: ProofStep; ok: boolean }[]
  /** The witnesses whose cosignatures are good, as the policy names them. */
  witnesses: string[]
  /** The act the leaf speaks of; null when the leaf cannot be read. */
  leaf: { act: string; at: string; type: string; outcome: string; district: string } | null
}

/**
 * Verifies a proof in five steps: what is shown is what was committed; the committed fields belong to the leaf;
 * the leaf lies in the tree of the checkpoint; the office's key signed that checkpoint; and so did as many of its
 * witnesses as its policy asks for. Malformed input fails the step that meets it. Nothing is fetched.
 *
 * @param shown What the page shows, compared with the opened value field by field; without it that step says
 *   only that every opened value can be read.
 */
export async function verifyProof(
  proof: Proof,
  shown?: { field: string; facts: Record<string, string | number | null> },
): Promise<ProofReport> {
  const leaf = attempt(() => decodeLeaf(fromBase64(proof.leafBase64)))
  const opened = await openPublished(proof)
  const steps: ProofReport['steps'] = [
    { step: 'facts', ok: attempt(() => sameFacts(proof, shown)) === true },
    {
      step: 'field',
      ok: leaf !== null && leaf.n === proof.n && attempt(() => belongs(proof, leaf.fields)) === true,
    },
    { step: 'tree', ok: attempt(() => inTree(proof)) === true },
    { step: 'signature', ok: opened !== null },
    { step: 'quorum', ok: opened?.quorum === true },
  ]
  return {
    ok: steps.every((one) => one.ok),
    steps,
    witnesses: opened?.cosignatures.map(({ witness }) => witness) ?? [],
    leaf: leaf && {
      act: leaf.act,
      at: leaf.at,
      type: leaf.type,
      outcome: leaf.outcome,
      district: leaf.district,
    },
  }
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

function sameFacts({ fields }: Proof, shown: Parameters<typeof verifyProof>[1]): boolean {
  if (!shown) return fields.every((field) => fromBase64(field.valueBase64).length >= 0)
  const field = fields.find((one) => one.name === shown.field)
  if (!field) return false
  const committed = JSON.parse(fromUtf8(fromBase64(field.valueBase64))) as Record<string, unknown>
  return Object.entries(shown.facts).every(([name, value]) => committed[name] === value)
}

/** Every opened value and every closed commitment stands at its place under the leaf's root. */
const belongs = (proof: Proof, root: string): boolean =>
  proof.fields.every((field) => opens(field, proof.n, root)) &&
  (proof.closed ?? []).every(({ no, path, commitmentBase64 }) =>
    checkInclusion({
      leaf: leafHash(fromBase64(commitmentBase64)),
      index: no,
      size: proof.n,
      proof: path.map(fromBase64),
      root: fromHex(root),
    }),
  )

const opens = (field: ProofField, n: number, root: string): boolean =>
  checkField({
    name: field.name,
    salt: fromBase64(field.saltBase64),
    value: fromBase64(field.valueBase64),
    no: field.no,
    n,
    path: field.path.map(fromBase64),
    root: fromHex(root),
  })

function inTree(proof: Proof): boolean {
  const checkpoint = parseCheckpoint(parseNote(proof.checkpoint).text)
  return (
    checkpoint.origin === proof.origin &&
    checkpoint.size === proof.size &&
    checkInclusion({
      leaf: leafHash(fromBase64(proof.leafBase64)),
      index: proof.index,
      size: proof.size,
      proof: proof.hashes.map(fromBase64),
      root: checkpoint.root,
    })
  )
}

/** The checkpoint as its policy opens it; null when it does not. */
async function openPublished({ checkpoint, policy, origin }: Proof) {
  try {
    return await openCheckpoint(checkpoint, parsePolicy(policy), { origin })
  } catch {
    return null
  }
}
