import { Type } from 'typebox'
import { act, findAct } from '../kernel/act.ts'
import { decide } from '../kernel/duty.ts'
import { type Limits, outOfReach } from '../kernel/limits.ts'
import { availability } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { caseDuties, dutyTable, purposesOf, workLeads } from '../people/duties.ts'
import { unitFacts } from '../register/state.ts'
import { deadlineLevel } from '../values/deadline.ts'
import { caseActs, recipients } from './acts.ts'
import { mayBeGiven } from './assignment.ts'
import { businesses, findBusiness, neededMaterials } from './business.ts'
import {
  asksSecondReview,
  beyondBusiness,
  type CaseState,
  materialFacts,
  mortgageNeeds,
  unverified,
} from './rules.ts'
import { caseSubject } from './subject.ts'

const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

interface WorkRow {
  id: string
  number: string | null
  business: string
  unit_code: string
  location: string
  state: 'applied' | 'in_progress' | 'suspended'
  next_stage: string
  second_review: boolean
  applied_at: string
  promised_due: string | null
  handlers: Record<string, string>
  done: string[]
  limits: Limits
  standing: CaseState['standing']
  surveyed: Record<string, string[]>
  assignee: string | null
  assignee_name: string | null
}

/**
 * Cases in progress in one's own office, oldest first. `scope=mine` keeps those whose next stage the actor may
 * do now, `taken` those the actor has taken on, `pool` those nobody has taken that the actor may take.
 * Cost: one range read of the open cases per page.
 */
export const worklist = query({
  path: 'worklist',
  title: { zh: '待办案件', en: 'Worklist' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({
    scope: Type.Optional(Type.Union(['mine', 'taken', 'pool', 'all'].map((one) => Type.Literal(one)))),
    stage: Type.Optional(Type.String({ maxLength: 40 })),
    after: Type.Optional(Type.String({ maxLength: 40, pattern: '^[0-9a-f-]{36}$' })),
  }),
  result: Type.Object({ items: Type.Array(Type.Unknown()), next: Nullable(Type.String()) }),
  async run({ tx, actor, district, at, deps }, { scope = 'mine', stage, after }) {
    const limit = 50
    const items: object[] = []
    let from = after ?? '00000000-0000-0000-0000-000000000000'
    // Rows one may not act on are skipped page by page, so that a page is full and no count is needed.
    for (let reads = 0; reads < 20; reads++) {
      const rows = await tx.rows<WorkRow>`
        select c.id, c.number, c.business, c.unit_code, u.location, c.state, c.next_stage, c.second_review, c.applied_at, c.promised_due,
          (select coalesce(jsonb_object_agg(person_id, duty_group), '{}') from cases.case_handler h where h.district = c.district and h.case_id = c.id) as handlers,
          (select coalesce(jsonb_agg(s.stage order by s.no), '[]') from cases.stage s where s.district = c.district and s.case_id = c.id and s.round = c.round) as done,
          (select kernel.limits_of(${actor.personId}::uuid)) as limits, (select cases.standing_of(${actor.personId}::uuid)) as standing,
          cases.surveyed_on(c.district, c.unit_code, c.id) as surveyed, a.person_id as assignee, p.name as assignee_name
        from cases.case c join cadastre.unit u on u.district = c.district and u.code = c.unit_code
          left join cases.assignment a on a.district = c.district and a.case_id = c.id and a.stage = c.next_stage and a.round = c.round
          left join kernel.person p on p.id = a.person_id
        where c.district = ${district} and c.id > ${from}::uuid and c.state in ('applied', 'in_progress', 'suspended')
          and (${scope} <> 'taken' or a.person_id = ${actor.personId}::uuid) and (${scope} <> 'pool' or a.person_id is null)
          and (${stage ?? null}::text is null or c.next_stage = ${stage ?? null})
        order by c.id limit ${limit}`
      for (const row of rows) {
        from = row.id
        const process = {
          closed: false,
          secondReview: row.second_review,
          done: row.done,
          handlers: row.handlers,
          assignee: row.assignee,
          surveyed: row.surveyed,
        }
        const reached = actor.duties.filter((duty) => !outOfReach(row.limits, duty, row.business, 'case'))
        const barred = decide(
          dutyTable,
          process,
          { person: actor.personId!, duties: reached, ...row.standing },
          { kind: 'stage', stage: row.next_stage },
        )
        if (scope !== 'all' && scope !== 'taken' && barred) continue
        items.push({
          caseId: row.id,
          number: row.number,
          business: findBusiness(row.business)!.name,
          unitCode: row.unit_code,
          location: row.location,
          stage: row.next_stage,
          stageName: dutyTable.stages.find((one) => one.id === row.next_stage)!.name,
          state: row.state,
          appliedAt: row.applied_at,
          dueAt: row.promised_due,
          dueLevel:
            row.promised_due && row.state !== 'suspended'
              ? deadlineLevel(Temporal.Instant.from(row.promised_due), at, deps.calendar)
              : null,
          mine: barred === null,
          assignee: row.assignee && { id: row.assignee, name: row.assignee_name },
        })
        if (items.length === limit) return { items, next: row.id }
      }
      if (rows.length < limit) return { items, next: null }
    }
    return { items, next: from }
  },
})

/** Cases of the office by number, unit or state, newest first, closed ones included. */
export const caseSearch = query({
  path: 'cases',
  title: { zh: '案件查询', en: 'Find cases' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({
    q: Type.Optional(Type.String({ maxLength: 60 })),
    before: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })),
  }),
  result: Type.Object({ items: Type.Array(Type.Unknown()), next: Nullable(Type.String()) }),
  async run({ tx, district }, { q = '', before }) {
    const rows = await tx.rows<{
      id: string
      number: string | null
      unit_code: string
      location: string
      state: string
      next_stage: string | null
      applied_at: string
      business: string
    }>`
      select c.id, c.number, c.unit_code, u.location, c.state, c.next_stage, c.applied_at, c.business
      from cases.case c join cadastre.unit u on u.district = c.district and u.code = c.unit_code
      where c.district = ${district} and c.id < ${before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'}::uuid
        and (${q} = '' or starts_with(c.number, ${q}) or starts_with(c.unit_code, ${q.replaceAll(' ', '')}))
      order by c.id desc limit 50`
    const items = rows.map((row) => ({
      caseId: row.id,
      number: row.number,
      business: findBusiness(row.business)!.name,
      unitCode: row.unit_code,
      location: row.location,
      state: row.state,
      stage: row.next_stage,
      stageName: dutyTable.stages.find((one) => one.id === row.next_stage)?.name ?? null,
      appliedAt: row.applied_at,
    }))
    return { items, next: rows.length === 50 ? rows.at(-1)!.id : null }
  },
})

