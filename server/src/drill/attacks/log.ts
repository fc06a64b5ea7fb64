import { type AttackLine, attacks } from '../attack.ts'
import { resign } from '../forge.ts'

const leaf =
  (set: string): AttackLine[4] =>
  ({ t }) =>
    `update evidence.leaf set ${set} where district = '${t.district}' and idx = ${t.leaf}`
const head =
  (set: string): AttackLine[4] =>
  ({ t }) =>
    `update evidence.head set ${set} where district = '${t.district}'`
const checkpoint =
  (set: string): AttackLine[4] =>
  ({ t }) =>
    `update evidence.checkpoint set ${set} where district = '${t.district}' and size = ${t.checkpoints.at(-1)}`
const published =
  (set: string): AttackLine[4] =>
  ({ t }) =>
    `update evidence.published set ${set} where district = '${t.district}' and size = ${t.checkpoints.at(-1)}`
/** Statements that take a checkpoint out with everything that says it was there. */
const without = (district: string, size: number | undefined): string[] =>
  ['published', 'cosignature', 'checkpoint'].map(
    (one) => `delete from evidence.${one} where district = '${district}' and size = ${size}`,
  )

const nobody = '00000000-0000-0000-0000-000000000000'

/** Leaves, the tree above them, heads. */
export const onLeaves = attacks([
  ['leaf-changed', '改动日志叶子', 'a leaf changed', 'entry_changed', leaf('hash = sha256(hash)')],
  [
    'leaf-deleted',
    '删除中间的叶子',
    'a leaf in the middle deleted',
    'leaf_gap',
    ({ t }) => `delete from evidence.leaf where district = '${t.district}' and idx = ${t.leaf}`,
  ],
  [
    'leaf-last-deleted',
    '删除最后的叶子',
    'the last leaf deleted',
    'head_size',
    ({ t }) => `delete from evidence.leaf where district = '${t.district}' and idx = ${t.leaves - 1}`,
  ],
  [
    'leaf-inserted',
    '在末尾插入叶子',
    'a leaf put in at the end',
    'act_missing',
    ({ t }) =>
      `insert into evidence.leaf values ('${t.district}', ${t.leaves}, 1000000, gen_random_uuid(), sha256('x'))`,
  ],
  [
    'leaves-swapped',
    '对调两片叶子',
    'two leaves change places',
    'checkpoint_wrong',
    ({ t }) => [
      `update evidence.leaf set idx = 1000000 where district = '${t.district}' and idx = ${t.leaf}`,
      `update evidence.leaf set idx = ${t.leaf} where district = '${t.district}' and idx = ${t.leaf + 1}`,
      `update evidence.leaf set idx = ${t.leaf + 1} where district = '${t.district}' and idx = 1000000`,
    ],
  ],
  [
    'leaf-of-another-act',
    '让叶子指向另一行为',
    'leaves made to stand for one another’s acts',
    'entry_changed',
    ({ t }) => [
      `update evidence.leaf set act_id = '${nobody}' where act_id = '${t.act}'`,
      `update evidence.leaf set act_id = '${t.act}' where act_id = '${t.otherAct}'`,
      `update evidence.leaf set act_id = '${t.otherAct}' where act_id = '${nobody}'`,
    ],
  ],
  [
    'leaf-number',
    '改动叶子的序号',
    'the number a leaf was logged under',
    'act_changed',
    leaf('seq = seq + 1000000'),
  ],
  [
    'node-changed',
    '改动中间哈希',
    'a hash above the leaves changed',
    'node_changed',
    ({ t }) => `update evidence.node set hash = sha256(hash) where district = '${t.district}' and level = 1`,
  ],
  [
    'node-deleted',
    '删除中间哈希',
    'a hash above the leaves deleted',
    'node_changed',
    ({ t }) => `delete from evidence.node where district = '${t.district}' and level = 1`,
  ],
  [
    'node-added',
    '添加中间哈希',
    'a hash above the leaves too many',
    'node_extra',
    ({ t }) => `insert into evidence.node values ('${t.district}', 2, 0, sha256('x'))`,
  ],
  ['head-back', '把日志末端移回', 'the head set back', 'head_size', head('size = size - 1')],
  ['head-forward', '把日志末端前移', 'the head set on', 'head_size', head('size = size + 1')],
  [
    'head-root',
    '改动日志末端的根哈希',
    'the root of the head changed',
    'head_root',
    head('root = sha256(root)'),
  ],
  [
    'head-deleted',
    '删除日志末端',
    'the head deleted',
    'log_missing',
    ({ t }) => `delete from evidence.head where district = '${t.district}'`,
  ],
])

