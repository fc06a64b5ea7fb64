import type { Ctx } from '../kernel/act.ts'
import { formatCaseNumber } from '../values/caseNumber.ts'
import { formatCertificateNumber } from '../values/certificateNumber.ts'
import { registrationOffices } from '../values/districts.ts'

const zone = 'Asia/Shanghai'

async function nextNumber(ctx: Ctx, kind: 'case' | 'certificate', period: string): Promise<number> {
  const { n } = await ctx.tx.one<{ n: number }>`select register.next_number(${kind}, ${period}) as n`
  return n
}

/** 受理编号: area, date, sequence of the day in this office; given once at acceptance and never reused. */
export async function nextCaseNumber(ctx: Ctx, unitCode: string): Promise<string> {
  const date = ctx.at.toZonedDateTimeISO(zone).toPlainDate()
  const office = registrationOffices.find((one) => one.id === ctx.district)!
  return formatCaseNumber(
    office.countyCode ?? unitCode.slice(0, 6),
    date,
    await nextNumber(ctx, 'case', date.toString()),
  )
}

/** 不动产权证号: one sequence per office and year, the year of recording. */
export async function nextCertificateNumber(ctx: Ctx): Promise<string> {
  const year = ctx.at.toZonedDateTimeISO(zone).year
  const office = registrationOffices.find((one) => one.id === ctx.district)!
  const serial = await nextNumber(ctx, 'certificate', String(year))
  return formatCertificateNumber({
    province: '浙',
    year,
    place: office.certificatePlace,
    kind: 'certificate',
    serial,
  })
}