/**
 * Opens a case: everything the one who handles it needs, and for every act whether it is possible now and if not,
 * why. Opening is itself recorded: a case holds personal data (6.7).
 */
export const openCase = act({
  type: 'case.open',
  title: { zh: '打开案件', en: 'Open a case' },
  clauses: ['6.4', '6.7'],
  duties: caseDuties,
  input: Type.Object(
    { caseId: Type.String({ title: '案件|Case', format: 'uuid' }) },
    { additionalProperties: false },
  ),
  result: Type.Object({}, { additionalProperties: true }),
  subject: { kind: 'case', load: (tx, id) => caseSubject.load(tx, id, false) },
  subjectId: (input) => input.caseId,
  guards: [
    ({ limits, business }, { actor }) => {
      const held = caseDuties.filter((duty) => actor.duties.includes(duty))
      const beyond = (duty: string) =>
        purposesOf(duty).every((purpose) => outOfReach(limits, duty, business.code, purpose))
      return held.length > 0 && held.every(beyond) ? beyondBusiness(held[0]!) : null
    },
  ],
  read: true,
  seen: (result) => ({ case: (result as { caseId: string }).caseId }),
  async handle({ tx, actor, at, deps, district }, _input, state) {
    const unit = await unitFacts(tx, district, state.unitCode)
    const stages = await tx.rows<{
      round: number
      no: number
      stage: string
      person: string
      at: string
      opinion: string
      carried: boolean
    }>`
      select s.round, s.no, s.stage, p.name as person, s.at, s.opinion, s.carried_from is not null as carried
      from cases.stage s join kernel.person p on p.id = s.person_id where s.district = ${district} and s.case_id = ${state.id}::uuid order by s.round, s.no`
    const returns = await tx.rows<{
      round: number
      to_no: number
      from_stage: string
      reason: string
      person: string
      at: string
    }>`
      select r.round, r.to_no, r.from_stage, r.reason, p.name as person, r.at
      from cases.case_return r join kernel.person p on p.id = r.person_id where r.district = ${district} and r.case_id = ${state.id}::uuid order by r.round`
    const notices = await tx.rows<{ kind: string; body: object; file: string | null; at: string }>`
      select kind, body, file, at from cases.notice where district = ${district} and case_id = ${state.id}::uuid order by at, id`
    const sealed = await tx.rows<{ no: number; id_type: string; id_sealed: Buffer | null }>`
      select c.no, p.id_type, p.id_sealed from cases.party c join register.party p on p.district = c.district and p.id = c.party_id
      where c.district = ${district} and c.case_id = ${state.id}::uuid order by c.no`
    const keeping = await tx.rows`
      select kind, edition, lower(serials)::int8 as "from", upper(serials)::int8 as "to" from kernel.custody_holding
      where district = ${district} and kind in ('certificate', 'seal') and place = ${`person:${actor.personId}`} order by kind, serials limit 20`
    const masked = new Map(
      sealed.map((row) => [row.no, row.id_sealed ? mask(deps.vault.open(row.id_sealed).toString()) : '']),
    )
    const facts = materialFacts(state)
    return {
      caseId: state.id,
      number: state.number,
      business: {
        code: state.business.code,
        name: state.business.name,
        legalDays: state.business.legalDays,
        promisedDays: state.business.promisedDays,
      },
      unit,
      state: state.state,
      round: state.round,
      secondReview: state.acceptedAt ? state.secondReview : asksSecondReview(state),
      nextStage: state.nextStage,
      body: state.body,
      appliedAt: state.appliedAt,
      acceptedAt: state.acceptedAt,
      legalDue: state.legalDue,
      promisedDue: state.promisedDue,
      dueLevel:
        state.promisedDue && state.state === 'in_progress'
          ? deadlineLevel(Temporal.Instant.from(state.promisedDue), at, deps.calendar)
          : null,
      parties: state.parties.map((party) => ({ ...party, idMasked: masked.get(party.no) ?? '' })),
      unverified: unverified(state),
      checks: state.checks,
      checklist: neededMaterials(state.business, facts).map((rule) => ({
        code: rule.code,
        name: rule.name,
        basis: rule.basis,
        received: state.materials.some((material) => material.code === rule.code),
      })),
      otherMaterials: state.business.materials
        .filter((rule) => !rule.when(facts))
        .map((rule) => ({ code: rule.code, name: rule.name })),
      materials: state.materials,
      rights: { ...state.rights, mortgageNeeds: mortgageNeeds(state.rights.mortgages).needs },
      stages: dutyTable.stages
        .filter((stage) => stage.onlyIf === undefined || state.secondReview)
        .map((stage) => ({
          id: stage.id,
          name: stage.name,
          done:
            [...stages].reverse().find((row) => row.stage === stage.id && row.round === state.round) ?? null,
        })),
      returns,
      notices,
      certificate: state.certificate,
      lossNotice: state.lossNotice,
      recipients: recipients(state),
      checkUrl: `${deps.origin}/check/${state.checkToken}`,
      certificateUrl:
        state.certificate && state.certificate.state !== 'recorded'
          ? `${deps.origin}/check/${state.certificate.checkToken}`
          : null,
      keeping,
      assignee: state.process.assignee ?? null,
      mayBeGiven: actor.duties.some((duty) => workLeads.includes(duty)) ? await mayBeGiven(tx, state) : [],
      acts: caseActs.map((one) => ({
        type: one.type,
        title: one.title,
        move: one.move ?? null,
        confirmed: one.highValue ?? false,
      })),
      availability: availability(caseActs, state, actor, at),
    }
  },
})

