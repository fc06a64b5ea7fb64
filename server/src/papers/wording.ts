/** How facts read on a paper: Chinese, in the forms offices use. */
import { formatArea } from '../values/area.ts'
import { officeZone } from '../values/calendar.ts'
import { codeName, dictionaries, FWJG, GHYT, GYFS, QLXZ, TDYT } from '../values/dictionaries.ts'
import { type Fraction, formatFraction } from '../values/fraction.ts'
import { chineseAmount, formatYuan } from '../values/money.ts'
import type { PaperLeader, PaperParty, PaperUnit } from './facts.ts'

const isDay = (value: string) => /^\d{4}-\d{2}-\d{2}$/.test(value)

/** `2026年3月5日` of an ISO date, or of an instant by the office's clock. */
export function zhDay(value: string): string {
  const day = isDay(value) ? Temporal.PlainDate.from(value) : inOffice(value)
  return `${day.year}年${day.month}月${day.day}日`
}

/** `2026年3月5日 09:12`, with `seconds` `09:12:33`. A date without a time is printed as the day alone. */
export function zhMoment(value: string, { seconds = false } = {}): string {
  if (isDay(value)) return zhDay(value)
  const at = inOffice(value)
  const clock = [at.hour, at.minute, ...(seconds ? [at.second] : [])].map((part) =>
    String(part).padStart(2, '0'),
  )
  return `${zhDay(value)} ${clock.join(':')}`
}

const windowPosts: Record<string, string> = {
  acceptance: '受理岗',
  first_review: '初审岗',
  second_review: '复审岗',
  printing: '缮证岗',
}
/** A leader's signature at the window: `王某（受理岗） 2026年3月5日 09:12`. */
export const zhLeader = ({ stage, person, at }: PaperLeader): string =>
  `${person}（${windowPosts[stage] ?? stage}） ${zhMoment(at)}`

const inOffice = (instant: string) => Temporal.Instant.from(instant).toZonedDateTimeISO(officeZone)

/** The last day of something that ends at an instant: what ends at midnight had the day before as its last. */
export const zhLastDay = (until: string): string =>
  isDay(until) ? zhDay(until) : zhDay(Temporal.Instant.from(until).subtract({ nanoseconds: 1 }).toString())

/** Chinese name of a code. */
export const zhName = (table: keyof typeof dictionaries, code: string): string =>
  codeName(dictionaries[table], code).zh

/** `1,234,567.80 元`. */
export const zhYuan = (fen: number): string => `${formatYuan(fen)} 元`

/** `1,234,567.80 元（壹佰贰拾…）`. */
export const zhYuanInFull = (fen: number): string => `${zhYuan(fen)}（${chineseAmount(fen)}）`

/** `89.35 平方米`. */
export const zhArea = (area: string): string => `${formatArea(area)} 平方米`

/** A term of use: `2005年1月1日 起 2075年1月1日 止`, or what of it is known. */
export function zhTerm(from: string | null | undefined, to: string | null | undefined): string {
  if (!from && !to) return '/'
  return [from && `${zhDay(from)} 起`, to && `${zhDay(to)} 止`].filter(Boolean).join(' ')
}

/** `张三 1/2、李四 1/2`; shares only where there are any. */
export const zhHolders = (holders: readonly { name: string; share: Fraction | null }[]): string =>
  holders.map(({ name, share }) => (share ? `${name} ${formatFraction(share)}` : name)).join('、')

/** `按份共有`, `共同共有`, `单独所有`. */
export const zhSharing = (code: string): string => codeName(GYFS, code).zh

export const zhSide = (side: PaperParty['side']): string =>
  ({ transferor: '转让方', transferee: '受让方', holder: '权利人' })[side]

const agentBases = { notarised: '经公证委托', signed_before_staff: '当面签署委托' }

/** The agent of a party with the ground of the mandate, or `/`. */
export const zhAgent = ({ agentName, agentBasis }: PaperParty): string =>
  agentName ? `${agentName}${agentBasis ? `（${agentBases[agentBasis]}）` : ''}` : '/'

/** 用途, land and building: `城镇住宅用地/成套住宅`. */
export const zhUse = (unit: PaperUnit): string =>
  unit.building
    ? `${codeName(TDYT, unit.parcel.landUse).zh}/${codeName(GHYT, unit.use).zh}`
    : codeName(TDYT, unit.parcel.landUse).zh

/** 面积 in the form of certificates, land and building. */
export const zhAreas = (unit: PaperUnit): string =>
  unit.building
    ? `共有宗地面积 ${zhArea(unit.parcel.area)}/房屋建筑面积 ${zhArea(unit.area)}`
    : `宗地面积 ${zhArea(unit.parcel.area)}`

/** 权利其他状况: what else is known of the unit, one line each. */
export function zhOtherFacts(unit: PaperUnit): string[] {
  const { building } = unit
  if (!building) return []
  const floors = building.floorsAbove + building.floorsBelow
  return [
    `房屋结构：${codeName(FWJG, building.structure).zh}`,
    unit.innerArea && `专有建筑面积：${zhArea(unit.innerArea)}`,
    unit.sharedArea && `分摊建筑面积：${zhArea(unit.sharedArea)}`,
    `房屋总层数：${floors} 层${building.floorsBelow ? `（地下 ${building.floorsBelow} 层）` : ''}，所在层：${unit.floor}`,
    building.completedOn && `房屋竣工时间：${zhDay(building.completedOn)}`,
  ].filter((line): line is string => line !== null && line !== '')
}

/** 权利性质 of land: `出让`. */
export const zhNature = (code: string): string => codeName(QLXZ, code).zh
