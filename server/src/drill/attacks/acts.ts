import { type AttackLine, attacks, type Scene } from '../attack.ts'
import { Workers } from '../work.ts'

const act =
  (set: string, which: 'act' | 'refused' = 'act'): AttackLine[4] =>
  ({ t }) =>
    `update kernel.act set ${set} where id = '${t[which]}'`
const value =
  (set: string, field = 'in.file'): AttackLine[4] =>
  ({ t }) =>
    `update kernel.act_value set ${set} where act_id = '${t.act}' and field = '${field}'`

/** Leaves one act waiting for its log. */
const waiting = async ({ copy }: Scene) => {
  await new Workers(await copy.world()).upload('haishu.clerk1')
}

/** Acts, and the salts and values beside them. */
export const onActs = attacks([
  [
    'act-entry',
    '改动行为的日志条目',
    'a byte of an act’s entry',
    'entry_changed',
    act(`entry = overlay(entry placing '\\x31' from 9)`),
  ],
  ['act-type', '改动行为的种类', 'the type of an act', 'act_changed', act(`type = 'case.checkIdentity'`)],
  ['act-time', '改动行为的时间', 'the time of an act', 'act_changed', act(`at = at - interval '1 day'`)],
  [
    'act-person',
    '把行为记到另一人名下',
    'an act put to another person',
    'actor_changed',
    ({ t }) =>
      `update kernel.act set person_id = '${t.other}', actor = 'person:${t.other}' where id = '${t.act}'`,
  ],
  [
    'act-session',
    '改动行为的会话',
    'the session of an act',
    'act_changed',
    act('session_id = gen_random_uuid()'),
  ],
  [
    'act-outcome',
    '把已拒绝的改为已办理',
    'a refusal made a success',
    'act_changed',
    act(`outcome = 'done', refusal = null`, 'refused'),
  ],
  [
    'act-refusal',
    '改动拒绝的理由',
    'the reason of a refusal',
    'act_changed',
    act(`refusal = 'busy'`, 'refused'),
  ],
  ['act-clause', '改动行为依据的条款', 'the clause of an act', 'act_changed', act(`clause = '7.5'`)],
  [
    'act-answer',
    '改动给出的答复',
    'the answer given',
    'act_changed',
    act(`answer = '{"result": {"no": 9}}'`),
  ],
  [
    'act-subject',
    '把行为改到另一件案件',
    'an act put to another case',
    'act_changed',
    act('subject_id = gen_random_uuid()'),
  ],
  ['act-request', '改动请求编号', 'the request id', 'act_changed', act('request_id = gen_random_uuid()')],
  [
    'act-input-hash',
    '改动输入的哈希',
    'the hash of the input',
    'act_changed',
    act('input_hash = sha256(input_hash)'),
  ],
  ['act-number', '改动行为的序号', 'the number of an act', 'act_changed', act('seq = default')],
  [
    'act-office',
    '把行为移到另一机构',
    'an act moved to another office',
    'act_missing',
    act(`district = 'yinzhou'`),
  ],
  [
    'act-deleted',
    '删除行为',
    'an act deleted',
    'act_missing',
    ({ t }) => `delete from kernel.act where id = '${t.act}'`,
  ],
  [
    'act-deleted-whole',
    '删除行为及其内容和所写的行',
    'an act deleted with its values and the row it made',
    'act_missing',
    ({ t }) => [
      `delete from kernel.act where id = '${t.act}'`,
      `delete from kernel.act_value where act_id = '${t.act}'`,
      `delete from cases.material where act_id = '${t.act}'`,
    ],
  ],
  [
    'act-inserted',
    '插入没有日志条目的行为',
    'an act put in without a leaf',
    'act_unlogged',
    ({ t }) =>
      `insert into kernel.act (district, id, type, at, actor, person_id, session_id, request_id, input_hash, outcome, clause, subject_kind, subject_id, answer, entry, fields)
       select district, gen_random_uuid(), type, at, actor, person_id, session_id, gen_random_uuid(), input_hash, outcome, clause, subject_kind, subject_id, answer, entry, fields from kernel.act where id = '${t.act}'`,
  ],
  [
    'value',
    '改动行为的内容',
    'a value an act recorded',
    'value_changed',
    value(`value = convert_to('"${'0'.repeat(64)}"', 'UTF8')`),
  ],
  [
    'value-and-commitment',
    '改动内容并重算承诺',
    'a value changed and its commitment made to fit',
    'commitments_changed',
    value(
      `value = '"x"', commitment = sha256(convert_to('commit/v1', 'UTF8') || '\\x00' || convert_to(field, 'UTF8') || '\\x00' || salt || '"x"'::bytea)`,
    ),
  ],
  [
    'value-moved',
    '把内容移到另一行为',
    'a value moved to another act',
    'value_missing',
    ({ t }) =>
      `update kernel.act_value set act_id = '${t.otherAct}', no = 99 where act_id = '${t.act}' and field = 'in.file'`,
  ],
  [
    'value-added',
    '添加内容',
    'a value added',
    'value_missing',
    ({ t }) =>
      `insert into kernel.act_value select district, act_id, 99, 'in.more', commitment, salt, value, sealed from kernel.act_value where act_id = '${t.act}' and field = 'in.file'`,
  ],
  [
    'value-deleted',
    '删除内容',
    'a value deleted',
    'value_missing',
    ({ t }) => `delete from kernel.act_value where act_id = '${t.act}' and field = 'in.file'`,
  ],
  ['value-renamed', '改动内容的名称', 'the name of a value', 'value_changed', value(`field = 'in.scan'`)],
  [
    'values-swapped',
    '对调两项内容',
    'two values change places',
    'commitments_changed',
    ({ t }) => `update kernel.act_value set no = -1 - no where act_id = '${t.act}' and no in (2, 3)`,
  ],
  [
    'sealed-swapped',
    '换上另一行为的密文',
    'the sealed value of another act',
    'value_changed',
    ({ t }) =>
      `update kernel.act_value v set value = o.value from kernel.act_value o where o.act_id = '${t.otherAct}' and o.field = 'request' and v.act_id = '${t.act}' and v.field = 'request'`,
  ],
  ['salt-deleted', '删除盐值', 'a salt deleted', 'value_erased', value('salt = null')],
  ['salt-changed', '改动盐值', 'a salt changed', 'value_changed', value('salt = sha256(salt)')],
  [
    'erased',
    '未经决定的删除',
    'a value erased without an act',
    'value_erased',
    value('salt = null, value = null'),
  ],
  [
    'erased-with-a-decision',
    '伪造删除决定后删除',
    'a value erased after a decision put there by hand',
    'row_unknown',
    ({ t }) => [
      `insert into evidence.erasure (district, of_act, reason, proposed_by, proposed_at, erased_by, erased_at, act_id) values ('${t.district}', '${t.act}', '保存期已满', '${t.other}', now(), '${t.clerk}', now(), gen_random_uuid())`,
      `update kernel.act_value set salt = null, value = null where act_id = '${t.act}' and field = 'in.file'`,
    ],
  ],
  [
    'image-erased',
    '删除登记簿行的留存',
    'the image of a row erased',
    'image_erased',
    ({ t }) =>
      `update kernel.act_value set salt = null, value = null where act_id = '${t.act}' and field like 'row:cases.material:%'`,
  ],
  [
    'trigger-off',
    '停用触发器后改动，再启用',
    'a trigger switched off, a value changed, the trigger on again',
    'value_changed',
    async ({ copy, t }) => {
      await copy.admin.query('alter table kernel.act_value disable trigger append_only')
      await copy.admin.query(
        `update kernel.act_value set value = '"x"' where act_id = '${t.act}' and field = 'in.code'`,
      )
      await copy.admin.query('alter table kernel.act_value enable trigger append_only')
    },
  ],
  [
    'queue-emptied',
    '从队列取走等候的行为',
    'a waiting act taken out of the queue',
    'act_unlogged',
    async (scene) => {
      await waiting(scene)
      await scene.sql('delete from kernel.act_queue')
    },
    'own copy',
  ],
  [
    'queue-changed',
    '改动等候行为的哈希',
    'the hash of a waiting act',
    'queue_wrong',
    async (scene) => {
      await waiting(scene)
      await scene.sql('update kernel.act_queue set leaf_hash = sha256(leaf_hash)')
    },
    'own copy',
  ],
  [
    'queue-again',
    '让已入日志的行为再次排队',
    'a logged act made to wait again',
    'queue_wrong',
    ({ t }) =>
      `insert into kernel.act_queue select seq, district, id, sha256('\\x00'::bytea || entry) from kernel.act where id = '${t.act}'`,
  ],
])