/** Checkpoints, cosignatures, what was published, and the policies that say whose they must be. */
export const onCheckpoints = attacks([
  [
    'checkpoint-size',
    '改动检查点的条数',
    'the size in a checkpoint',
    'checkpoint_wrong',
    checkpoint(`note = replace(note, E'\\n' || size || E'\\n', E'\\n' || size - 1 || E'\\n')`),
  ],
  [
    'checkpoint-root',
    '改动检查点旁的根哈希',
    'the root beside a checkpoint',
    'checkpoint_wrong',
    checkpoint('root = sha256(root)'),
  ],
  [
    'checkpoint-unsigned',
    '去掉检查点的签名',
    'a checkpoint without its signature',
    'checkpoint_wrong',
    checkpoint(`note = split_part(note, '—', 1)`),
  ],
  [
    'checkpoint-other-key',
    '用另一把钥匙重签检查点',
    'a checkpoint signed again with another key',
    'checkpoint_wrong',
    async (scene) => resign(scene, Buffer.alloc(32, 7)),
  ],
  [
    'checkpoint-newest-deleted',
    '删除最新的检查点',
    'the newest checkpoint deleted',
    'checkpoint_missing',
    ({ t }) => without(t.district, t.checkpoints.at(-1)),
  ],
  [
    'checkpoint-older-deleted',
    '删除较早的检查点',
    'an older checkpoint deleted',
    'checkpoint_missing',
    ({ t }) => without(t.district, t.checkpoints.at(-2)),
  ],
  [
    'checkpoint-of-the-future',
    '插入未来的检查点',
    'a checkpoint of the future',
    'leaves_dropped',
    ({ t }) =>
      `insert into evidence.checkpoint (district, size, root, note, before) select district, size + 50, root, replace(note, E'\\n' || size || E'\\n', E'\\n' || size + 50 || E'\\n'), size from evidence.checkpoint where district = '${t.district}' and size = ${t.checkpoints.at(-1)}`,
  ],
  [
    'published-deleted',
    '删除公布过的检查点',
    'a published checkpoint deleted',
    'published_missing',
    ({ t }) =>
      `delete from evidence.published where district = '${t.district}' and size = ${t.checkpoints.at(-2)}`,
  ],
  [
    'published-without-quorum',
    '去掉公布检查点的见证签名',
    'a published checkpoint without its quorum',
    'published_wrong',
    published(
      `note = substr(note, 1, length(note) - length(split_part(note, '—', 6)) - length(split_part(note, '—', 5)) - length(split_part(note, '—', 4)) - 3)`,
    ),
  ],
  [
    'published-changed',
    '改动公布检查点的根哈希',
    'the root in a published checkpoint',
    'published_wrong',
    published(
      `note = overlay(note placing 'AAAA' from strpos(note, E'\\n' || size || E'\\n') + length(size::text) + 2)`,
    ),
  ],
  [
    'cosignature-deleted',
    '删除见证签名',
    'a cosignature deleted',
    'cosignature_missing',
    ({ t }) =>
      `delete from evidence.cosignature where district = '${t.district}' and size = ${t.checkpoints.at(-1)} and witness like '%/city/%'`,
  ],
  [
    'cosignature-forged',
    '伪造见证签名',
    'a cosignature forged',
    'cosignature_wrong',
    ({ t }) =>
      `update evidence.cosignature set line = left(line, -9) || 'AAAAAA==' || E'\\n' where district = '${t.district}' and size = ${t.checkpoints.at(-1)} and witness like '%/city/%'`,
  ],
  [
    'policy-weakened',
    '放宽见证规则',
    'a policy weakened',
    'row_changed',
    ({ t }) =>
      `update evidence.policy set text = replace(text, 'quorum both', 'quorum none') where log = '${t.district}'`,
  ],
  [
    'policy-inserted',
    '插入见证规则',
    'a policy put in',
    'row_unknown',
    ({ t }) =>
      `insert into evidence.policy (log, version, text, adopted_at, act_id) select log, version + 1, replace(text, 'quorum both', 'quorum none'), now(), act_id from evidence.policy where log = '${t.district}'`,
  ],
])
