import type { Subject } from '../kernel/act.ts'
import type { CustodyKind, Place } from '../kernel/ledger.ts'
import type { Tx } from '../platform/db/tx.ts'

interface Common {
  district: string
  id: string
  kind: CustodyKind
  edition: string
  personId: string
}

export interface Delivery extends Common {
  from: number
  to: number
  countedBy: string | null
}
export interface Offer extends Common {
  from: number
  to: number
  movement: 'issue' | 'return'
  fromPlace: Place
  toPlace: Place
  state: 'offered' | 'taken' | 'withdrawn' | 'declined'
}
export interface Destruction {
  district: string
  id: string
  personId: string
  kind: CustodyKind
  state: 'asked' | 'approved' | 'rejected' | 'witnessed' | 'destroyed'
  decidedBy: string | null
  witness1: string | null
  /** Who kept the seal it is about; nobody, where it is about blanks. */
  keepers: string[]
}
export interface Count extends Common {
  place: Place
  stopId: string
  state: 'counting' | 'recounting' | 'agreed' | 'differs' | 'abandoned'
  first: string | null
}
export interface Difference extends Common {
  countId: string
  from: number
  to: number
  place: Place
  side: 'missing' | 'surplus'
  stopId: string
  findingId: string
  outcome: string | null
  counters: string[]
}

/** A subject of one table, locked first and then read: only who performs an act may lock. */
function subject<S>(
  kind: string,
  lockRow: (tx: Tx, id: string) => Promise<unknown>,
  read: (tx: Tx, id: string) => Promise<S | null>,
): Subject<S> {
  return {
    kind,
    async load(tx, id, lock) {
      if (!/^[0-9a-f-]{36}$/.test(id)) return null
      if (lock) await lockRow(tx, id)
      return read(tx, id)
    },
  }
}

export const deliverySubject = subject<Delivery>(
  'delivery',
  (tx, id) =>
    tx.maybe`select 1 from custody.delivery where id = ${id}::uuid and district = kernel.act_district() for update`,
  (tx, id) => tx.maybe<Delivery>`
    select district, id, kind, edition, lower(serials) as "from", upper(serials) as "to", person_id as "personId", counted_by as "countedBy"
    from custody.delivery where id = ${id}::uuid and district = kernel.act_district()`,
)

export const offerSubject = subject<Offer>(
  'handover',
  (tx, id) =>
    tx.maybe`select 1 from kernel.custody_offer where id = ${id}::uuid and district = kernel.act_district() for update`,
  (tx, id) => tx.maybe<Offer>`
    select district, id, kind, edition, lower(serials) as "from", upper(serials) as "to", movement, from_place as "fromPlace", to_place as "toPlace",
      giver_id as "personId", state
    from kernel.custody_offer where id = ${id}::uuid and district = kernel.act_district()`,
)

export const destructionSubject = subject<Destruction>(
  'destruction',
  (tx, id) =>
    tx.maybe`select 1 from custody.destruction where id = ${id}::uuid and district = kernel.act_district() for update`,
  (tx, id) => tx.maybe<Destruction>`
    select district, id, kind, person_id as "personId", state, decided_by as "decidedBy", witness_1 as witness1,
      (select coalesce(jsonb_agg(s.keeper_id), '[]') from custody.destruction_item i join custody.seal s on s.district = i.district and i.serials @> s.no::int8
        where i.district = d.district and i.destruction_id = d.id and i.kind = 'seal') as keepers
    from custody.destruction d where id = ${id}::uuid and district = kernel.act_district()`,
)

export const countSubject = subject<Count>(
  'stocktake',
  (tx, id) =>
    tx.maybe`select 1 from custody.count where id = ${id}::uuid and district = kernel.act_district() for update`,
  (tx, id) => tx.maybe<Count>`
    select district, id, kind, edition, place, stop_id as "stopId", person_id as "personId", state, first::text
    from custody.count where id = ${id}::uuid and district = kernel.act_district()`,
)

export const differenceSubject = subject<Difference>(
  'difference',
  (tx, id) =>
    tx.maybe`select 1 from custody.difference where id = ${id}::uuid and district = kernel.act_district() for update`,
  (tx, id) => tx.maybe<Difference>`
    select d.district, d.id, d.kind, d.edition, d.count_id as "countId", lower(d.serials) as "from", upper(d.serials) as "to", d.place, d.side,
      d.stop_id as "stopId", d.finding_id as "findingId", d.outcome, d.person_id as "personId", array[c.person_id, c.second_by] as counters
    from custody.difference d join custody.count c on c.district = d.district and c.id = d.count_id
    where d.id = ${id}::uuid and d.district = kernel.act_district()`,
)

/** Whether a file was uploaded in this office. */
export const isUploaded = async (tx: Tx, district: string, file: string): Promise<boolean> =>
  (await tx.maybe`select 1 from cases.upload where district = ${district} and file = ${file}`) !== null
