import { checkTlogLine, equal, NoteError, parseNote, parsePolicy, type Verifier } from '@mingbu/tlog'
import type { Text } from '../../kernel/refusal.ts'
import { type Run, zhOffice } from './run.ts'

interface CosignatureRow {
  size: number
  witness: string
  line: string
  signed: string | null
  published: string | null
}

/**
 * Holds the cosignatures kept of a log against its checkpoints: each is that of a witness of the log, and each that
 * stands under a published checkpoint was kept. A witness asked twice signs at two times, so the lines may differ.
 */
export async function verifyCosignatures({ client, report }: Run, district: string): Promise<void> {
  const wrong = (code: string, size: number, witness: string, why: Text) =>
    report({
      code,
      district,
      index: size,
      table: 'evidence.cosignature',
      key: `${size}/${witness}`,
      zh: `${zhOffice(district)}第 ${size} 条检查点下 ${witness} 的见证签名：${why.zh}`,
      en: `cosignature of ${witness} under checkpoint ${size} of ${district}: ${why.en}`,
    })
  const { rows } = await client.query<CosignatureRow>(
    `select s.size, s.witness, s.line, c.note as signed, p.note as published from evidence.cosignature s
       left join evidence.checkpoint c using (district, size) left join evidence.published p using (district, size)
     where s.district = $1 order by s.size, s.witness`,
    [district],
  )
  const witnesses = await witnessesOf(client, district)
  for (const { size, witness, line, signed, published } of rows) {
    if (published?.includes(line) && line.startsWith(`— ${witness} `)) continue
    if (!(await isLineOf(witnesses.get(witness) ?? [], signed, line)))
      wrong('cosignature_wrong', size, witness, { zh: '验证不通过', en: 'it does not verify' })
  }
  const kept = new Set(rows.map(({ size, witness }) => `${size} ${witness}`))
  for (const { size, note } of await publishedNotes(client, district))
    for (const name of namesUnder(note))
      if (witnesses.has(name) && !kept.has(`${size} ${name}`))
        wrong('cosignature_missing', size, name, {
          zh: '公布过，现在不见了',
          en: 'it was published and is gone',
        })
}

/** Keys of every witness that any policy of the log has named, by name. */
async function witnessesOf(client: Run['client'], district: string): Promise<Map<string, Verifier[]>> {
  const { rows } = await client.query<{ text: string }>('select text from evidence.policy where log = $1', [
    district,
  ])
  const all = rows.flatMap(({ text }) => parsePolicy(text).witnesses.map(({ verifier }) => verifier))
  return Map.groupBy(all, (verifier) => verifier.name)
}

async function publishedNotes(
  client: Run['client'],
  district: string,
): Promise<{ size: number; note: string }[]> {
  const { rows } = await client.query<{ size: number; note: string }>(
    'select size, note from evidence.published where district = $1 order by size',
    [district],
  )
  return rows
}

function namesUnder(note: string): string[] {
  return linesUnder(note).map(({ name }) => name)
}

function linesUnder(note: string): ReturnType<typeof parseNote>['lines'] {
  try {
    return parseNote(note).lines
  } catch (error) {
    if (error instanceof NoteError) return []
    throw error
  }
}

async function isLineOf(
  verifiers: readonly Verifier[],
  signed: string | null,
  line: string,
): Promise<boolean> {
  if (signed === null) return false
  const found = linesUnder(signed + line).at(-1)
  const verifier = found && verifiers.find((one) => one.name === found.name && equal(one.id, found.id))
  return verifier ? checkTlogLine(verifier, parseNote(signed).text, found) : false
}
