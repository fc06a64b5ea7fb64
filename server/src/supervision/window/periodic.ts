import { type Done, type Every, obligation } from '../../kernel/obligation.ts'
import { type PersonSpan, personSubjects } from '../../kernel/person-spans.ts'
import type { Text } from '../../kernel/refusal.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { registrationOffices } from '../../values/districts.ts'

/** A turn that counts: half a working day, a case signed, a statement given. */
interface Counted {
  id: string
  at: string
  of: string
  district: string
  /** Which of the person's counted turns of the month it is. */
  nth: number
}

const countedTurns = (tx: Tx, district: string): Promise<Counted[]> => tx.rows<Counted>`
  select act_id as id, ended_at as at, person_id as of, district,
    row_number() over (partition by person_id, date_trunc('month', ended_at at time zone 'Asia/Shanghai') order by ended_at, id)::int as nth
  from supervision.window_sittings(${district}) where counts`

interface Quota {
  kind: string
  quota: 'bureau' | 'head' | 'middle'
  title: Text
  every: Every
  /** Part of the period's working days that somebody must have been there to owe it. */
  leastShare: number
  remindDays: number
  /** The office whose members owe it; null for every district. */
  owedIn: string | null
  counts: (turn: Counted) => boolean
  missing: Text
}

/** 窗口坐班 (3.1): in person, so that nobody stands in; leave and part periods as for every duty. */
function windowDuty({ quota, owedIn, counts, missing, ...terms }: Quota) {
  const owes = (district: string) => (owedIn ? district === owedIn : district !== 'city')
  return obligation({
    ...terms,
    clause: '3.1',
    due: 'close',
    graceDays: 0,
    substitutes: false,
    overdue: {
      kind: 'window_duty_missing',
      severity: 'medium',
      subject: (id) => `person:${id}`,
      say: (name, { from, to }) => ({
        zh: `${name.zh} ${from} 至 ${to.subtract({ days: 1 })} ${missing.zh}`,
        en: `${name.en}, ${from} to ${to.subtract({ days: 1 })}: ${missing.en}`,
      }),
    },
    escalateDays: 10,
    inDemo: true,
    exemptible: true,
    subjects: async (tx, district) =>
      owes(district)
        ? personSubjects(await tx.rows<PersonSpan>`select * from people.window_spans(${district}, ${quota})`)
        : [],
    done: async (tx, district) =>
      (await countedTurns(tx, district)).filter(counts).map(
        ({ id, at, of, district: where }): Done => ({
          id,
          at: Temporal.Instant.from(at),
          of,
          district: where,
        }),
      ),
  })
}

/** 登记科长、登记中心负责人: once a month. */
export const headDuty = windowDuty({
  kind: 'window.head',
  quota: 'head',
  title: {
    zh: '每月窗口坐班（登记科长、中心负责人）',
    en: 'At the window every month (section chiefs, centre heads)',
  },
  every: 'month',
  leastShare: 0.5,
  remindDays: 7,
  owedIn: null,
  counts: () => true,
  missing: { zh: '没有一次计数的窗口坐班。', en: 'no turn at the window that counts.' },
})

/** 登记中心中层: twice a month, each of which falls due by itself. Who was there for part of a month owes the part. */
export const middleDuties = (
  [
    ['window.middle', 1, 0.5, '第一次', 'first'],
    ['window.middle_second', 2, 0.75, '第二次', 'second'],
  ] as const
).map(([kind, nth, leastShare, zh, en]) =>
  windowDuty({
    kind,
    quota: 'middle',
    title: {
      zh: `每月窗口坐班${zh}（中心中层）`,
      en: `At the window every month, ${en} time (middle managers)`,
    },
    every: 'month',
    leastShare,
    remindDays: 7,
    owedIn: null,
    counts: (turn) => (nth === 1 ? turn.nth === 1 : turn.nth > 1),
    missing: { zh: `没有${zh}计数的窗口坐班。`, en: `no ${en} turn at the window that counts.` },
  }),
)

/** 市登记局负责人: once a year at the windows of each district, one duty a district. */
export const bureauDuties = registrationOffices
  .filter((office) => office.id !== 'city')
  .map(({ id, name }) =>
    windowDuty({
      kind: `window.bureau.${id}`,
      quota: 'bureau',
      title: {
        zh: `每年到${name.zh}窗口坐班（市登记局负责人）`,
        en: `At the windows of ${name.en} every year (heads of the city’s registration bureau)`,
      },
      every: 'year',
      leastShare: 0.5,
      remindDays: 60,
      owedIn: 'city',
      counts: (turn) => turn.district === id,
      missing: {
        zh: `没有到${name.zh}窗口坐班（计数的）。`,
        en: `no turn that counts at the windows of ${name.en}.`,
      },
    }),
  )

export const windowKinds: readonly string[] = [headDuty, ...middleDuties, ...bureauDuties].map(
  (one) => one.kind,
)
