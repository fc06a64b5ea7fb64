import { Type } from 'typebox'
import { act, type Ctx } from '../kernel/act.ts'
import { invalid } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { refuseKernel } from '../kernel/refusal.ts'
import { lookDuties } from '../people/duties.ts'
import { idNumberProblem } from '../values/idNumber.ts'
import { type LookPurpose, refuseLook, serves, takeLook } from './looking.ts'
import { entriesOf, stateAt, unitFacts } from './state.ts'

const Purpose = Type.Union(
  [Type.Literal('case'), Type.Literal('enquiry'), Type.Literal('inspection'), Type.Literal('quality')],
  { title: '查看目的|Purpose' },
)
const UnitCode = Type.String({ title: '不动产单元号|Unit code', minLength: 28, maxLength: 28 })

/** Everything the register says of a unit as of the end of a day (`asOf`, ISO), or now. */
export async function readPage(
  { tx, actor, district, at }: Pick<Ctx, 'tx' | 'actor' | 'district' | 'at'>,
  input: { unitCode: string; purpose: LookPurpose; asOf?: string; forCase?: string },
) {
  const unit = await unitFacts(tx, district, input.unitCode)
  if (!unit) return refuseKernel('not_found')
  const refused = await takeLook({ tx, actor, district }, input)
  if (refused) return refused
  const entries = await entriesOf(tx, district, input.unitCode)
  const asOf = input.asOf
    ? Temporal.PlainDate.from(input.asOf)
        .add({ days: 1 })
        .toZonedDateTime('Asia/Shanghai')
        .toInstant()
        .subtract({ nanoseconds: 1 })
    : at
  const certificates = await tx.rows<{
    number: string
    state: string
    ended: 'lost' | 'damaged' | null
    entryId: string
    blankSerial: number | null
  }>`
    select number, state, ended, entry_id as "entryId", blank_serial as "blankSerial" from register.certificate where district = ${district} and unit_code = ${input.unitCode} order by id`
  const cases = await tx.rows<{ caseId: string; number: string | null; state: string; appliedAt: string }>`
    select id as "caseId", number, state, applied_at as "appliedAt" from cases.case where district = ${district} and unit_code = ${input.unitCode} order by id`
  const around = await tx.rows<{
    kind: string
    code: string
    geometry: string
  }>`select * from cadastre.around(${unit.parcel.code})`
  return {
    unit,
    asOf: asOf.toString(),
    state: stateAt(input.unitCode, entries, asOf),
    entries,
    certificates,
    cases,
    around,
  }
}

/**
 * The register page of a unit as of any day: what held then, as far as it had been recorded by then, and every
 * entry ever made. A look is an act: who, why, which unit (6.7).
 */
