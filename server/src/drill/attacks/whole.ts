import { formatVkey, signerFromSeed } from '@mingbu/tlog'
import { originOf } from '../../evidence/neighbours.ts'
import { attacks, type Scene } from '../attack.ts'
import { forgeAct, forgeRow, logSeed, quote, rebuildLog, resign, withoutWitnesses } from '../forge.ts'
import { workOn } from '../work.ts'

/** Another name for a party of the register, in its row, in the act that made it and in all that hangs on that. */
async function renameParty(scene: Scene): Promise<void> {
  const { copy, t } = scene
  const { rows } = await copy.admin.query<{ id: string; act_id: string }>(
    'select p.id, p.act_id from register.entry_party e join register.party p on p.id = e.party_id where e.entry_id = $1 limit 1',
    [t.ownership],
  )
  const { id, act_id: act } = rows[0]!
  await forgeRow(scene, { act, table: 'register.party', id, column: 'name', value: '冒名' })
  await scene.sql(`update register.party set name = '冒名' where id = '${id}'`)
}

/** The last uploads of an office dropped, with everything that says they were there. */
async function dropLast(scene: Scene, n: number): Promise<void> {
  const { t, sql } = scene
  const here = `district = '${t.district}'`
  const acts = `(select act_id from evidence.leaf where ${here} and idx >= ${t.leaves - n})`
  await sql(
    `delete from cases.upload where act_id in ${acts}`,
    `delete from kernel.act_value where act_id in ${acts}`,
    `delete from kernel.act where id in ${acts}`,
    `delete from evidence.leaf where ${here} and idx >= ${t.leaves - n}`,
    `delete from evidence.published where ${here} and size > ${t.leaves - n}`,
    `delete from evidence.cosignature where ${here} and size > ${t.leaves - n}`,
    `delete from evidence.checkpoint where ${here} and size > ${t.leaves - n}`,
  )
  await rebuildLog(scene)
}

const vkeyOf = async (district: string, seed: Uint8Array): Promise<string> =>
  formatVkey((await signerFromSeed(originOf(district), seed)).verifier)
const stranger = Buffer.alloc(32, 7)

/** A log changed as a whole, by somebody with every key of the house: what only others can tell. */
export const onWholeLogs = attacks([
  [
    'last-dropped',
    '连同检查点一起删去最后几项',
    'the last acts dropped, leaves, checkpoints and all',
    'rolled_back',
    (scene) => dropLast(scene, 5),
  ],
  [
    'rewritten',
    '改动后用日志自己的钥匙重写整份日志',
    'a log written anew after a change, and signed with its own key',
    'forked',
    async (scene) => {
      await renameParty(scene)
      await rebuildLog(scene)
      await scene.sql(...withoutWitnesses(scene.t.district))
    },
  ],
  [
    'rewritten-under-old-cosignatures',
    '重写整份日志并保留原见证签名',
    'a log written anew under the cosignatures of the old one',
    'forked',
    async (scene) => {
      await renameParty(scene)
      await rebuildLog(scene)
    },
  ],
  [
    'rewritten-without-signature',
    '改动后重写日志而不重签',
    'a log written anew without its key',
    'checkpoint_wrong',
    async (scene) => {
      await renameParty(scene)
      await rebuildLog(scene, stranger)
    },
  ],
  [
    'keys-swapped',
    '对调两份日志的钥匙',
    'the keys of two logs exchanged',
    'checkpoint_wrong',
    ({ t }) =>
      `update evidence.log l set vkey = o.vkey from evidence.log o where l.district in ('${t.district}', 'yinzhou') and o.district in ('${t.district}', 'yinzhou') and o.district <> l.district`,
  ],
  [
    'key-of-a-stranger',
    '换上他人的钥匙并全部重签',
    'the key of a stranger, and everything signed with it',
    'key_changed',
    async (scene) => {
      const { t, sql } = scene
      await resign(scene, stranger)
      await sql(
        `update evidence.log set vkey = ${quote(await vkeyOf(t.district, stranger))} where district = '${t.district}'`,
        ...withoutWitnesses(t.district),
      )
    },
  ],
  [
    'key-and-policy-of-a-stranger',
    '连见证规则一起换上他人的钥匙',
    'the key of a stranger in the policy as well',
    'row_changed',
    async (scene) => {
      const { t, sql } = scene
      const [own, other] = [
        await vkeyOf(t.district, logSeed(scene, t.district)),
        await vkeyOf(t.district, stranger),
      ]
      await resign(scene, stranger)
      await sql(
        `update evidence.log set vkey = ${quote(other)} where district = '${t.district}'`,
        `update evidence.policy set text = replace(text, ${quote(own)}, ${quote(other)}) where log = '${t.district}'`,
        ...withoutWitnesses(t.district),
      )
    },
  ],
  [
    'clock-back',
    '把系统时钟拨回',
    'the clock set back for some acts',
    'time_back',
    async ({ copy }) => {
      await copy.admin.query(`update kernel.clock set ahead = '-3 days'`)
      await workOn(await copy.world(), 2)
    },
    'own copy',
  ],
  [
    'act-in-anothers-name',
    '绕过程序以他人名义办理',
    'an act in another’s name, written past the kernel with all that belongs to it',
    'session_wrong',
    async (scene) => {
      const { copy, t } = scene
      await forgeAct(scene, { person: t.other, session: null })
      await (await copy.world()).sequencer.drain()
    },
    'own copy',
  ],
  [
    'act-in-anothers-session',
    '在另一人的会话中以他人名义办理',
    'an act in another’s name, in a session that is not theirs',
    'session_wrong',
    async (scene) => {
      const { copy, t } = scene
      const { rows } = await copy.admin.query<{ id: string }>(
        // One that is still open: in an ended one the database closes no act, whoever asks.
        'select id from kernel.session where person_id = $1 order by ended_at nulls first limit 1',
        [t.clerk],
      )
      await forgeAct(scene, { person: t.other, session: rows[0]!.id })
      await (await copy.world()).sequencer.drain()
    },
    'own copy',
  ],
  [
    'office-emptied',
    '清空一个机构的日志',
    'the log of an office emptied',
    'rolled_back',
    ({ t }) => {
      const here = `district = '${t.district}'`
      return [
        ...withoutWitnesses(t.district),
        `delete from evidence.checkpoint where ${here}`,
        `delete from evidence.leaf where ${here}`,
        `delete from evidence.node where ${here}`,
        `delete from kernel.act_value where ${here}`,
        `delete from kernel.act where ${here}`,
        `update evidence.head set size = 0, root = sha256('') where ${here}`,
      ]
    },
  ],
  [
    'office-struck-out',
    '把一个机构连日志除名',
    'an office struck out with its log',
    'row_unknown',
    ({ t }) => [
      `delete from evidence.log where district = '${t.district}'`,
      `delete from evidence.head where district = '${t.district}'`,
      `delete from kernel.district where id = '${t.district}'`,
    ],
  ],
])

/** An older state of the database put in the place of today's. */
export const onOldStates = attacks(
  [
    ['backup-restored', '恢复旧备份', 'an old backup put in place', 'rolled_back', async () => {}],
    [
      'backup-carried-on',
      '恢复旧备份后继续办理',
      'an old backup put in place, and a little work done on it',
      'rolled_back',
      async ({ copy }) => workOn(await copy.world(), 2),
    ],
    [
      'two-views',
      '同一日志给出两个版本',
      'two views of one log: as long as the one that was shown, or longer',
      'forked',
      async ({ copy }) => workOn(await copy.world(), 14),
    ],
  ],
  'before',
)
