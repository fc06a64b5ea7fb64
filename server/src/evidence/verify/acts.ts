import { canonicalJson, commitmentWith, decodeLeaf, fieldsRootWith } from '@mingbu/tlog'
import { findAct } from '../../kernel/act.ts'
import { sha256 } from '../../kernel/evidence-fields.ts'
import type { Text } from '../../kernel/refusal.ts'
import { whyText } from '../../values/logFaults.ts'
import type { Run } from './run.ts'

export interface ActRow {
  id: string
  entry: Buffer
  type: string
  /** As the entry writes it, in UTC with microseconds. */
  at: string
  outcome: string
  fields: number
  actor: string
  person_id: string | null
  session_id: string | null
  request_id: string
  input_hash: Buffer
  refusal: string | null
  clause: string | null
  subject_kind: string | null
  subject_id: string | null
  answer: { result?: unknown; refusal?: { code: string; clause: string | null } }
  seq: number
}

/** Columns of an act that its entry and committed values can be held against. */
export const actColumns = `a.id, a.entry, a.type, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, a.outcome, a.fields, a.actor, a.person_id, a.session_id, a.request_id, a.input_hash, a.refusal, a.clause,
  a.subject_kind, a.subject_id, a.answer, a.seq`

export interface ValueRow {
  act_id: string
  no: number
  field: string
  commitment: Buffer
  salt: Buffer | null
  value: Buffer | null
  sealed: boolean
}

/** Salts and values of some acts, by act. */
export async function readValues(
  client: Run['client'],
  district: string,
  acts: readonly { id: string | null }[],
): Promise<Map<string, ValueRow[]>> {
  const values = await client.query<ValueRow>({
    name: 'verify-values',
    text: 'select act_id, no, field, commitment, salt, value, sealed from kernel.act_value where district = $1 and act_id = any($2::uuid[]) order by act_id, no',
    values: [district, acts.map((act) => act.id).filter(Boolean)],
  })
  return Map.groupBy(values.rows, (row) => row.act_id)
}

/** Acts of which two people have decided that what they recorded beside their leaf goes. */
export async function erasedActs(client: Run['client'], district: string): Promise<Set<string>> {
  const { rows } = await client.query<{ of_act: string }>(
    'select of_act from evidence.erasure where district = $1 and erased_by is not null',
    [district],
  )
  return new Set(rows.map((row) => row.of_act))
}

/** One act against its own entry and its values; what it says of rows becomes their last image. */
export function verifyAct(
  { vault, images, officers }: Pick<Run, 'vault' | 'images' | 'officers'>,
  { district, row, values, erased }: { district: string; row: ActRow; values: ValueRow[]; erased: boolean },
  wrong: (code: string, said: Text) => void,
): void {
  let leaf: ReturnType<typeof decodeLeaf>
  try {
    leaf = decodeLeaf(row.entry)
  } catch (error) {
    const why = whyText(error)
    wrong('entry_malformed', {
      zh: `条目不是日志条目（${why.zh}）`,
      en: `the entry is not a leaf: ${why.en}`,
    })
    return
  }
  if (
    leaf.act !== row.id ||
    leaf.district !== district ||
    leaf.type !== row.type ||
    leaf.outcome !== row.outcome ||
    leaf.n !== row.fields ||
    leaf.at !== row.at
  ) {
    wrong('act_changed', {
      zh: '行为表中的这一行与其条目不一致',
      en: 'the act row does not agree with its entry',
    })
  }
  if (values.length !== leaf.n) {
    wrong('value_missing', {
      zh: `承诺的内容有 ${leaf.n} 项，实有 ${values.length} 项`,
      en: `${leaf.n} fields are committed, ${values.length} are there`,
    })
    return
  }
  const root = Buffer.from(
    fieldsRootWith(
      sha256,
      values.map((value) => value.commitment),
    ),
  ).toString('hex')
  if (root !== leaf.fields)
    wrong('commitments_changed', {
      zh: '各项承诺值算不出条目所记的根哈希',
      en: 'the commitments do not hash to the fields root',
    })
  const opened = new Map<string, Uint8Array>()
  for (const one of values) {
    const plain = plainOf(vault, one, erased, wrong)
    if (plain === null) continue
    if (one.field === 'officer' || one.field === 'command') opened.set(one.field, plain)
    if (Buffer.from(commitmentWith(sha256, one.field, one.salt!, plain)).equals(one.commitment)) {
      const column = columnChanged(row, one.field, plain)
      if (column)
        wrong(column === 'actor' ? 'actor_changed' : 'act_changed', {
          zh: `行为表中的${columnsZh[column]}不是所承诺的`,
          en: `the act row's ${column} is not the one committed`,
        })
    } else
      wrong('value_changed', {
        zh: `${one.field}：内容与承诺值不符`,
        en: `${one.field}: the value does not open its commitment`,
      })
    if (one.field.startsWith('row:')) images.set(district, one.field, sha256(plain), row.seq)
  }
  officers.verify(row, values, (field) => opened.get(field), wrong)
  if (row.subject_kind !== null && !values.some((one) => one.field === 'subject'))
    wrong('act_changed', {
      zh: '行为表写有对象，而当时没有承诺对象',
      en: 'the act row names a subject, and none was committed',
    })
}

