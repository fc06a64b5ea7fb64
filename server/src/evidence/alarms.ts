import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { openFinding } from '../kernel/finding.ts'
import type { Text } from '../kernel/refusal.ts'

/** What can be wrong with a log as seen from beside it, and how bad it is. */
export const alarmKinds = {
  queue_lag: {
    severity: 'medium',
    title: {
      zh: '行为等待写入日志超过 5 秒',
      en: 'Acts have waited more than 5 seconds for their log',
    },
  },
  publication_lag: {
    severity: 'high',
    title: {
      zh: '已签名的检查点超过 60 秒未获见证公布',
      en: 'A signed checkpoint has waited more than 60 seconds for its witnesses',
    },
  },
  rolled_back: {
    severity: 'critical',
    title: {
      zh: '本机日志与外部记忆不符，已停止签名，须立即查明',
      en: 'Others remember this log otherwise than it lies here; it is signed no more, find out why at once',
    },
  },
} as const satisfies Record<string, { severity: string; title: Text }>
export type AlarmKind = keyof typeof alarmKinds

/** One thing wrong with one log. */
export interface Alarm {
  log: string
  kind: AlarmKind
  /** What exactly, for who looks into it. */
  detail: Text
}

/** Makes a finding of what the watch beside the logs has seen; while one is open, the same alarm opens no second. */
export const raiseAlarm = act({
  type: 'evidence.raiseAlarm',
  title: { zh: '日志告警', en: 'Raise an alarm of a log' },
  clauses: ['6.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.log,
  input: Type.Object(
    {
      log: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      kind: Type.Union(
        [Type.Literal('queue_lag'), Type.Literal('publication_lag'), Type.Literal('rolled_back')],
        { title: '种类|Kind' },
      ),
      detail: Type.Object(
        {
          zh: Type.String({ minLength: 1, maxLength: 300 }),
          en: Type.String({ minLength: 1, maxLength: 300 }),
        },
        { title: '说明|Detail', additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ finding: Type.Union([Type.String(), Type.Null()]) }),
  async handle({ tx, district }, { kind, detail }) {
    const { severity, title } = alarmKinds[kind]
    const finding = await openFinding(tx, district, 'service:detector', {
      kind: `log_${kind}`,
      clause: '6.4',
      severity,
      subject: `log:${district}`,
      dedupeKey: `log_${kind}:${district}`,
      summary: { zh: `${title.zh}（${detail.zh}）`, en: `${title.en} (${detail.en})` },
    })
    return { finding }
  },
})
