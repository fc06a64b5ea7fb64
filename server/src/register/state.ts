import { projection } from '../platform/db/projection.ts'
import type { Tx } from '../platform/db/tx.ts'
import { table } from '../platform/db/tx.ts'
import { type Meridian, toPlane } from '../values/plane.ts'

export const partyTable = table('register.party', ['id'])
export const entryTable = table('register.entry', ['id'])
export const entryPartyTable = table('register.entry_party', ['entry_id', 'no'])
export const certificateTable = table('register.certificate', ['id'], { files: ['file'] })
// What holds today is the last entry of each right that has not ended.
projection('register.live', {
  key: ['right_id'],
  rebuilt: `select e.district, e.right_id, e.unit_code, e.id as entry_id, e.kind, e.legal_from, e.legal_to from register.entry e
    where e.effect <> 'end' and not exists (select from register.entry n where n.district = e.district and n.right_id = e.right_id and n.no > e.no)`,
})

/** Someone an entry names. Shares are exact fractions; null where an entry gives none. */
export interface EntryParty {
  partyId: string
  role: 'holder' | 'mortgagor' | 'mortgagee' | 'organ' | 'debtor' | 'applicant' | 'obligor'
  name: string
  kind: string
  idType: string
  shareNum: number | null
  shareDen: number | null
}

/** Facts of an ownership entry (不动产权利). Money in fen, areas as text in square metres, dates ISO. */
export interface OwnershipBody {
  /** 0 alone, 1 jointly, 2 by shares (GYFS). */
  sharing: '0' | '1' | '2'
  rightType: string
  rightNature: string
  landUse?: string
  termFrom?: string
  termTo?: string
  priceFen?: number
  reason?: string
  remark?: string
}

export interface MortgageBody {
  /** 1 ordinary, 2 maximum amount (DYFS). */
  mode: '1' | '2'
  amountFen: number
  debtFrom: string
  debtTo: string
  scope: string
  /** 是否存在禁止或限制转让抵押不动产的约定; null for those before the question was asked. */
  transferRestricted: boolean | null
  rank: number
  /** Day of first registration, which decides priority (CC 414) and the rule for a transfer; kept through every change. */
  registeredOn: string
  proofNumber?: string
}

export interface SeizureBody {
  organ: string
  document: string
  cause?: string
  /** A waiting seizure (轮候) has no term and does not block until promoted. */
  waiting?: boolean
  scope?: string
  servedAt: string
}

/** An entry as it stands in the register. */
export interface Entry<B = Record<string, unknown>> {
  id: string
  rightId: string
  no: number
  kind: 'ownership' | 'mortgage' | 'seizure' | 'objection' | 'prenotice' | 'restriction'
  effect: 'create' | 'change' | 'end'
  registration: string
  rightType: string | null
  body: B
  legalFrom: string
  legalTo: string | null
  recordedAt: string
  recordedBy: string | null
  caseId: string | null
  actId: string
  supersedes: string | null
  parties: EntryParty[]
}

/** All that holds on a unit at one moment. */
export interface UnitState {
  unitCode: string
  ownership: Entry<OwnershipBody> | null
  mortgages: Entry<MortgageBody>[]
  /** Blocking first, then waiting in order of service. Expired ones are left out: their effect is gone by itself. */
  seizures: Entry<SeizureBody>[]
  objections: Entry[]
  prenotices: Entry[]
  restrictions: Entry[]
}

const entryJson = `
  jsonb_build_object('id', e.id, 'rightId', e.right_id, 'no', e.no, 'kind', e.kind, 'effect', e.effect, 'registration', e.registration,
    'rightType', e.right_type, 'body', e.body, 'legalFrom', e.legal_from, 'legalTo', e.legal_to, 'recordedAt', e.recorded_at,
    'recordedBy', (select name from kernel.person p where p.id = e.recorded_by), 'caseId', e.case_id, 'actId', e.act_id, 'supersedes', e.supersedes,
    'parties', (select coalesce(jsonb_agg(jsonb_build_object('partyId', p.id, 'role', ep.role, 'name', p.name, 'kind', p.kind, 'idType', p.id_type,
        'shareNum', ep.share_num, 'shareDen', ep.share_den) order by ep.no), '[]')
      from register.entry_party ep join register.party p on p.district = ep.district and p.id = ep.party_id
      where ep.district = e.district and ep.entry_id = e.id))`

/**
 * Every entry of a unit, oldest first: today's state, any earlier day's, and the history are all made from it.
 * Cost: one range read of `entry_unit` and one probe per party.
 */
export async function entriesOf(tx: Tx, district: string, unitCode: string): Promise<Entry[]> {
  const text = `select ${entryJson} as entry from register.entry e where e.district = $1 and e.unit_code = $2 order by e.recorded_at, e.right_id, e.no`
  const result = await tx.client.query<{ entry: Entry }>({
    name: 'register-entries-of',
    text,
    values: [district, unitCode],
  })
  return result.rows.map((row) => row.entry)
}

