import { Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { constraintMeans } from '../kernel/perform.ts'
import { maskIdNumber, normaliseIdNumber } from '../values/idNumber.ts'
import {
  Day,
  District,
  IdNumber,
  identityProblems,
  Name,
  Note,
  PersonId,
  Post,
  ProposalId,
  Username,
  wrongFields,
} from './fields.ts'
import { decisionRefusal, normaliseName, refusePeople, staffNameProblem } from './rules.ts'
import { notOneself, personSubject, proposalSubject, stillHere } from './subjects.ts'
import { keepImages, type Written } from './tables.ts'
import { makeTicket } from './tickets.ts'

constraintMeans('identity_claim_pkey', () => refusePeople('identity_proposed'))
constraintMeans('proposal_two_persons', () => refusePeople('second_person'))
constraintMeans('proposal_not_of_oneself', () => refusePeople('not_oneself'))
constraintMeans('proposal_decided_once', () => refusePeople('proposal_decided'))
constraintMeans('proposal_reset_open', () => refusePeople('reset_waits'))

export interface Proposed {
  id: string
  images: Written[]
}

/** The number beside its field, masked: whoever typed it sees at once which. */
const numberTaken = (code: 'identity_taken' | 'identity_proposed', idNumber?: string) => {
  const refusal = refusePeople(code)
  const which = idNumber ? `${maskIdNumber(idNumber)}：` : ''
  return {
    ...refusal,
    fields: [
      { path: 'idNumber', message: { zh: which + refusal.message.zh, en: which + refusal.message.en } },
    ],
  }
}

/** Proposes a colleague (提请建档). Nothing exists of them until the security administrator approves. */
export const proposeEnrolment = act({
  type: 'people.proposeEnrolment',
  title: { zh: '提请人员建档', en: 'Propose a colleague' },
  clauses: ['6.3', '6.7'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      name: Name,
      idNumber: IdNumber,
      username: Username,
      post: Post,
      from: Day('任职起始日|Employed from'),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ proposalId: Type.String() }),
  created: (result) => ({ kind: 'proposal', id: result.proposalId }),
  problems: (input, at) => wrongFields(identityProblems(input, at)),
  constraints: {
    identity_pkey: () => numberTaken('identity_taken'),
    identity_claim_pkey: () => numberTaken('identity_proposed'),
  },
  async handle({ tx, deps, district }, input) {
    const idNumber = normaliseIdNumber(input.idNumber)
    const post = await tx.maybe`
      select 1 from people.post where district = ${district} and id = ${input.post} and closed_at is null`
    if (!post) return refusePeople('no_post')
    const taken = await tx.one<{ username: boolean }>`
      select people.username_is_taken(${input.username}) as username`
    if (taken.username) return refusePeople('username_taken')
    const body = {
      name: normaliseName(input.name),
      username: input.username,
      post: input.post,
      from: input.from,
      idMasked: maskIdNumber(idNumber),
    }
    const { proposed } = await tx.one<{ proposed: Proposed }>`
      select people.propose('enrol', null, ${JSON.stringify(body)}::jsonb, ${deps.vault.searchHash(idNumber)}, ${deps.vault.seal(idNumber)}) as proposed`
    keepImages(tx, proposed.images)
    return { proposalId: proposed.id }
  },
})

/** Approves a colleague: person, account and post come to be, and a one-time ticket that is handed over in person. */
export const approveEnrolment = act({
  type: 'people.approveEnrolment',
  title: { zh: '批准人员建档', en: 'Approve a colleague' },
  clauses: ['6.3', '6.7'],
  duties: ['admin_security'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, proposalId: ProposalId }, { additionalProperties: false }),
  result: Type.Object({ personId: Type.String(), username: Type.String(), ticket: Type.String() }),
  secretResult: ['ticket'],
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [(proposal, { actor }) => decisionRefusal(proposal, 'enrol', actor.personId)],
  async handle(ctx, { proposalId }) {
    const { made } = await ctx.tx.one<{ made: Proposed & { username: string } }>`
      select people.enrol_proposed(${proposalId}::uuid) as made`
    keepImages(ctx.tx, made.images)
    return { personId: made.id, username: made.username, ticket: await makeTicket(ctx.tx, made.id, 'enrol') }
  },
})

/** Declines any proposal, with the reason. */
export const declineProposal = act({
  type: 'people.declineProposal',
  title: { zh: '不予批准', en: 'Decline a proposal' },
  clauses: ['6.7'],
  duties: ['admin_security', 'admin_system', 'admin_audit', 'centre_lead', 'district_lead'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, proposalId: ProposalId, reason: Note },
    { additionalProperties: false },
  ),
  result: Type.Object({}),
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [(proposal, { actor }) => decisionRefusal(proposal, null, actor.personId)],
  async handle({ tx }, { proposalId, reason }) {
    const { image } = await tx.one<{ image: Written }>`
      select people.decide(${proposalId}::uuid, 'declined', ${reason}) as image`
    keepImages(tx, [image])
    return {}
  },
})

