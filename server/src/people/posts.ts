import { type Static, Type } from 'typebox'
import { act } from '../kernel/act.ts'
import { constraintMeans } from '../kernel/perform.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { releaseWork } from '../kernel/work.ts'
import type { Tx } from '../platform/db/tx.ts'
import { findKept } from './departure.ts'
import type { Proposed } from './enrolment.ts'
import { Day, District, literals, Note, PersonId, Post, ProposalId, wrongFields } from './fields.ts'
import { assignmentModes, chainLevels, decisionRefusal, refusePeople, riskGrades } from './rules.ts'
import { notOneself, personSubject, proposalSubject, stillHere } from './subjects.ts'
import { keepImages, postTable, unitTable, type Written } from './tables.ts'

constraintMeans('holding_once', () => refusePeople('post_held'))
constraintMeans('holding_cover_has_end', () => refusePeople('cover_needs_end'))
constraintMeans('assign_person_gone', () => refusePeople('person_gone'))
constraintMeans('assign_post_gone', () => refusePeople('no_post'))
constraintMeans('post_closed_unheld', () => refusePeople('post_still_held'))
constraintMeans('post_closed_leads_none', () => refusePeople('post_still_leads'))
constraintMeans('unit_no_ring', () => refusePeople('unit_ring'))
constraintMeans('unit_not_its_own_parent', () => refusePeople('unit_ring'))
constraintMeans('post_risk_has_measures', () => refusePeople('measures_needed'))

const Label = (title: string, maxLength: number) => Type.String({ title, minLength: 1, maxLength })

const PostFacts = {
  id: Post,
  nameZh: Label('岗位名称|Name in Chinese', 60),
  nameEn: Label('英文名称|Name in English', 100),
  unit: Type.String({ title: '所属机构|Unit', maxLength: 40 }),
  duties: Type.Array(Type.String({ maxLength: 40 }), { title: '岗位职责|Duties', maxItems: 20 }),
  risk: literals(riskGrades, '风险等级|Risk grade'),
  measuresZh: Label('防控措施|Measures in Chinese', 1000),
  measuresEn: Label('防控措施（英文）|Measures in English', 1500),
  level: Type.Optional(literals(chainLevels, '责任层级|Level of responsibility')),
  leader: Type.Optional(Post),
}
const PostInput = Type.Object(PostFacts, { additionalProperties: false })
type PostInput = Static<typeof PostInput>
const UnitInput = Type.Object(
  {
    id: Type.String({ title: '机构编号|Id', pattern: '^[a-z][a-z0-9_]{1,39}$' }),
    kind: literals(['bureau', 'section', 'centre', 'partner'], '类别|Kind'),
    parent: Type.Optional(Type.String({ title: '上级机构|Parent', maxLength: 40 })),
    nameZh: Label('名称|Name in Chinese', 60),
    nameEn: Label('英文名称|Name in English', 100),
  },
  { additionalProperties: false },
)

const postColumns = (one: PostInput) => ({
  name_zh: one.nameZh,
  name_en: one.nameEn,
  unit: one.unit,
  duties: one.duties,
  risk: one.risk,
  measures_zh: one.measuresZh,
  measures_en: one.measuresEn,
  level: one.level ?? null,
  leader: one.leader ?? null,
})

