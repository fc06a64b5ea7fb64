import type { Text } from '../../kernel/refusal.ts'

/** What the database tells of an office's hall. */
export interface HallFacts {
  id: string
  zh: string
  en: string
  at: string
  applied: number
  finished: number
  underWay: number
  late: number
  leaders: HallLeader<string>[]
}

/** A leader at a window now, who has signed in there; or planned for it in this half-day, who has not. */
export interface HallLeader<Duty> {
  name: string
  duty: Duty
  windowNo: number
  from: string
  until: string
  signedIn: boolean
}

/** What the screen in the hall shows. */
export interface Hall extends Omit<HallFacts, 'leaders' | 'zh' | 'en'> {
  office: Text
  leaders: HallLeader<Text>[]
  /** What is done here, and in how many working days: as the law allows, and as the city promises. */
  businesses: { code: string; name: Text; legalDays: number; promisedDays: number }[]
}
