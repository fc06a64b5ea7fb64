import type { Text } from '../kernel/refusal.ts'
import { signOut } from '../people/acts.ts'
import type { Copy } from './scratch.ts'
import { eraseOldLooks, Workers, workOn } from './work.ts'

/** Honest work, or what an operator may do to a database: verification must have nothing to say. */
export interface HonestRun {
  id: string
  title: Text
  from: 'now' | 'before'
  run(copy: Copy): Promise<void>
}

type Line = readonly [id: string, zh: string, en: string, from: HonestRun['from'], run: HonestRun['run']]

const lines: readonly Line[] = [
  ['untouched', '未作任何改动', 'nothing was done', 'now', async () => {}],
  [
    'untouched-before',
    '早先的状态与当时的外部记忆',
    'an earlier state beside what others remembered then',
    'before',
    async () => {},
  ],
  [
    'waiting',
    '行为尚在等候写入日志',
    'acts still wait for their log',
    'now',
    async (copy) => {
      const workers = new Workers(await copy.world())
      for (let i = 0; i < 3; i++) await workers.upload(`haishu.clerk${i + 1}`)
    },
  ],
  [
    'worked-on',
    '继续办理并写入日志',
    'work went on and was logged',
    'now',
    async (copy) => workOn(await copy.world(), 7),
  ],
  [
    'signed-in-and-out',
    '登录、输错密码、退出、再登录',
    'signing in and out, with a wrong password between',
    'now',
    async (copy) => {
      const world = await copy.world()
      const workers = new Workers(world)
      await workers.wrongPassword('haishu.clerk1')
      await workers.do('haishu.clerk1', signOut, {})
      const again = new Workers(world)
      await again.upload('haishu.clerk1')
      await new Workers(world).upload('haishu.clerk1')
      await world.sequencer.drain()
    },
  ],
  [
    'erased',
    '经两人决定的删除',
    'an erasure that two people decided on',
    'now',
    async (copy) => {
      const world = await copy.world()
      await eraseOldLooks(world)
      await world.sequencer.drain()
    },
  ],
  [
    'reopened',
    '重启后再打开',
    'opened again, with everything an opening does',
    'now',
    async (copy) => {
      await copy.world()
    },
  ],
  [
    'rewritten-by-maintenance',
    '数据库维护重写了表和索引',
    'tables and indexes written anew by maintenance',
    'now',
    async ({ admin }) => {
      await admin.query('vacuum full')
      await admin.query('reindex schema kernel')
      await admin.query('analyze')
    },
  ],
]

/** States in which a problem named is a false alarm. */
export const honestRuns: readonly HonestRun[] = lines.map(([id, zh, en, from, run]) => ({
  id,
  title: { zh, en },
  from,
  run,
}))
