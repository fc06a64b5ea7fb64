import { obligation } from '../../kernel/obligation.ts'
import { officeById } from '../../values/districts.ts'
import { samplingDuties, usualSamplingDays } from './rules.ts'

const instant = (text: string) => Temporal.Instant.from(text)
const nameOf = (id: string) => officeById(id)?.name ?? { zh: id, en: id }

/** 随机抽查: of each office that has closed cases; done when a sampling of it was closed. The number of days is data. */
obligation({
  kind: 'sampling.period',
  clause: '7.3',
  title: { zh: '随机抽查登记数据', en: 'Sample the register data' },
  every: { days: usualSamplingDays },
  due: 'end',
  graceDays: 0,
  remindDays: 14,
  leastShare: 0,
  substitutes: false,
  owedBy: samplingDuties,
  overdue: {
    kind: 'sampling_overdue',
    severity: 'high',
    subject: (id) => `office:${id}`,
    say: (name, { from }) => ({
      zh: `${name.zh}自 ${from} 起没有抽查过登记数据，已超过期限。`,
      en: `The register data of ${name.en} has not been sampled since ${from}.`,
    }),
  },
  escalateDays: 20,
  inDemo: true,
  exemptible: false,
  nameOf,
  async subjects(tx, district) {
    const first = await tx.maybe<{ at: string | null }>`
      select min(closed_at) as at from cases.case where district = ${district} and closed_at is not null`
    if (!first?.at) return []
    const paces = await tx.rows<{ days: number; at: string }>`
      select days::int, at from supervision.sampling_pace where district = ${district} order by at, id`
    return [
      {
        id: district,
        name: nameOf(district),
        spans: [{ from: instant(first.at), to: null }],
        paces: paces.map(({ days, at }) => ({ days, since: instant(at) })),
      },
    ]
  },
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string }>`
        select act_id as id, at from supervision.sampling_end where district = ${district} and how = 'closed'`
    ).map(({ id, at }) => ({ id, at: instant(at), of: district, district })),
})
