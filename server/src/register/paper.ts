import { Type } from 'typebox'
import { act, isRefusal } from '../kernel/act.ts'
import type { PaperEntry, PaperEntryParty, RegisterPageFacts } from '../papers/facts.ts'
import { registerPage } from '../papers/papers.ts'
import { officeName } from '../values/districts.ts'
import { maskIdNumber } from '../values/idNumber.ts'
import { readPage, viewRegister } from './acts.ts'
import type { Entry, UnitState } from './state.ts'

const purposes: Record<string, string> = {
  case: '办理登记业务',
  enquiry: '依申请查询',
  inspection: '监督检查',
  quality: '质量检查',
}

/**
 * The register page of a unit as a PDF (登记簿页). Printing is a look like any other: who, why, which unit, and the
 * paper says so itself.
 */
export const printRegister = act({
  ...viewRegister,
  type: 'register.print',
  title: { zh: '打印登记簿页', en: 'Print the register page' },
  result: Type.Object({ unitCode: Type.String(), pages: Type.Integer(), pdfBase64: Type.String() }),
  created: (result) => ({ kind: 'unit', id: result.unitCode }),
  seen: (result) => ({ unit: result.unitCode, pages: result.pages }),
  async handle(ctx, input) {
    const page = await readPage(ctx, input)
    if (isRefusal(page)) return page
    const { unit, entries, state, certificates } = page
    const ids = await ctx.tx.rows<{ id: string; id_sealed: Buffer | null }>`
      select p.id, p.id_sealed from register.party p
      where p.district = ${ctx.district} and p.id = any (select ep.party_id from register.entry e join register.entry_party ep on ep.district = e.district and ep.entry_id = e.id
        where e.district = ${ctx.district} and e.unit_code = ${unit.code})`
    const masked = new Map(
      ids.map((row) => [
        row.id,
        row.id_sealed ? maskIdNumber(ctx.deps.vault.open(row.id_sealed).toString()) : null,
      ]),
    )
    const cases = await ctx.tx.rows<{
      id: string
      number: string | null
    }>`select id, number from cases.case where district = ${ctx.district} and unit_code = ${unit.code}`
    const numbers = new Map(cases.map((row) => [row.id, row.number]))
    const { name } = await ctx.tx.one<{
      name: string
    }>`select name from kernel.person where id = ${ctx.actor.personId}::uuid`
    const paperOf = (entry: Entry): PaperEntry<never> => ({
      no: entry.no,
      effect: entry.effect,
      registration: entry.registration,
      status: statusOf(entry, state, entries),
      legalFrom: entry.legalFrom,
      legalTo: entry.legalTo,
      recordedAt: entry.recordedAt,
      recordedBy: entry.recordedBy,
      caseNumber: entry.caseId ? (numbers.get(entry.caseId) ?? null) : null,
      certificateNumber:
        certificates.find((one) => one.entryId === entry.id)?.number ??
        (entry.body.proofNumber as string | undefined) ??
        null,
      parties: entry.parties.map(
        (party): PaperEntryParty => ({ ...party, idMasked: masked.get(party.partyId) ?? null }),
      ),
      body: bodyOf(entry) as never,
    })
    const of = (kind: Entry['kind']) => entries.filter((entry) => entry.kind === kind).map(paperOf)
    const facts: RegisterPageFacts = {
      demo: ctx.deps.demo,
      office: officeName(ctx.district),
      checkUrl: null,
      unit,
      asOf: page.asOf,
      knownAt: null,
      printedAt: ctx.at.toString(),
      printedBy: name,
      purpose: purposes[input.purpose] ?? input.purpose,
      ownership: of('ownership'),
      mortgages: of('mortgage'),
      seizures: of('seizure'),
      objections: of('objection'),
      prenotices: of('prenotice'),
      restrictions: of('restriction'),
    }
    const { pdf, pages } = await registerPage(facts, { createdAt: ctx.at })
    return { unitCode: unit.code, pages, pdfBase64: pdf.toString('base64') }
  },
})

/** Whether an entry holds at the moment printed, waits behind another, or is history. */
function statusOf(entry: Entry, state: UnitState, entries: readonly Entry[]): PaperEntry<never>['status'] {
  const live = [
    state.ownership,
    ...state.mortgages,
    ...state.seizures,
    ...state.objections,
    ...state.prenotices,
    ...state.restrictions,
  ]
  if (live.some((one) => one?.id === entry.id)) return entry.body.waiting === true ? 'waiting' : 'current'
  return entries.some((other) => other.supersedes === entry.id) ? 'superseded' : 'ended'
}

const prenoticeKinds: Record<string, string> = {
  '1': '预售商品房买卖预告登记',
  '2': '其他不动产买卖预告登记',
  '3': '预售商品房抵押权预告登记',
  '4': '其他不动产抵押权预告登记',
}

/** Objections, advance notices and restrictions print what they say in words; the others print their own facts. */
function bodyOf(entry: Entry): object {
  if (entry.kind === 'prenotice')
    return { matter: prenoticeKinds[String(entry.body.kind)] ?? String(entry.body.kind ?? '') }
  if (entry.kind === 'objection' || entry.kind === 'restriction')
    return { matter: String(entry.body.matter ?? entry.body.organ ?? '') }
  return entry.body
}