/** Takes over the organisation of one office: its units and posts. Only the seed performs it, and only before there are administrators. */
export const loadOrganisation = act({
  type: 'people.loadOrganisation',
  title: { zh: '机构岗位移交', en: 'Take over an organisation' },
  clauses: ['1.1', '7.5'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      units: Type.Array(UnitInput, { maxItems: 100 }),
      posts: Type.Array(PostInput, { maxItems: 200 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ units: Type.Integer(), posts: Type.Integer() }),
  created: () => ({ kind: 'organisation', id: 'all' }),
  secretInput: ['units', 'posts'],
  async handle({ tx, district }, { units, posts }) {
    for (const one of units)
      await tx.put(unitTable, {
        district,
        id: one.id,
        kind: one.kind,
        parent: one.parent ?? null,
        name_zh: one.nameZh,
        name_en: one.nameEn,
      })
    for (const one of posts) await tx.put(postTable, { district, id: one.id, ...postColumns(one) })
    return { units: units.length, posts: posts.length }
  },
})

/** Adds a unit, or renames and moves one (机构设置). */
export const defineUnit = act({
  type: 'people.defineUnit',
  title: { zh: '设置机构', en: 'Define a unit' },
  clauses: ['1.1'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, unit: UnitInput }, { additionalProperties: false }),
  result: Type.Object({ id: Type.String() }),
  created: (result) => ({ kind: 'unit', id: result.id }),
  constraints: { unit_district_parent_fkey: () => unknownUnit('unit.parent') },
  async handle({ tx, district }, { unit }) {
    const columns = { name_zh: unit.nameZh, name_en: unit.nameEn, parent: unit.parent ?? null }
    const known = await tx.maybe`select 1 from people.unit where district = ${district} and id = ${unit.id}`
    if (known) await tx.change(unitTable, { district, id: unit.id }, columns)
    else await tx.put(unitTable, { district, id: unit.id, kind: unit.kind, ...columns })
    return { id: unit.id }
  },
})

const unknownUnit = (path: string) =>
  wrongFields([
    { path, message: { zh: '本机构没有这个内设机构。', en: 'There is no such unit in this office.' } },
  ])!

/** Proposes a post, new or changed: duties, risk grade, measures, leader (岗位登记, 7.5). */
export const proposePost = act({
  type: 'people.proposePost',
  title: { zh: '提请登记岗位', en: 'Propose a post' },
  clauses: ['7.5'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, post: PostInput }, { additionalProperties: false }),
  result: Type.Object({ proposalId: Type.String() }),
  created: (result) => ({ kind: 'proposal', id: result.proposalId }),
  async handle({ tx, deps, district }, { post }) {
    const known = new Set(deps.duties.duties.map((duty) => duty.id))
    const strange = post.duties.findIndex((duty) => !known.has(duty))
    if (strange >= 0)
      return wrongFields([
        {
          path: `post.duties.${strange}`,
          message: { zh: '没有这项职责。', en: 'There is no such duty.' },
        },
      ])!
    const unit = await tx.maybe`select 1 from people.unit where district = ${district} and id = ${post.unit}`
    if (!unit) return unknownUnit('post.unit')
    const closed = await tx.maybe`
      select 1 from people.post where district = ${district} and id = ${post.id} and closed_at is not null`
    if (closed)
      return wrongFields([
        {
          path: 'post.id',
          message: {
            zh: '这个岗位编号已撤销，请另取编号。',
            en: 'The post of this id was closed; choose another id.',
          },
        },
      ])!
    const leader =
      post.leader === undefined ||
      (post.leader !== post.id &&
        (await tx.maybe`select 1 from people.post where district = ${district} and id = ${post.leader} and closed_at is null`))
    if (!leader)
      return wrongFields([
        {
          path: 'post.leader',
          message: {
            zh: '上级岗位须是本机构的另一个岗位。',
            en: 'The leading post is another post of this office.',
          },
        },
      ])!
    const { proposed } = await tx.one<{ proposed: Proposed }>`
      select people.propose('post', null, ${JSON.stringify(post)}::jsonb) as proposed`
    keepImages(tx, proposed.images)
    return { proposalId: proposed.id }
  },
})

/** Why a post cannot be closed now: somebody holds it, or it leads another; null when it can. */
async function closingRefusal(tx: Tx, district: string, id: string): Promise<Refusal | null> {
  const post = await tx.maybe<{ held: boolean; leads: boolean }>`
    select exists (select from people.holding h where h.district = o.district and h.post = o.id and (upper(h.during) is null or upper(h.during) > kernel.now())
        and (upper(h.during) is null or upper(h.during) - lower(h.during) > interval '1 microsecond')) as held,
      exists (select from people.post l where l.district = o.district and l.leader = o.id and l.closed_at is null) as leads
    from people.post o where o.district = ${district} and o.id = ${id} and o.closed_at is null`
  if (!post) return refusePeople('no_post')
  if (post.held) return refusePeople('post_still_held')
  return post.leads ? refusePeople('post_still_leads') : null
}

