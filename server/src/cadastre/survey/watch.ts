import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import type { Kernel } from '../../kernel/perform.ts'
import { Watch } from '../../platform/watch.ts'

/** Makes findings of the surveys of an office whose review is late; each round of a survey once. */
export const watchSurveys = act({
  type: 'survey.watch',
  title: { zh: '权籍成果审核超期', en: 'Look for late reviews of surveys' },
  clauses: ['2.2'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: Type.String({ title: '登记机构|Office', maxLength: 20 }) },
    { additionalProperties: false },
  ),
  result: Type.Object({ findings: Type.Integer() }),
  async handle({ tx, district }) {
    const late = await tx.rows<{ id: string; unit: string; round: number; day: string; key: string }>`
      select id, unit_code as unit, round, kernel.day_of(due_at)::text as day, key from cadastre.late_survey where district = ${district} order by id`
    let findings = 0
    for (const { id, unit, day, key } of late) {
      const opened = await openFinding(tx, district, 'service:detector', {
        kind: 'survey_overdue',
        clause: '2.2',
        severity: 'medium',
        subject: `survey:${id}`,
        dedupeKey: key,
        summary: {
          zh: `单元 ${unit} 的权籍调查成果应于 ${day} 前审核办结，已超期。`,
          en: `The review of the survey of unit ${unit} was due on ${day} and has not ended.`,
        },
      })
      if (opened) findings++
    }
    return { findings }
  },
})

/** Looks for surveys whose review did not end by its date. */
export class SurveyWatch extends Watch<string[]> {
  readonly #options: { pool: pg.Pool; kernel: Kernel; token: Uint8Array }

  constructor(options: { pool: pg.Pool; kernel: Kernel; token: Uint8Array }) {
    super()
    this.#options = options
  }

  /** Looks once. Returns the offices that had a late one without its finding. */
  async runOnce(): Promise<string[]> {
    const { pool, kernel, token } = this.#options
    const { rows } = await pool.query<{ district: string }>(
      'select distinct district from cadastre.late_survey order by 1',
    )
    for (const { district } of rows)
      await kernel.perform(watchSurveys, { token, requestId: randomUUID(), input: { district } })
    return rows.map((one) => one.district)
  }
}
