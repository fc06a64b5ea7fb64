import { Type } from 'typebox'
import { act } from '../kernel/act.ts'

/** Sets the clock of a demo, which then plays days that have gone by. Anywhere else no clock is ever set. */
export const moveClock = act({
  type: 'evidence.moveClock',
  title: { zh: '拨动演示时钟', en: 'Set the clock of the demo' },
  clauses: ['6.4'],
  actors: ['service'],
  duties: [],
  input: Type.Object(
    { to: Type.String({ title: '时间|Time', format: 'date-time' }) },
    { additionalProperties: false },
  ),
  result: Type.Object({}),
  async handle({ tx }, { to }) {
    await tx.one`select kernel.move_clock(${to}::timestamptz)`
    return {}
  },
})
