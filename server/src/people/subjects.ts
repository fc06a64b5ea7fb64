import type { Guard, Subject } from '../kernel/act.ts'
import { type ProposalFacts, refusePeople } from './rules.ts'

/** A person as acts about people see them. */
export interface PersonFacts {
  id: string
  name: string
  district: string
  /** The person has left, as of now. */
  gone: boolean
  active_to: string | null
}

/** A person of the office the act belongs to. */
export const personSubject: Subject<PersonFacts> = {
  kind: 'person',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`person ${id}`}, 0))`
    return tx.maybe<PersonFacts>`
      select p.id, p.name, p.district, coalesce(p.active_to <= kernel.now(), false) as gone, p.active_to
      from kernel.person p where p.id = ${id}::uuid and p.district = kernel.act_district()`
  },
}

export interface Proposal extends ProposalFacts {
  id: string
  district: string
  body: Record<string, unknown>
}

/** A proposal of the office the act belongs to. */
export const proposalSubject: Subject<Proposal> = {
  kind: 'proposal',
  async load(tx, id, lock) {
    if (lock) await tx.one`select pg_advisory_xact_lock(hashtextextended(${`proposal ${id}`}, 0))`
    return tx.maybe<Proposal>`
      select q.id, q.district, q.kind, q.state, q.person_id, q.proposed_by, q.body
      from people.proposal q where q.id = ${id}::uuid and q.district = kernel.act_district()`
  },
}

/** Nobody acts on themselves (6.7). */
export const notOneself: Guard<PersonFacts, unknown> = (person, { actor }) =>
  person.id === actor.personId ? refusePeople('not_oneself') : null

/** Nothing more is done with who has left. */
export const stillHere: Guard<PersonFacts, unknown> = (person) =>
  person.gone ? refusePeople('person_gone') : null
