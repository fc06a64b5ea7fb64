import type { Language } from './texts.ts'

/** How one language writes instants, numbers, money, areas and file sizes. Instants are shown in Asia/Shanghai. */
export interface Formats {
  /** `2026-11-23`; takes an ISO instant or date. */
  date(iso: string): string
  /** `2026-11-23 16:05`. */
  dateTime(iso: string): string
  number(value: number): string
  /** Integer fen to yuan with two decimals: `1,280,000.00`. */
  money(fen: number | bigint): string
  /** Square metres, always two decimals, from the server's decimal text. */
  area(squareMetres: string | number): string
  fileSize(bytes: number): string
}

const zone = 'Asia/Shanghai'

// Both languages write dates the way the forms of the office do: year first, 24 hours, so columns line up.
const dateParts = new Intl.DateTimeFormat('sv-SE', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})
const timeParts = new Intl.DateTimeFormat('sv-SE', {
  timeZone: zone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

function make(language: Language): Formats {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  const number = new Intl.NumberFormat(locale)
  const twoPlaces = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const onePlace = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const date = (iso: string) => (/^\d{4}-\d\d-\d\d$/.test(iso) ? iso : dateParts.format(new Date(iso)))
  return {
    date,
    dateTime: (iso) => `${date(iso)} ${timeParts.format(new Date(iso))}`,
    number: (value) => number.format(value),
    money: (fen) => {
      const whole = BigInt(fen)
      const size = whole < 0n ? -whole : whole
      return `${whole < 0n ? '-' : ''}${number.format(size / 100n)}.${String(size % 100n).padStart(2, '0')}`
    },
    area: (squareMetres) =>
      `${twoPlaces.format(Number(squareMetres))} ${language === 'zh' ? '平方米' : 'm²'}`,
    fileSize: (bytes) => {
      if (bytes < 1024) return `${number.format(bytes)} B`
      if (bytes < 1024 * 1024) return `${onePlace.format(bytes / 1024)} KB`
      return `${onePlace.format(bytes / 1024 / 1024)} MB`
    },
  }
}

const all: Record<Language, Formats> = { zh: make('zh'), en: make('en') }

/** The formats of one language; the same object every time. */
export function formatsFor(language: Language): Formats {
  return all[language]
}