/** The plain bytes of a stored value; null when it was erased or does not open. */
function plainOf(
  vault: Run['vault'],
  { field, salt, value, sealed }: ValueRow,
  erased: boolean,
  wrong: (code: string, said: Text) => void,
): Uint8Array | null {
  if (salt === null || value === null) {
    if (/^(row|was):/.test(field))
      wrong('image_erased', {
        zh: `${field}：登记簿行的留存被删除`,
        en: `${field}: a register image was erased`,
      })
    else if (!erased)
      wrong('value_erased', {
        zh: `${field}：内容被删除，而没有人决定删除`,
        en: `${field}: erased, and nobody has decided so`,
      })
    return null
  }
  try {
    return sealed ? vault.open(value) : value
  } catch {
    wrong('value_changed', {
      zh: `${field}：加密的内容不能打开`,
      en: `${field}: the sealed value does not open`,
    })
    return null
  }
}

/** Columns of an act's row that a committed field speaks of too. */
const columnsZh = {
  actor: '办理人',
  session: '会话',
  subject: '对象',
  refusal: '拒绝理由',
  answer: '答复',
  'hash of the input': '所填内容的哈希',
  'request id': '请求编号',
  clause: '条款',
} as const
type Column = keyof typeof columnsZh

/** The column of the act's row that says something else than the committed field; null when they agree or no column says it. */
function columnChanged(row: ActRow, field: string, plain: Uint8Array): Column | null {
  const committed = Buffer.from(plain).toString()
  switch (field) {
    case 'actor': {
      const { actor, session } = JSON.parse(committed) as { actor: string; session: string | null }
      const person = actor.startsWith('person:') ? actor.slice('person:'.length) : null
      if (row.actor !== actor || row.person_id !== person) return 'actor'
      return row.session_id === session ? null : 'session'
    }
    case 'request':
      return requestColumnChanged(row, JSON.parse(committed))
    case 'subject':
      return committed === canonicalJson({ kind: row.subject_kind, id: row.subject_id }) ? null : 'subject'
    case 'refusal': {
      const told = row.answer.refusal
      const same =
        committed === canonicalJson({ code: row.refusal, clause: row.clause }) &&
        told?.code === row.refusal &&
        told.clause === row.clause
      return same ? null : 'refusal'
    }
    case 'result': {
      // What a read answered is not kept: its committed result says only what was seen.
      const kept = findAct(row.type)?.read ? 'null' : committed
      return canonicalOrNothing(row.answer.result) === kept ? null : 'answer'
    }
    default:
      return null
  }
}

/** Acts from before migration 0030 commit to no hash of their input, and those done to no clause. */
function requestColumnChanged(
  row: ActRow,
  { id, input, clause }: { id: string; input?: string; clause?: string | null },
): Column | null {
  if (input !== undefined && row.input_hash.toString('hex') !== input) return 'hash of the input'
  // A refusal under an id that was used before is recorded under a fresh one, and commits to its clause elsewhere.
  if (row.outcome === 'refused') return null
  if (id.toLowerCase() !== row.request_id) return 'request id'
  return clause === undefined || clause === row.clause ? null : 'clause'
}

/** Canonical text of what a row holds; empty when it has none, as no committed value is. */
function canonicalOrNothing(value: unknown): string {
  try {
    return canonicalJson(value)
  } catch {
    return ''
  }
}
