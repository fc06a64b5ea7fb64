import { NoteError, openCheckpoint, parsePolicy, parseVkey } from '@mingbu/tlog'
import type pg from 'pg'
import type { Text } from '../../kernel/refusal.ts'
import { faultText } from '../../values/logFaults.ts'
import { gapsIn } from './checkpoints.ts'
import { zhOffice } from './run.ts'

/** What is wrong with the published checkpoints of one log; the roots under them are checked with the signed ones. */
export interface PublishedProblem extends Text {
  code: string
  index?: number
}

interface PublishedRow {
  size: number
  note: string
  policy: number | null
  signed: string | null
  /** Size of the one published before it. */
  before: number | null
}

/**
 * Checks that everything shown to the public of one log began with what was signed, and had a quorum of the policy
 * it names; that the policy in force names the log's key; and that no publication went back to an older policy.
 */
export async function publishedProblems(
  client: Pick<pg.ClientBase, 'query'>,
  log: { district: string; origin: string; vkey: string },
): Promise<PublishedProblem[]> {
  const { district } = log
  const policies = new Map(
    (
      await client.query<{ version: number; text: string }>(
        'select version, text from evidence.policy where log = $1 order by version',
        [district],
      )
    ).rows.map(({ version, text }) => [version, text]),
  )
  const { rows } = await client.query<PublishedRow>(
    `select p.size, p.note, p.policy, p.before, c.note as signed from evidence.published p
       left join evidence.checkpoint c using (district, size) where p.district = $1 order by p.size`,
    [district],
  )
  const problems = keyProblems(log, [...policies.values()].at(-1))
  for (const gap of gapsIn(rows))
    problems.push({
      code: 'published_missing',
      index: gap,
      zh: `${zhOffice(district)}日志：公布过的第 ${gap} 条检查点，现在没有公布记录`,
      en: `log ${district}: checkpoint ${gap} was published, and that is no longer said`,
    })
  let before = 0
  for (const row of rows) {
    const why = await publishedProblem(row, log, policies, before)
    if (why !== null)
      problems.push({
        code: 'published_wrong',
        index: row.size,
        zh: `${zhOffice(district)}公布的第 ${row.size} 条检查点：${why.zh}`,
        en: `published checkpoint ${row.size} of ${district}: ${why.en}`,
      })
    before = row.policy ?? before
  }
  const newest = rows.at(-1)
  if (newest?.policy === null && policies.size > 0)
    problems.push({
      code: 'published_wrong',
      index: newest.size,
      zh: `${zhOffice(district)}公布的第 ${newest.size} 条检查点：日志有规则，它却没有写明规则`,
      en: `published checkpoint ${newest.size} of ${district}: it names no policy although the log has one`,
    })
  return problems
}

async function publishedProblem(
  { size, note, policy, signed }: PublishedRow,
  log: { origin: string; vkey: string },
  policies: ReadonlyMap<number, string>,
  before: number,
): Promise<Text | null> {
  if (signed === null || !note.startsWith(signed))
    return { zh: '开头不是所签的内容', en: 'it does not begin with what was signed' }
  if ((policy ?? 0) < before)
    return {
      zh: '退回到比前一个检查点更旧的规则',
      en: 'it goes back to an older policy than the one before it',
    }
  if (policy === null) return null
  try {
    const opened = await openCheckpoint(note, parsePolicy(policies.get(policy) ?? ''), { origin: log.origin })
    const { size: said } = opened.checkpoint
    if (said !== size) return { zh: `其中写的是 ${said} 条`, en: `it speaks of ${said} leaves` }
    if (opened.quorum) return null
    return { zh: '缺少规则要求的见证签名', en: 'the quorum of its policy has not cosigned it' }
  } catch (error) {
    if (error instanceof NoteError) return faultText(error)
    throw error
  }
}

function keyProblems(
  { district, vkey }: { district: string; vkey: string },
  policy: string | undefined,
): PublishedProblem[] {
  if (policy === undefined) return []
  try {
    const key = parseVkey(vkey)
    const named = parsePolicy(policy).logs.some(
      ({ verifier }) => verifier.name === key.name && Buffer.from(verifier.id).equals(key.id),
    )
    if (named) return []
    return [
      {
        code: 'key_changed',
        zh: `${zhOffice(district)}日志：其公钥不是规则所写的那一个`,
        en: `log ${district}: its key is not the one its policy names`,
      },
    ]
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    const why = faultText(error)
    return [
      {
        code: 'policy_wrong',
        zh: `${zhOffice(district)}日志：${why.zh}`,
        en: `log ${district}: ${why.en}`,
      },
    ]
  }
}
