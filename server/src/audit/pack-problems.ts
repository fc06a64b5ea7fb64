/** What may be wrong with a pack, in both languages. `{file}`, `{log}`, `{index}`, `{why}` … are filled in. */
const texts = {
  no_log: { zh: '包内没有日志。', en: 'The pack holds no log.' },
  policy_wrong: { zh: '{log}：核对规则不能使用：{why}', en: '{log}: the policy cannot be used: {why}' },
  checkpoint_wrong: { zh: '{log}：检查点不成立：{why}', en: '{log}: the checkpoint does not hold: {why}' },
  quorum_missing: {
    zh: '{log}：检查点缺少规则要求的见证签名，只有：{have}',
    en: '{log}: the checkpoint lacks the quorum; it has only: {have}',
  },
  entries_unreadable: {
    zh: '{log}：{file} 缺失或不能读取：{why}',
    en: '{log}: {file} is missing or cannot be read: {why}',
  },
  leaf_wrong: {
    zh: '{log} 第 {index} 条不是本日志的记录：{why}',
    en: '{log}, leaf {index}: not a leaf of this log: {why}',
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
    zh: '{log}：较早的检查点（{file} 第 {no} 个，{size} 条）不成立：{why}',
    en: '{log}: an older checkpoint ({file}, no. {no}, of {size} leaves) does not hold: {why}',
  },
  kept_unknown: {
    zh: '您保存的检查点属于 {why}，包内没有这个日志',
    en: 'A checkpoint that you kept is of {why}, a log this pack does not hold',
  },
  opened_wrong: { zh: '{file}：公开的行为不成立：{why}', en: '{file}: the opened act does not hold: {why}' },
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
  why?: string
  have?: string
  size?: number
  no?: number
}

export function packProblem(code: ProblemCode, facts: ProblemFacts = {}): PackProblem {
  const filled = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: keyof ProblemFacts) => String(facts[name] ?? ''))
  const { log = '', index, act, file } = facts
  return {
    code,
    district: log,
    ...(index !== undefined && { index }),
    ...(act !== undefined && { act }),
    ...(file !== undefined && { file }),
    message: filled(texts[code].en),
    zh: filled(texts[code].zh),
  }
}