export const viewRegister = act({
  type: 'register.view',
  title: { zh: '查看登记簿', en: 'View the register page' },
  clauses: ['6.7', '6.4'],
  keptYears: 10,
  duties: lookDuties,
  input: Type.Object(
    {
      unitCode: UnitCode,
      purpose: Purpose,
      forCase: Type.Optional(Type.String({ title: '所办案件|For which case', format: 'uuid' })),
      asOf: Type.Optional(Type.String({ title: '截至日期|As of', pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({}, { additionalProperties: true }),
  created: (result) => ({ kind: 'unit', id: String((result as { unit?: { code?: string } }).unit?.code) }),
  read: true,
  seen: (result) => ({ unit: (result as { unit: { code: string } }).unit.code }),
  problems: (input) => {
    if (!input.asOf) return null
    try {
      Temporal.PlainDate.from(input.asOf, { overflow: 'reject' })
      return null
    } catch {
      return invalid([{ path: 'asOf', message: { zh: '日期不存在', en: 'There is no such date' } }])
    }
  },
  handle: (ctx, input) => readPage(ctx, input),
})

/** What a person holds, by full identity number: for the enquiry desk and leaders only, never by name (6.7, R-38). */
export const viewHoldings = act({
  type: 'register.holdings',
  title: { zh: '以人查房', en: 'A person’s holdings' },
  clauses: ['6.7', '4.3'],
  keptYears: 10,
  duties: ['enquiry', 'centre_lead', 'inspection'],
  input: Type.Object(
    {
      idNumber: Type.String({
        title: '身份证号|Identity number',
        minLength: 15,
        maxLength: 18,
        sensitive: true,
      }),
      purpose: Purpose,
      basis: Type.String({ title: '查询依据|Legal basis', minLength: 2, maxLength: 200 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ holdings: Type.Array(Type.Unknown()) }),
  created: () => ({ kind: 'holdings', id: 'by-person' }),
  read: true,
  seen: (result) => ({
    units: (result as { holdings: { unitCode: string }[] }).holdings.map((one) => one.unitCode),
  }),
  problems: (input, at) => {
    const problem = idNumberProblem(input.idNumber, at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate())
    return problem ? invalid([{ path: 'idNumber', message: problem.message }]) : null
  },
  async handle({ tx, actor, deps }, input) {
    if (!serves(actor.duties, input.purpose)) return refuseLook('look_purpose_not_yours')
    const holdings = await tx.rows`
      select h.unit_code as "unitCode", h.kind, u.location, u.area::text as area from register.holdings(${deps.vault.searchHash(input.idNumber)}, ${input.purpose}) h
      join cadastre.unit u on u.district = kernel.act_district() and u.code = h.unit_code`
    return { holdings }
  },
})

/** Units of the office by code prefix or words of the location. Physical facts only; no holder is named. */
export const findUnits = query({
  path: 'units',
  title: { zh: '查找不动产单元', en: 'Find units' },
  access: 'signed_in',
  duties: [...lookDuties, 'survey_submission', 'survey_review'],
  params: Type.Object({
    q: Type.String({ minLength: 2, maxLength: 100 }),
    after: Type.Optional(Type.String({ maxLength: 28 })),
  }),
  result: Type.Object({
    items: Type.Array(
      Type.Object({ code: Type.String(), location: Type.String(), area: Type.String(), use: Type.String() }),
    ),
    next: Type.Union([Type.String(), Type.Null()]),
  }),
  async run({ tx }, { q, after }) {
    const wanted = /^[\dA-Z ]+$/.test(q) ? q.replaceAll(' ', '') : q
    const items = await tx.rows<{
      code: string
      location: string
      area: string
      use: string
    }>`select code, location, area::text as area, use from cadastre.find_units(${wanted}, ${after ?? ''}, 50)`
    return { items, next: items.length === 50 ? items.at(-1)!.code : null }
  },
})

/** Who may sell a unit, for the application form: holders with the id by which the application names them. Recorded as a look. */
export const holdersForApplication = act({
  type: 'register.holders',
  title: { zh: '读取权利人', en: 'Read the holders of a unit' },
  clauses: ['6.7'],
  duties: ['acceptance'],
  input: Type.Object({ unitCode: UnitCode }, { additionalProperties: false }),
  result: Type.Object({}, { additionalProperties: true }),
  created: (result) => ({ kind: 'unit', id: String((result as { unitCode?: string }).unitCode) }),
  read: true,
  seen: (result) => ({ unit: (result as { unitCode: string }).unitCode }),
  async handle({ tx, district, at }, input) {
    const unit = await unitFacts(tx, district, input.unitCode)
    if (!unit) return refuseKernel('not_found')
    const state = stateAt(input.unitCode, await entriesOf(tx, district, input.unitCode), at)
    return {
      unitCode: input.unitCode,
      location: unit.location,
      area: unit.area,
      sharing: state.ownership?.body.sharing ?? null,
      holders: state.ownership?.parties.filter((party) => party.role === 'holder') ?? [],
      mortgages: state.mortgages.length,
      seizures: state.seizures.map((seizure) => ({
        organ: seizure.body.organ,
        document: seizure.body.document,
        waiting: seizure.body.waiting ?? false,
      })),
      objections: state.objections.length,
      prenotices: state.prenotices.length,
    }
  },
})
