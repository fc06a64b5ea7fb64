import type { Availability, Page } from '../../api/types.ts'

export interface Pair {
  zh: string
  en: string
}

/** One duty of one subject for one period. */
export interface DutyLine {
  id: string
  district: string
  kind: string
  clause: string
  title: Pair
  subject: string
  name: Pair
  from: string
  to: string
  dueAt: string
  state: 'done' | 'done_late' | 'pending' | 'soon' | 'overdue' | 'lapsed' | 'forecast'
  lapsed: 'leave' | 'left' | 'exempt' | null
  doneBy: string | null
  doneAt: string | null
}

export interface ExemptionLine {
  id: string
  district: string
  title: Pair
  name: Pair
  from: string
  to: string
  reason: string
  askedBy: string
  at: string
  actId: string
  approved: boolean | null
  word: string | null
  decidedBy: string | null
  decidedActId: string | null
  availability?: Availability
}

export interface MyDuties {
  open: DutyLine[]
  past: DutyLine[]
  ahead: { kind: string; clause: string; title: Pair; subject: Pair; from: string; dueAt: string }[]
  rules: {
    kind: string
    clause: string
    title: Pair
    exemptible: boolean
    subjects: { id: string; name: Pair }[]
  }[]
  exemptions: ExemptionLine[]
}

export const dutyShows = ['open', 'overdue', 'all', 'forecast'] as const
export type DutyShow = (typeof dutyShows)[number]

/** What my duties show: the day they are due on, the calendar, its month (`YYYY-MM`). */
export interface MyDutiesSearch {
  on?: string
  view?: 'calendar'
  month?: string
}

/**
 * What the page of periodic duties is asked for, as it stands in its address and is kept when it is loaded again:
 * `/duties?kind=<kind of duty>&district=<office>&person=<id of a person>&show=open|overdue|all|forecast&on=<day due>`, and
 * `view=calendar&month=<YYYY-MM>`. Each may be left out.
 */
export interface DutiesSearch extends MyDutiesSearch {
  kind?: string
  district?: string
  person?: string
  show?: DutyShow
}

export interface CalendarDay {
  day: string
  is: 'work' | 'rest' | 'holiday' | 'makeup' | 'unpublished'
}
/** Duties of one kind and state due on one day; of one alone, whose it is. */
export interface CalendarEntry {
  day: string
  kind: string
  title: Pair
  state: 'done' | 'done_late' | 'pending' | 'overdue' | 'lapsed' | 'forecast'
  count: number
  name: Pair | null
}
/** `GET /api/duties/calendar` and `/api/duties/mine/calendar`. */
export interface DutyMonth {
  month: string
  today: string
  until: string | null
  days: CalendarDay[]
  entries: CalendarEntry[]
}

export type DueList = Page<DutyLine> & {
  counts: { kind: string; title: Pair; open: number; overdue: number; done: number }[]
  kinds: { kind: string; title: Pair; clause: string }[]
  people: { id: string; name: string }[]
  exemptions: ExemptionLine[]
}