/** Takes back a proposal that nobody has decided (撤回提请): only who made it. It stays in the log as what it was. */
export const withdrawProposal = act({
  type: 'people.withdrawProposal',
  title: { zh: '撤回提请', en: 'Withdraw a proposal' },
  clauses: ['6.7'],
  duties: ['admin_system', 'admin_security'],
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, proposalId: ProposalId, reason: Note },
    { additionalProperties: false },
  ),
  result: Type.Object({}),
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [
    ({ state }) => (state === 'open' ? null : refusePeople('proposal_decided')),
    ({ proposed_by }, { actor }) =>
      proposed_by === actor.personId ? null : refusePeople('proposal_not_yours'),
  ],
  async handle({ tx }, { proposalId, reason }) {
    const { image } = await tx.one<{ image: Written }>`
      select people.decide(${proposalId}::uuid, 'withdrawn', ${reason}) as image`
    keepImages(tx, [image])
    return {}
  },
})

/** Asks that a lost account be opened to its person again (账号重置). Never for oneself. */
export const requestReset = act({
  type: 'account.requestReset',
  title: { zh: '申请重置账号', en: 'Request a reset of an account' },
  clauses: ['6.3'],
  duties: ['admin_system', 'admin_security'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, personId: PersonId, reason: Note },
    { additionalProperties: false },
  ),
  result: Type.Object({ proposalId: Type.String() }),
  subject: personSubject,
  subjectId: (input) => input.personId,
  guards: [notOneself, stillHere],
  async handle({ tx }, { personId, reason }) {
    const { proposed } = await tx.one<{ proposed: Proposed }>`
      select people.propose('reset', ${personId}::uuid, ${JSON.stringify({ reason })}::jsonb) as proposed`
    keepImages(tx, proposed.images)
    return { proposalId: proposed.id }
  },
})

/** Approves a reset: another administrator than who asked, and not the one whose account it is. The ticket is handed over in person. */
export const approveReset = act({
  type: 'account.approveReset',
  title: { zh: '批准重置账号', en: 'Approve a reset of an account' },
  clauses: ['6.3'],
  duties: ['admin_system', 'admin_security', 'admin_audit'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, proposalId: ProposalId }, { additionalProperties: false }),
  result: Type.Object({ personId: Type.String(), ticket: Type.String() }),
  secretResult: ['ticket'],
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [(proposal, { actor }) => decisionRefusal(proposal, 'reset', actor.personId)],
  async handle(ctx, { proposalId }, proposal) {
    const { image } = await ctx.tx.one<{ image: Written }>`
      select people.decide(${proposalId}::uuid, 'approved') as image`
    keepImages(ctx.tx, [image])
    const personId = proposal.person_id!
    const { ended } = await ctx.tx.one<{
      ended: Written[]
    }>`select people.reset_factors(${personId}::uuid) as ended`
    keepImages(ctx.tx, ended)
    return { personId, ticket: await makeTicket(ctx.tx, personId, 'reset') }
  },
})

/** Proposes that a name be put right (人员信息变更). */
export const proposeName = act({
  type: 'people.proposeName',
  title: { zh: '提请变更姓名', en: 'Propose a change of name' },
  clauses: ['6.3'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, personId: PersonId, name: Name, reason: Note },
    { additionalProperties: false },
  ),
  result: Type.Object({ proposalId: Type.String() }),
  subject: personSubject,
  subjectId: (input) => input.personId,
  guards: [notOneself, stillHere],
  problems: ({ name }) => {
    const message = staffNameProblem(name)
    return wrongFields(message ? [{ path: 'name', message }] : [])
  },
  async handle({ tx }, { personId, name, reason }, person) {
    const body = { name: normaliseName(name), was: person.name, reason }
    const { proposed } = await tx.one<{ proposed: Proposed }>`
      select people.propose('name', ${personId}::uuid, ${JSON.stringify(body)}::jsonb) as proposed`
    keepImages(tx, proposed.images)
    return { proposalId: proposed.id }
  },
})

export const approveName = act({
  type: 'people.approveName',
  title: { zh: '批准变更姓名', en: 'Approve a change of name' },
  clauses: ['6.3'],
  duties: ['admin_security'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, proposalId: ProposalId }, { additionalProperties: false }),
  result: Type.Object({}),
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [(proposal, { actor }) => decisionRefusal(proposal, 'name', actor.personId)],
  async handle({ tx }, { proposalId }) {
    const { images } = await tx.one<{ images: Written[] }>`
      select people.rename(${proposalId}::uuid) as images`
    keepImages(tx, images)
    return {}
  },
})