/**
 * What held on the unit at `at` by legal time, as known today; with `recordedBy`, as it was known then. Entries
 * taken over from the old books carry their true legal time and the time they were taken over. Pure. A seizure
 * past its term is gone without anybody's act (Seal 27).
 */
export function stateAt(
  unitCode: string,
  entries: readonly Entry[],
  at: Temporal.Instant,
  recordedBy?: Temporal.Instant,
): UnitState {
  const known = entries.filter(
    (entry) =>
      Temporal.Instant.compare(entry.legalFrom, at) <= 0 &&
      (recordedBy === undefined || Temporal.Instant.compare(entry.recordedAt, recordedBy) <= 0),
  )
  const latest = new Map<string, Entry>()
  for (const entry of known)
    if ((latest.get(entry.rightId)?.no ?? 0) < entry.no) latest.set(entry.rightId, entry)
  const live = [...latest.values()].filter(
    (entry) =>
      entry.effect !== 'end' && (entry.legalTo === null || Temporal.Instant.compare(entry.legalTo, at) > 0),
  )
  const of = <B>(kind: Entry['kind']) => live.filter((entry) => entry.kind === kind) as Entry<B>[]
  const seizures = of<SeizureBody>('seizure').sort(
    (a, b) =>
      Number(a.body.waiting ?? false) - Number(b.body.waiting ?? false) ||
      (a.body.servedAt < b.body.servedAt ? -1 : 1),
  )
  return {
    unitCode,
    ownership: of<OwnershipBody>('ownership')[0] ?? null,
    mortgages: of<MortgageBody>('mortgage').sort((a, b) => a.body.rank - b.body.rank),
    seizures,
    objections: of('objection'),
    prenotices: of('prenotice'),
    restrictions: of('restriction'),
  }
}

/** The seizure that blocks disposal now, or null: a waiting one does not block (Seal 26). */
export function blockingSeizure(state: UnitState): Entry<SeizureBody> | null {
  return state.seizures.find((seizure) => !seizure.body.waiting) ?? null
}

/** A unit with its parcel and building, as the register page and papers show them. */
export interface UnitFacts {
  code: string
  location: string
  floor: string
  room: string
  use: string
  area: string
  innerArea: string | null
  sharedArea: string | null
  parcel: {
    code: string
    location: string
    area: string
    landUse: string
    nature: string
    termFrom: string | null
    termTo: string | null
    geometry: string
  }
  building: {
    code: string
    name: string
    floorsAbove: number
    floorsBelow: number
    structure: string
    completedOn: string | null
    geometry: string
  } | null
}

/** The outer ring of a stored outline in plane metres, to the millimetre. @throws SyntaxError when the stored text is no GeoJSON: our bug. */
export function outlineOf(geometry: string, meridian: Meridian): [east: number, north: number][] {
  const { coordinates } = JSON.parse(geometry) as { coordinates: [number, number][][] }
  const exact = (metres: number) => Math.round(metres * 1000) / 1000
  return coordinates[0]!.map(([longitude, latitude]) => {
    const [east, north] = toPlane(meridian, longitude, latitude)
    return [exact(east), exact(north)]
  })
}

/** A unit of one's own district, or null. With `lock`, the unit stays locked against transfers and seizures until the end. */
export async function unitFacts(
  tx: Tx,
  district: string,
  code: string,
  lock = false,
): Promise<UnitFacts | null> {
  if (lock)
    await tx.rows`select 1 from cadastre.unit where district = ${district} and code = ${code} for no key update`
  const row = await tx.maybe<{ unit: UnitFacts }>`
    select jsonb_build_object('code', u.code, 'location', u.location, 'floor', u.floor, 'room', u.room, 'use', u.use, 'area', u.area::text,
      'innerArea', u.inner_area::text, 'sharedArea', u.shared_area::text,
      'parcel', jsonb_build_object('code', p.code, 'location', p.location, 'area', p.area::text, 'landUse', p.land_use, 'nature', p.nature,
        'termFrom', p.term_from, 'termTo', p.term_to, 'geometry', p.geometry),
      'building', case when b.code is not null then jsonb_build_object('code', b.code, 'name', b.name, 'floorsAbove', b.floors_above,
        'floorsBelow', b.floors_below, 'structure', b.structure, 'completedOn', b.completed_on, 'geometry', b.geometry) end) as unit
    from cadastre.unit u join cadastre.parcel p on p.district = u.district and p.code = u.parcel_code
      left join cadastre.building b on b.district = u.district and b.code = u.building_code
    where u.district = ${district} and u.code = ${code}`
  return row?.unit ?? null
}