/** Proposes that a post nobody holds any more be closed (撤销岗位). It is decided by whoever decides on posts. */
export const proposeClosing = act({
  type: 'people.proposeClosing',
  title: { zh: '提请撤销岗位', en: 'Propose closing a post' },
  clauses: ['7.5'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, post: Post, reason: Note }, { additionalProperties: false }),
  result: Type.Object({ proposalId: Type.String() }),
  created: (result) => ({ kind: 'proposal', id: result.proposalId }),
  async handle({ tx, district }, { post, reason }) {
    const refused = await closingRefusal(tx, district, post)
    if (refused) return refused
    const { names } = await tx.one<{ names: Record<string, string> }>`
      select jsonb_strip_nulls(jsonb_build_object('nameZh', o.name_zh, 'nameEn', o.name_en, 'leader', o.leader)) as names
      from people.post o where o.district = ${district} and o.id = ${post}`
    const { proposed } = await tx.one<{ proposed: Proposed }>`
      select people.propose('post', null, ${JSON.stringify({ id: post, close: true, reason, ...names })}::jsonb) as proposed`
    keepImages(tx, proposed.images)
    return { proposalId: proposed.id }
  },
})

/** Approves a post: by whoever holds the post that leads it; where nobody does, by the security administrator. */
export const approvePost = act({
  type: 'people.approvePost',
  title: { zh: '批准登记岗位', en: 'Approve a post' },
  clauses: ['7.5'],
  duties: ['centre_lead', 'district_lead', 'admin_security'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, proposalId: ProposalId }, { additionalProperties: false }),
  result: Type.Object({ post: Type.String() }),
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [(proposal, { actor }) => decisionRefusal(proposal, 'post', actor.personId)],
  async handle({ tx, district, actor, at }, { proposalId }, { body }) {
    const post = body as unknown as PostInput & { close?: true }
    const leaders = await tx.rows<{ person_id: string }>`
      select h.person_id from people.holding h join kernel.person p on p.id = h.person_id
      where h.during @> kernel.now() and (p.active_to is null or p.active_to > kernel.now())
        and ((h.district = ${district} and h.post = ${post.leader ?? null})
          or (${post.leader ?? null}::text is null and h.district = 'city'
              and exists (select from people.post o where o.district = h.district and o.id = h.post and o.level is not null)))`
    const mayDecide =
      leaders.length > 0
        ? leaders.some((one) => one.person_id === actor.personId)
        : actor.duties.includes('admin_security')
    if (!mayDecide) return refusePeople('leader_decides')
    const refused = post.close ? await closingRefusal(tx, district, post.id) : null
    if (refused) return refused
    const { image } = await tx.one<{ image: Written }>`
      select people.decide(${proposalId}::uuid, 'approved') as image`
    keepImages(tx, [image])
    if (post.close) {
      await tx.change(postTable, { district, id: post.id }, { closed_at: at.toString() })
      return { post: post.id }
    }
    const known = await tx.maybe`select 1 from people.post where district = ${district} and id = ${post.id}`
    if (known) await tx.change(postTable, { district, id: post.id }, postColumns(post))
    else await tx.put(postTable, { district, id: post.id, ...postColumns(post) })
    return { post: post.id }
  },
})

