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
  leaders: { name: string; duty: string; until: string }[]
}

/** What the screen in the hall shows. */
export interface Hall extends Omit<HallFacts, 'leaders' | 'zh' | 'en'> {
  office: Text
  /** Leaders at a window now, where, and until when. */
  leaders: { name: string; duty: Text; until: string }[]
  /** What is done here, and in how many working days: as the law allows, and as the city promises. */
  businesses: { code: string; name: Text; legalDays: number; promisedDays: number }[]
}