const mask = (id: string): string =>
  id.length >= 15 ? `${id.slice(0, 6)}${'*'.repeat(id.length - 10)}${id.slice(-4)}` : '****'

/** Everything that happened in a case, done and refused: who, when, from where, with the place in the log. */
export const timeline = query({
  path: 'cases/:id/timeline',
  title: { zh: '案件时间线', en: 'A case’s timeline' },
  access: 'signed_in',
  duties: [...caseDuties, 'admin_audit'],
  params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }),
  result: Type.Object({ items: Type.Array(Type.Unknown()) }),
  async run({ tx, district, deps }, { id }) {
    const rows = await tx.rows<{
      id: string
      type: string
      at: string
      person: string | null
      actor: string
      outcome: string
      answer: { refusal?: { message: object } }
      clause: string | null
      idx: number | null
      request: Buffer | null
      sealed: boolean | null
    }>`
      select a.id, a.type, a.at, p.name as person, a.actor, a.outcome, case when a.outcome = 'refused' then a.answer else '{}' end as answer, a.clause, l.idx, v.value as request, v.sealed
      from kernel.act a left join kernel.person p on p.id = a.person_id
        left join evidence.leaf l on l.district = a.district and l.act_id = a.id
        left join kernel.act_value v on v.district = a.district and v.act_id = a.id and v.field = 'request'
      where a.district = ${district} and a.subject_kind = 'case' and a.subject_id = ${id}
      order by a.seq limit 500`
    return {
      items: rows.map((row) => {
        const from = row.request
          ? (
              JSON.parse((row.sealed ? deps.vault.open(row.request) : row.request).toString()) as {
                from: { address: string; workstation: string } | null
              }
            ).from
          : null
        return {
          actId: row.id,
          type: row.type,
          title: findAct(row.type)?.title ?? { zh: row.type, en: row.type },
          at: row.at,
          person: row.person ?? row.actor,
          outcome: row.outcome,
          message: row.answer.refusal?.message ?? null,
          clause: row.clause,
          leaf: row.idx,
          from: from ? [from.workstation, from.address].filter(Boolean).join(' · ') : null,
        }
      }),
    }
  },
})

/** Facts of the businesses offered, for the application form: one city standard (2.2). */
export const businessList = query({
  path: 'businesses',
  title: { zh: '登记业务', en: 'Businesses' },
  access: 'signed_in',
  duties: [],
  params: Type.Object({}),
  result: Type.Object({
    items: Type.Array(
      Type.Object({
        code: Type.String(),
        name: TextPair,
        legalDays: Type.Integer(),
        promisedDays: Type.Integer(),
      }),
    ),
  }),
  async run() {
    return {
      items: businesses.map(({ code, name, legalDays, promisedDays }) => ({
        code,
        name,
        legalDays,
        promisedDays,
      })),
    }
  },
})