/** Proposes that somebody take a post: moved there, in addition, or standing in for a time (任职、调岗、代理、顶岗). */
export const proposeAssignment = act({
  type: 'people.proposeAssignment',
  title: { zh: '提请任职或调岗', en: 'Propose an assignment' },
  clauses: ['6.3', '7.5'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: District,
      personId: PersonId,
      mode: literals(assignmentModes, '方式|How'),
      toDistrict: Type.Optional(District),
      post: Post,
      from: Type.Optional(Day('起始日|From')),
      until: Type.Optional(Day('截止日|Until')),
      reason: Note,
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ proposalId: Type.String() }),
  subject: personSubject,
  subjectId: (input) => input.personId,
  guards: [notOneself, stillHere],
  problems: ({ mode, from, until }, at) => {
    const today = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
    const start = from ? Temporal.PlainDate.from(from) : today
    if ((mode === 'acting' || mode === 'cover') && !until) return refusePeople('cover_needs_end')
    if (!until) return null
    const end = Temporal.PlainDate.from(until)
    if (
      mode !== 'additional' &&
      mode !== 'transfer' &&
      Temporal.PlainDate.compare(end, start.add({ days: 365 })) > 0
    )
      return refusePeople('cover_needs_end')
    return Temporal.PlainDate.compare(end, start) < 0 || Temporal.PlainDate.compare(end, today) < 0
      ? wrongFields([
          {
            path: 'until',
            message: {
              zh: '截止日不能早于起始日，也不能早于今天。',
              en: 'It ends neither before it begins nor in the past.',
            },
          },
        ])
      : null
  },
  async handle({ tx, district }, { personId, mode, toDistrict, post, from, until, reason }) {
    const target = mode === 'transfer' ? (toDistrict ?? district) : district
    const known = await tx.maybe`
      select 1 from people.post where district = ${target} and id = ${post} and closed_at is null`
    if (!known) return refusePeople('no_post')
    const body = {
      mode,
      district: target,
      post,
      reason,
      ...(from ? { from } : {}),
      ...(until ? { until } : {}),
    }
    const { proposed } = await tx.one<{ proposed: Proposed }>`
      select people.propose('assign', ${personId}::uuid, ${JSON.stringify(body)}::jsonb) as proposed`
    keepImages(tx, proposed.images)
    return { proposalId: proposed.id }
  },
})

/** Carries out an assignment, now or on the day it names. After a transfer only the new post is held, and grants that do not belong to it have ended (6.3). */
export const assignPost = act({
  type: 'people.assignPost',
  title: { zh: '批准任职或调岗', en: 'Approve an assignment' },
  grants: 'end',
  clauses: ['6.3', '7.5'],
  duties: ['admin_security'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object({ district: District, proposalId: ProposalId }, { additionalProperties: false }),
  result: Type.Object({ holdingId: Type.String(), findings: Type.Integer() }),
  subject: proposalSubject,
  subjectId: (input) => input.proposalId,
  guards: [(proposal, { actor }) => decisionRefusal(proposal, 'assign', actor.personId)],
  async handle(ctx, { proposalId }, proposal) {
    const { made } = await ctx.tx.one<{ made: { holding: string; now: boolean; images: Written[] } }>`
      select people.assign(${proposalId}::uuid) as made`
    keepImages(ctx.tx, made.images)
    // A move on a day to come is settled then.
    if (proposal.body.mode !== 'transfer' || !made.now) return { holdingId: made.holding, findings: 0 }
    const personId = proposal.person_id!
    await releaseWork(ctx.tx, personId, 'transferred')
    const { name } = await ctx.tx.one<{
      name: string
    }>`select name from kernel.person where id = ${personId}::uuid`
    return { holdingId: made.holding, findings: await findKept(ctx, personId, name) }
  },
})

/** Ends one post of a person who has others (免去兼任岗位). */
export const endPost = act({
  type: 'people.endPost',
  title: { zh: '免去岗位', en: 'End a post' },
  grants: 'end',
  clauses: ['7.5'],
  duties: ['admin_system'],
  citywide: true,
  highValue: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    { district: District, personId: PersonId, holdingId: Type.String({ format: 'uuid' }), reason: Note },
    { additionalProperties: false },
  ),
  result: Type.Object({}),
  subject: personSubject,
  subjectId: (input) => input.personId,
  guards: [notOneself, stillHere],
  async handle({ tx }, { personId, holdingId }) {
    const { images } = await tx.one<{ images: Written[] | null }>`
      select people.end_post(${personId}::uuid, ${holdingId}::uuid) as images`
    if (!images) return refusePeople('no_post')
    keepImages(tx, images)
    return {}
  },
})
