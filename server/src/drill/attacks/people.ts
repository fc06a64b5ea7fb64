import { attacks } from '../attack.ts'

const account = ({ other }: { other: string }) =>
  `(select id from kernel.account where person_id = '${other}')`

/** Who may do what: persons, accounts, sessions, duties, and the rules the database was told. */
export const onPeople = attacks([
  [
    'duty-granted',
    '自行授予职责',
    'a duty granted by hand',
    'row_unknown',
    ({ t }) =>
      `insert into kernel.duty_grant select district, gen_random_uuid(), person_id, 'enquiry', during, act_id from kernel.duty_grant where person_id = '${t.clerk}' limit 1`,
  ],
  [
    'duty-taken',
    '自行取消职责',
    'a duty taken away by hand',
    'row_missing',
    ({ t }) => `delete from kernel.duty_grant where person_id = '${t.clerk}'`,
  ],
  [
    'duty-exchanged',
    '更换职责',
    'a duty exchanged',
    'row_changed',
    ({ t }) =>
      `update kernel.duty_grant set duty = 'recording' where person_id = '${t.clerk}' and duty = 'issuing'`,
  ],
  [
    'duty-shortened',
    '改动职责期限',
    'the time of a duty',
    'row_changed',
    ({ t }) =>
      `update kernel.duty_grant set during = tstzrange(lower(during), now()) where person_id = '${t.clerk}'`,
  ],
  [
    'conflict-pair-deleted',
    '删除不相容约束的一行',
    'a row that keeps conflicting duties apart deleted',
    'projection_changed',
    ({ t }) =>
      `delete from kernel.duty_grant_pair where person_id = '${t.clerk}' and pair like '%recording%'`,
  ],
  [
    'conflict-dropped',
    '删除不相容规则',
    'a rule of conflicting duties deleted',
    'projection_changed',
    () => `delete from kernel.duty_conflict where a = 'acceptance' and b = 'recording'`,
  ],
  [
    'act-type-opened',
    '放宽行为的职责',
    'an act opened to everybody',
    'declaration_changed',
    () => `update kernel.act_type set duties = '{}' where type = 'case.record'`,
  ],
  [
    'act-type-citywide',
    '允许市局跨区办理',
    'an act opened to the city bureau',
    'declaration_changed',
    () => `update kernel.act_type set citywide = true where type = 'case.accept'`,
  ],
  [
    'setting-turned',
    '绕过维护指令改动配置',
    'a setting turned without a maintenance order',
    'projection_changed',
    () => `update kernel.setting set value = '30' where name = 'idle_minutes'`,
  ],
  [
    'password-replaced',
    '更换密码',
    'a password replaced',
    'row_changed',
    ({ t }) =>
      `update kernel.account set verifier = sha256('x'), salt = substring(sha256('x') for 16) where id = ${account(t)}`,
  ],
  [
    'account-made',
    '自行开设账号',
    'an account made by hand',
    'row_unknown',
    ({ t }) =>
      `insert into kernel.account (person_id, username, salt, verifier, closed_at) values ('${t.other}', 'haishu.ghost', substring(sha256('x') for 16), sha256('x'), now())`,
  ],
  [
    'account-renamed',
    '更改用户名',
    'the user name of an account',
    'row_changed',
    ({ t }) => `update kernel.account set username = 'haishu.ghost' where id = ${account(t)}`,
  ],
  [
    'account-deleted',
    '删除账号',
    'an account deleted',
    'row_missing',
    ({ t }) => `delete from kernel.account where id = ${account(t)}`,
  ],
  [
    'session-made',
    '自行开设会话',
    'a session made by hand',
    'row_unknown',
    ({ t }) =>
      `insert into kernel.session (token_hash, person_id, workstation, expires_at, ended_at, end_reason) values (sha256('x'), '${t.other}', 'x', 'infinity', now(), 'signed_out')`,
  ],
  [
    'session-revived',
    '使已结束的会话复效',
    'a session that was ended made to go on',
    'session_wrong',
    async ({ copy, sql, t }) => {
      await copy.admin.query('drop index kernel.session_one_live_per_person')
      await sql(
        `update kernel.session set ended_at = null, end_reason = null where id = (select id from kernel.session where person_id = '${t.clerk}' order by id limit 1)`,
      )
    },
  ],
  [
    'session-prolonged',
    '延长会话',
    'a session made to last',
    'row_changed',
    ({ t }) =>
      `update kernel.session set expires_at = expires_at + interval '1 year' where person_id = '${t.clerk}'`,
  ],
  [
    'person-made',
    '自行建档',
    'a person made by hand',
    'row_unknown',
    ({ t }) => `insert into kernel.person (district, name) values ('${t.district}', '冒名')`,
  ],
  [
    'person-renamed',
    '改动人员姓名',
    'the name of a person',
    'row_changed',
    ({ t }) => `update kernel.person set name = '冒名' where id = '${t.other}'`,
  ],
  [
    'identities-exchanged',
    '对调两人的身份证件',
    'the identities of two persons exchanged',
    'row_changed',
    async ({ copy, sql, t }) => {
      await copy.admin.query('alter table people.identity drop constraint identity_person_id_key')
      await sql(
        `update people.identity set person_id = case person_id when '${t.clerk}' then '${t.other}'::uuid else '${t.clerk}'::uuid end where person_id in ('${t.clerk}', '${t.other}')`,
      )
    },
  ],
  [
    'post-exchanged',
    '更换岗位',
    'the post of a person exchanged',
    'row_changed',
    ({ t }) =>
      `update people.holding set post = (select id from people.post where district = '${t.district}' and id <> post order by id limit 1) where person_id = '${t.other}'`,
  ],
])
