import type { World } from '../app/world.ts'
import { beginWindow, confirmWindow } from '../people/temporary/acts.ts'
import { decideNaming, proposeNaming } from '../supervision/rectification/naming.ts'
import { confirmValue, enterValue } from '../supervision/sampling/acts.ts'
import { raiseAtWindow, signInAtWindow } from '../supervision/window/sitting.ts'
import { Workers } from './work.ts'

const district = 'haishu'

/**
 * The morning of the next working day: the sampling that the demo planned is drawn, a leader sits at the window and sees
 * the same fault twice, and the office is named for it. Meetings, inspections and plans are there from the demo.
 */
export async function playSupervision(world: World): Promise<void> {
  await toNextMorning(world)
  const workers = new Workers(world)
  await drawSample(world, workers)
  const findings = await sitAtWindow(workers)
  const { namingId } = await workers.do<{ namingId: string }>('city.inspector1', proposeNaming, {
    district,
    subject: `office:${district}`,
    findings,
    reason: '同一问题屡改屡犯',
  })
  await workers.do('haishu.leader', decideNaming, { district, namingId, approved: true, word: '同意通报' })
}

/** Ten in the morning of the next working day, when windows are open and yesterday's plans lie in published checkpoints. */
async function toNextMorning(world: World): Promise<void> {
  const { rows } = await world.pools.auditor.query<{ today: string }>(
    'select kernel.day_of(kernel.now())::text as today',
  )
  const counted = world.deps.calendar.addWorkingDays(Temporal.PlainDate.from(rows[0]!.today), 1)
  if (!('date' in counted)) throw new Error(counted.message.en)
  const at = counted.date.toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: '10:00' }).toInstant()
  const admin = await world.admin()
  try {
    await admin.query('update kernel.clock set ahead = $1::timestamptz - now()', [at.toString()])
  } finally {
    await admin.end()
  }
}

async function drawSample(world: World, workers: Workers): Promise<void> {
  const { rows } = await world.pools.auditor.query<{ id: string }>(
    'select id from supervision.sampling where district = $1',
    [district],
  )
  const of = { district, samplingId: rows[0]!.id, value: '3412.07' }
  await workers.do('city.head', enterValue, { ...of, source: '交易所网站' })
  await workers.do('city.auditadmin', confirmValue, { ...of, agrees: true, word: '与公布一致' })
}

async function sitAtWindow(workers: Workers): Promise<string[]> {
  const asked = { district, duty: 'acceptance', until: '12:00', reason: '坐班' }
  const { temporaryId } = await workers.do<{ temporaryId: string }>('haishu.leader', beginWindow, asked)
  await workers.do('haishu.bureauhead', confirmWindow, { district, temporaryId })
  const { turnId } = await workers.do<{ turnId: string }>('haishu.leader', signInAtWindow, {
    district,
    windowNo: 1,
  })
  const seen = { district, turnId, clause: '3.3', severity: 'low', what: '未一次性告知所需材料' }
  const raise = () => workers.do<{ findingId: string }>('haishu.leader', raiseAtWindow, seen)
  return [(await raise()).findingId, (await raise()).findingId]
}
