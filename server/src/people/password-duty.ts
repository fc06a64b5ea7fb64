import { obligation } from '../kernel/obligation.ts'
import { type PersonSpan, personSubjects } from '../kernel/person-spans.ts'

/**
 * 每季度修改密码 (6.3): due ninety days after it was last set, whether the account is used or not. That nothing else can be done
 * with an older one is the session's bar; that somebody has let it grow old is this.
 */
export const passwordObligation = obligation({
  kind: 'account.password',
  clause: '6.3',
  title: { zh: '每季度修改密码', en: 'Change the password every quarter' },
  every: { days: 90 },
  due: 'end',
  graceDays: 0,
  remindDays: 10,
  leastShare: 0,
  substitutes: false,
  overdue: {
    kind: 'password_unchanged',
    severity: 'medium',
    subject: (id) => `person:${id}`,
    say: (name, { from }) => ({
      zh: `${name.zh}自 ${from} 起未修改密码，已满一个季度`,
      en: `${name.en} has not changed the password since ${from}, for a quarter`,
    }),
  },
  escalateDays: null,
  inDemo: true,
  exemptible: false,
  subjects: async (tx, district) =>
    personSubjects(await tx.rows<PersonSpan>`select * from people.password_spans(${district})`),
  done: async (tx, district) =>
    (
      await tx.rows<{ id: string; at: string; person_id: string; district: string }>`
        select * from people.password_set(${district})`
    ).map((one) => ({
      id: one.id,
      at: Temporal.Instant.from(one.at),
      of: one.person_id,
      district: one.district,
    })),
})
