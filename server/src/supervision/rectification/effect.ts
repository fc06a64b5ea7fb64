import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { obligation } from '../../kernel/obligation.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import { ofFinding, words } from './acts.ts'
import { effectAfterDays, type Finding, rectifyDuties, refuseRectification } from './rules.ts'
import { findingSubject } from './subject.ts'
import { effectTable } from './tables.ts'

const dayMs = 86_400_000

/** Why the second look cannot be taken by this person now; null means it can. Pure. */
export function effectRefusal(
  finding: Finding,
  personId: string | null,
  at: Temporal.Instant,
): Refusal | null {
  if (finding.state !== 'closed' || finding.closedAt === null) return refuseRectification('finding_order')
  if (finding.effectDone) return refuseRectification('effect_done')
  const open = Temporal.Instant.from(finding.closedAt).epochMilliseconds + effectAfterDays * dayMs
  if (at.epochMilliseconds < open)
    return refuseRectification('effect_early', {
      due: new Date(open + 8 * 3_600_000).toISOString().slice(0, 10),
    })
  if (personId === finding.fixedBy) return refuseRectification('effect_own')
  return finding.subject === `person:${personId}` ? refuseRectification('finding_about_you') : null
}

/** 整改回头看: ninety days after closing; what did not hold becomes a finding anew, about the same. */
export const checkEffect = act({
  type: 'finding.checkEffect',
  title: { zh: '整改回头看', en: 'Second look at a fix' },
  clauses: ['7.4'],
  duties: rectifyDuties,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { ...ofFinding, holds: Type.Boolean({ title: '整改有效|It held' }), word: words('意见|Word', 1000) },
    { additionalProperties: false },
  ),
  result: Type.Object({ holds: Type.Boolean(), findingId: Type.Union([Type.String(), Type.Null()]) }),
  subject: findingSubject,
  subjectId: (input) => input.findingId,
  guards: [(finding, { actor, at }) => effectRefusal(finding, actor.personId, at)],
  async handle({ tx, actor }, input, finding) {
    await tx.put(effectTable, {
      district: finding.district,
      finding_id: finding.id,
      holds: input.holds,
      word: input.word.trim(),
      fixed_by: finding.fixedBy,
    })
    if (input.holds) return { holds: true, findingId: null }
    const findingId = await openFinding(tx, finding.district, `person:${actor.personId}`, {
      kind: finding.kind,
      clause: '7.4',
      severity: 'high',
      subject: finding.subject,
      dedupeKey: `again ${finding.id}`,
      summary: {
        zh: `回头看发现整改无效：${input.word.trim()}`.slice(0, 500),
        en: `The fix did not hold: ${input.word.trim()}`.slice(0, 500),
      },
    })
    return { holds: false, findingId }
  },
  constraints: {
    effect_once: () => refuseRectification('effect_done'),
    effect_by_another: () => refuseRectification('effect_own'),
  },
})

/** Owed by the inspectors of the office: every finding that was closed, looked at again once. */
obligation({
  kind: 'finding.effect',
  clause: '7.4',
  title: { zh: '整改回头看', en: 'Second look at a fix' },
  every: { days: effectAfterDays },
  due: 'end',
  graceDays: 10,
  remindDays: 14,
  leastShare: 0,
  substitutes: false,
  owedBy: rectifyDuties,
  overdue: {
    kind: 'effect_unchecked',
    severity: 'low',
    subject: (id) => `finding:${id}`,
    say: (name) => ({ zh: `“${name.zh}”销号后未回头看`, en: `No second look was taken at “${name.en}”` }),
  },
  escalateDays: 20,
  inDemo: true,
  exemptible: true,
  async subjects(tx, district) {
    const rows = await tx.rows<{ id: string; zh: string; en: string; closed: string; looked: string | null }>`
      select f.id, f.summary_zh as zh, f.summary_en as en, s.at as closed, e.at as looked
      from kernel.finding f join kernel.finding_step s on s.district = f.district and s.finding_id = f.id and s.state = 'closed'
        left join supervision.effect e on e.district = f.district and e.finding_id = f.id
      where f.district = ${district} and f.state = 'closed'`
    return rows.map(({ id, zh, en, closed, looked }) => ({
      id,
      name: { zh: zh.slice(0, 60), en: en.slice(0, 80) },
      spans: [
        { from: Temporal.Instant.from(closed), to: looked === null ? null : Temporal.Instant.from(looked) },
      ],
    }))
  },
  async done(tx, district) {
    const rows = await tx.rows<{ id: string; at: string; of: string }>`
      select act_id as id, at, finding_id::text as of from supervision.effect where district = ${district}`
    return rows.map((one) => ({ ...one, at: Temporal.Instant.from(one.at), district }))
  },
})
