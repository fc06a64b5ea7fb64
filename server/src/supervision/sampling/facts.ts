import type { CaseParty } from '../../cases/rules.ts'
import type { Tx } from '../../platform/db/tx.ts'
import { type Entry, entriesOf } from '../../register/state.ts'
import { type CaseFacts, checkCase, checkEntry, type Fault } from './check.ts'
import type { Sampling } from './rules.ts'

type CaseRow = Omit<CaseFacts, 'parties' | 'entries'> & {
  id: string
  parties: (Omit<CaseParty, 'share'> & { shareNum: number | null; shareDen: number | null })[]
}

/** Reads closed cases as the automatic checks see them. Cost: one statement, and one for each unit they are about. */
async function casesOf(
  tx: Tx,
  district: string,
  ids: readonly string[],
  entries: (unitCode: string) => Promise<Entry[]>,
): Promise<Map<string, CaseFacts>> {
  const rows = await tx.rows<{ facts: CaseRow }>`
    select jsonb_build_object('id', c.id, 'business', c.business, 'unitCode', c.unit_code, 'state', c.state, 'acceptedAt', c.accepted_at, 'closedAt', c.closed_at,
      'legalDue', c.legal_due, 'promisedDue', c.promised_due, 'secondReview', c.second_review, 'body', c.body,
      'parties', (select coalesce(jsonb_agg(jsonb_build_object('no', p.no, 'side', p.side, 'partyId', p.party_id, 'name', r.name, 'kind', r.kind, 'idType', r.id_type,
          'idMasked', '', 'shareNum', p.share_num, 'shareDen', p.share_den, 'agentName', p.agent_name, 'agentBasis', p.agent_basis) order by p.no), '[]')
        from cases.party p join register.party r on r.district = p.district and r.id = p.party_id where p.district = c.district and p.case_id = c.id),
      'checks', (select coalesce(jsonb_agg(jsonb_build_object('partyNo', k.party_no, 'whom', k.whom, 'method', k.method, 'passed', k.passed) order by k.id), '[]')
        from cases.identity_check k where k.district = c.district and k.case_id = c.id),
      'materials', (select coalesce(jsonb_agg(jsonb_build_object('code', m.code, 'pages', m.pages, 'bytes', m.bytes) order by m.no), '[]')
        from cases.material m where m.district = c.district and m.case_id = c.id),
      'stages', (select coalesce(jsonb_agg(jsonb_build_object('no', s.no, 'stage', s.stage, 'group', s.duty_group, 'personId', s.person_id, 'at', s.at) order by s.no), '[]')
        from cases.stage s where s.district = c.district and s.case_id = c.id and s.round = c.round)) as facts
    from cases.case c where c.district = ${district} and c.id = any (${ids}::uuid[])`
  const found = new Map<string, CaseFacts>()
  for (const { facts } of rows)
    found.set(facts.id, {
      ...facts,
      parties: facts.parties.map(({ shareNum, shareDen, ...party }) => ({
        ...party,
        share: shareNum && shareDen ? { num: shareNum, den: shareDen } : null,
      })),
      entries: await entries(facts.unitCode),
    })
  return found
}

/** What the automatic checks find of each candidate of a sample. */
export async function faultsOfSample(
  tx: Tx,
  { district, id, source }: Sampling,
): Promise<Map<string, Fault[]>> {
  const ids = (
    await tx.rows<{ candidate: string }>`
      select candidate from supervision.sample_item where district = ${district} and sampling_id = ${id}::uuid order by stratum, rank`
  ).map((one) => one.candidate)
  const known = new Map<string, Promise<Entry[]>>()
  const entries = (unitCode: string) => {
    const had = known.get(unitCode) ?? entriesOf(tx, district, unitCode)
    known.set(unitCode, had)
    return had
  }
  if (source === 'cases') {
    const cases = await casesOf(tx, district, ids, entries)
    return new Map(ids.map((one) => [one, checkCase(cases.get(one)!)]))
  }
  const units = await tx.rows<{ id: string; unit: string }>`
    select id, unit_code as unit from register.entry where district = ${district} and id = any (${ids}::uuid[])`
  const drawn = new Map<string, Entry>()
  for (const { id: entryId, unit } of units)
    drawn.set(entryId, (await entries(unit)).find((entry) => entry.id === entryId)!)
  const caseIds = [...drawn.values()].flatMap((entry) => entry.caseId ?? [])
  const cases = await casesOf(tx, district, caseIds, entries)
  return new Map(
    ids.map((one) => {
      const entry = drawn.get(one)!
      const ofCase = entry.caseId === null ? null : (cases.get(entry.caseId) ?? null)
      return [one, checkEntry(entry, ofCase)]
    }),
  )
}
