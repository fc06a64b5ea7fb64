/**
 * What may be wrong with what was given, by a code that never changes its meaning, with the words of this package.
 * `{name}` stands for a fact. Whoever speaks another language maps the code and fills in the same facts.
 */
export const faults = {
  not_base64: 'not base64',
  base64_not_canonical: 'not canonical base64',
  not_hex: 'not hex',
  not_utf8: 'not UTF-8',
  vkey_malformed: 'malformed verifier key',
  vkey_not_ed25519: 'not an Ed25519 verifier key',
  vkey_wrong_id: 'the key id is not that of the key',
  note_too_long: 'the note is too long',
  note_control: 'the note holds control characters',
  note_unsigned: 'the note has no signatures',
  note_many_lines: 'the note has too many signatures',
  note_line_malformed: 'malformed signature line',
  signature_wrong: 'the signature of {name} does not verify',
  no_known_key: 'no known key signed the note',
  name_malformed: 'malformed key name',
  seed_length: 'a seed has 32 bytes',
  text_no_newline: 'the text of a note ends in a newline',
  no_signer: 'a note has at least one signature',
  signer_type: 'only plain Ed25519 keys sign a note',
  checkpoint_malformed: 'malformed checkpoint',
  checkpoint_size_malformed: 'malformed checkpoint size',
  checkpoint_size_large: 'the checkpoint size is too large',
  checkpoint_root_malformed: 'malformed checkpoint root',
  cosignature_key: 'a cosignature needs a key of its type',
  cosignature_malformed: 'the line is no cosignature',
  cosignature_time: 'the time of the cosignature is beyond counting',
  policy_line: 'line {line} of the policy: {why}',
  policy_no_quorum: 'the policy names no quorum',
  policy_keyword: 'what is “{word}”?',
  policy_log_words: 'a log has a key and at most one address',
  policy_log_twice: 'this log is named before',
  policy_witness_words: 'a witness has a name, a key and at most one address',
  policy_witness_key_twice: 'two witnesses have the same key',
  policy_threshold: 'how many?',
  policy_no_members: 'a group has members',
  policy_too_few: '{count} of {members} members cannot be',
  policy_unknown_name: '“{name}” is not defined before',
  policy_in_group: '“{name}” is in a group already',
  policy_quorum_twice: 'there is one quorum',
  policy_no_name: 'a name is needed',
  policy_name_twice: '“{name}” is defined before',
  policy_key_type: 'the key is of another type',
  checkpoint_foreign: 'the checkpoint is of {origin}',
  checkpoint_unsigned: 'no known key of {origin} signed the checkpoint',
  body_too_large: 'the body is too large',
  body_not_utf8: 'the body is not UTF-8',
  body_no_checkpoint: 'the body has no checkpoint',
  body_no_old: 'the first line is not an old size',
  proof_too_long: 'a proof has at most {most} hashes',
  proof_line_not_hash: 'a line of the proof is not a hash',
  proof_line_not_base64: 'a line of the proof is not base64',
  log_not_watched: 'this log is not watched here',
  old_above_new: 'the old size is above the new one',
  old_not_stored: 'the last tree cosigned has {size} leaves',
  empty_tree_root: 'an empty tree has another root',
  not_consistent: 'the tree does not go on from the one that was cosigned',
  proof_too_large: 'the proof is too large',
  proof_no_checkpoint: 'the proof has no checkpoint',
  proof_not_format: 'not a proof of this format',
  proof_no_index: 'the proof has no index',
  leaf_not_included: 'the leaf is not at this place of the tree',
  compact_none: 'this checkpoint has no compact form',
  compact_version: 'not a compact proof of this version',
  compact_no_checkpoint: 'the compact proof holds no checkpoint',
  compact_short: 'the compact proof is cut short',
  compact_size: 'a size is beyond counting',
  compact_origin: 'the origin is not UTF-8',
  compact_long: 'the compact proof goes on after its end',
  tile_length: 'a tile of {width} hashes has {bytes} bytes',
  entry_length: 'an entry has 1 to 65,535 bytes',
  bundle_short: 'entry {index} of the bundle is cut short',
  bundle_long: 'the bundle holds more than its entries',
  leaf_not_json: 'a leaf is JSON in UTF-8',
  leaf_version: 'not a leaf of version 1',
  leaf_field: 'leaf field {name} has not its form',
  leaf_encoding: 'the leaf is not in its one encoding',
  file_missing: 'it is missing',
  file_unreadable: 'it cannot be read',
  entry_not_logged: 'entry {index} is not the one that was logged',
  root_not_entries: 'its root is not that of the entries',
  tile_not_parent: 'it does not hash to what stands above it',
  edge_not_root: 'the tiles at the end of the log do not make its root',
  tile_not_entries: 'it is not that of the entries',
} as const

export type FaultCode = keyof typeof faults

/** A fault with the facts its words are filled with; a fact may be another fault. */
export interface Fault {
  code: FaultCode
  facts: Facts
}
export type Facts = Readonly<Record<string, string | number | Fault>>

/** The words for a fault. @param texts Texts by code, those of this package unless given. */
export function faultWords({ code, facts }: Fault, texts: Record<FaultCode, string> = faults): string {
  return texts[code].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name]
    if (fact === undefined) return whole
    return typeof fact === 'object' ? faultWords(fact, texts) : String(fact)
  })
}

/** What a thrown error of this package says by code; null for any other error. */
export function faultOf(error: unknown): Fault | null {
  if (!(error instanceof Error) || !('code' in error) || !('facts' in error)) return null
  const { code, facts } = error as Error & Fault
  return Object.hasOwn(faults, code) ? { code, facts } : null
}

/** An error of this kind that says by code what is wrong. */
export const faulty = <E extends Error>(
  Kind: new (message: string) => E,
  code: FaultCode,
  facts: Facts = {},
): E & Fault => Object.assign(new Kind(faultWords({ code, facts })), { code, facts })
