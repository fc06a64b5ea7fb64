import type { Text } from '../kernel/refusal.ts'

/** What may be wrong with a pack, in both languages. `{file}`, `{log}`, `{index}`, `{why}` … are filled in. */
const texts = {
  no_log: { zh: '包内没有日志。', en: 'The pack holds no log.' },
  policy_wrong: { zh: '{log}：核对规则不能使用：{why}', en: '{log}: the policy cannot be used: {why}' },
  checkpoint_wrong: { zh: '{log}：检查点不成立：{why}', en: '{log}: the checkpoint does not hold: {why}' },
  quorum_missing: {
    zh: '{log}：检查点缺少规则要求的见证签名，只有：{have}',
    en: '{log}: the checkpoint lacks the quorum; it has only: {have}',
  },
  entries_missing: { zh: '{log}：缺少条目包 {file}', en: '{log}: the entries {file} are missing' },
  entries_unreadable: {
    zh: '{log}：条目包 {file} 不能读取（{why}）',
    en: '{log}: the entries {file} cannot be read: {why}',
  },
  leaf_wrong: {
    zh: '{log} 第 {index} 条不是行为记录（{why}）',
    en: '{log}, leaf {index}: it is no act’s ({why})',
  },
  leaf_foreign: {
    zh: '{log} 第 {index} 条属于另一日志 {why}',
    en: '{log}, leaf {index}: it is of the log {why}',
  },
  act_twice: {
    zh: '{log} 第 {index} 条：同一行为已在日志中',
    en: '{log}, leaf {index}: its act is in the log already',
  },
  tile_missing: { zh: '{log}：缺少分片 {file}', en: '{log}: the tile {file} is missing' },
  tile_wrong: {
    zh: '{log}：从第 {index} 条起，条目与分片 {file} 不一致',
    en: '{log}, from leaf {index} on: the entries are not those of the tile {file}',
  },
  tile_extra: {
    zh: '{log}：{file} 不属于 {size} 条的日志',
    en: '{log}: {file} belongs to no log of {size} leaves',
  },
  root_wrong: {
    zh: '{log}：全部条目的根哈希不是所签的根哈希',
    en: '{log}: the root of the entries is not the root that was signed',
  },
  older_wrong: {
    zh: '{log}：{file} 中第 {no} 个较早的检查点不成立（{why}）',
    en: '{log}: the older checkpoint no. {no} in {file} does not hold: {why}',
  },
  older_quorum: {
    zh: '{log}：{file} 中第 {no} 个较早的检查点缺少规则要求的见证签名',
    en: '{log}: the older checkpoint no. {no} in {file} lacks the quorum',
  },
  older_root: {
    zh: '{log}：{file} 中第 {no} 个较早的检查点（{size} 条）与日志不一致：历史被改写过',
    en: '{log}: the older checkpoint no. {no} in {file} had another root at {size} leaves: history was rewritten',
  },
  older_larger: {
    zh: '{log}：{file} 中第 {no} 个检查点有 {size} 条，比日志多：日志被截短过',
    en: '{log}: the checkpoint no. {no} in {file} has {size} leaves, more than the log: the log was cut short',
  },
  kept_unknown: {
    zh: '您保存的检查点属于 {why}，包内没有这个日志',
    en: 'A checkpoint that you kept is of {why}, a log this pack does not hold',
  },
  opened_unreadable: { zh: '{file} 不能读取（{why}）', en: '{file} cannot be read: {why}' },
  opened_no_leaf: {
    zh: '{file}：日志中没有它所指的第 {index} 条',
    en: '{file}: there is no leaf {index} that it speaks of',
  },
  opened_other_act: {
    zh: '{file}：第 {index} 条是另一行为 {act}',
    en: '{file}: leaf {index} is of the act {act}',
  },
  opened_fields: {
    zh: '{file}：内容项数与日志不符',
    en: '{file}: its fields are not as many as the leaf says',
  },
  opened_commitments: {
    zh: '{file}：内容的承诺值不是日志所记的',
    en: '{file}: its commitments are not those of the leaf',
  },
  opened_value: {
    zh: '{file}：“{why}”所示的内容不是当时承诺的内容',
    en: '{file}: the value shown for {why} is not the one committed to',
  },
  opened_entry: { zh: '{file} 不是日志中的那一条', en: '{file} is not the entry of the log' },
  opened_proof: {
    zh: '{file} 不能证明该行为在本日志中',
    en: '{file} does not prove that the act is in this log',
  },
  officer_command: {
    zh: '{file}：办理人所确认的命令不是本行为',
    en: '{file}: the command that the officer confirmed is not this act',
  },
  officer_key: {
    zh: '{file}：确认所用的密钥不是办理人登记的',
    en: '{file}: it was confirmed by a key that was not enrolled for its officer',
  },
  officer_signature: {
    zh: '{file}：办理人的签名不成立',
    en: '{file}: the officer’s signature does not hold',
  },
  sums_unreadable: { zh: 'SHA256SUMS 缺失或不能读取', en: 'SHA256SUMS is missing or cannot be read' },
  file_missing: { zh: '缺少文件 {file}', en: '{file} is missing' },
  file_changed: {
    zh: '文件 {file} 与 SHA256SUMS 所列不同',
    en: '{file} is not the file that SHA256SUMS lists',
  },
  file_extra: { zh: 'SHA256SUMS 没有列出文件 {file}', en: 'SHA256SUMS does not list {file}' },
} as const

export type ProblemCode = keyof typeof texts

/** One thing that does not hold in a pack; the same shape as a problem that `mingbu verify` finds in a database. */
export interface PackProblem {
  code: ProblemCode
  district: string
  /** Index of the first leaf concerned. */
  index?: number
  act?: string
  file?: string
  message: string
  /** The message in Chinese. */
  zh: string
}

/** Words a problem is filled with; `log` names the district. */
export type ProblemFacts = Pick<PackProblem, 'index' | 'act' | 'file'> & {
  log?: string
  why?: string | Text
  have?: string
  size?: number
  no?: number
}

export function packProblem(code: ProblemCode, facts: ProblemFacts = {}): PackProblem {
  const filled = (language: keyof Text) =>
    texts[code][language].replace(/\{(\w+)\}/g, (_, name: keyof ProblemFacts) => {
      const fact = facts[name] ?? ''
      return typeof fact === 'object' ? fact[language] : String(fact)
    })
  const { log = '', index, act, file } = facts
  return {
    code,
    district: log,
    ...(index !== undefined && { index }),
    ...(act !== undefined && { act }),
    ...(file !== undefined && { file }),
    message: filled('en'),
    zh: filled('zh'),
  }
}
