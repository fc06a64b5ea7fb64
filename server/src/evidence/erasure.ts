import { Type } from 'typebox'
import { act, findAct, type Subject } from '../kernel/act.ts'
import { type Refusal, refuser } from '../kernel/refusal.ts'
import { erasureDuties } from '../people/duties.ts'
import { table } from '../platform/db/tx.ts'

export const erasureTable = table('evidence.erasure', ['id'])

const refuse = refuser({
  kept_for_ever: {
    clause: '6.4',
    zh: '“{title}”的内容须永久保存，不能删除。',
    en: 'What “{title}” recorded is kept for ever and cannot be erased.',
  },
  kept_still: {
    clause: '6.4',
    zh: '该内容须保存至 {until}，期满前不能删除。',
    en: 'This must be kept until {until} and cannot be erased before.',
  },
  erasure_proposed: {
    status: 409,
    clause: '6.4',
    zh: '该行为的内容已有人提出删除。',
    en: 'The erasure of what this act recorded has been proposed already.',
  },
  erased_already: { status: 409, clause: '6.4', zh: '该内容已经删除。', en: 'This has been erased already.' },
  erase_own: {
    status: 403,
    clause: '6.4',
    zh: '提出删除的人不能自己删除，须由另一人办理。',
    en: 'Whoever proposed an erasure does not carry it out; another person does.',
  },
  no_such_act: { status: 404, clause: '6.4', zh: '没有这个行为。', en: 'There is no such act.' },
})

/** When what an act of this type recorded may be erased; null for what is kept for ever. */
export function keptUntil(type: string, at: Temporal.Instant): Temporal.Instant | null {
  const years = findAct(type)?.keptYears
  return years === undefined ? null : at.toZonedDateTimeISO('Asia/Shanghai').add({ years }).toInstant()
}

/** Why what an act recorded may not be erased at this time; null when it may. */
export function whyKept(found: { type: string; at: string }, now: Temporal.Instant): Refusal | null {
  const until = keptUntil(found.type, Temporal.Instant.from(found.at))
  if (until === null) {
    const title = findAct(found.type)?.title ?? { zh: found.type, en: found.type }
    return refuse('kept_for_ever', { title })
  }
  if (Temporal.Instant.compare(now, until) >= 0) return null
  return refuse('kept_still', {
    until: until.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString(),
  })
}

/** The erasure of what this act recorded has been proposed, or is done. */
export const refuseProposed = (): Refusal => refuse('erasure_proposed')

/** Names of fields that an erasure leaves: images of rows, which the register and its verification live on. */
export const isImage = (field: string): boolean => /^(row|was):/.test(field)

/** Proposes that what one act recorded beside its leaf be erased, because it need no longer be kept. */
export const proposeErasure = act({
  type: 'evidence.proposeErasure',
  title: { zh: '提出删除留痕内容', en: 'Propose an erasure' },
  clauses: ['6.4', '6.7'],
  duties: erasureDuties.propose,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      ofAct: Type.String({ title: '行为编号|Act', format: 'uuid' }),
      reason: Type.String({ title: '理由|Reason', minLength: 1, maxLength: 1000 }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ erasureId: Type.String() }),
  created: (result) => ({ kind: 'erasure', id: result.erasureId }),
  async handle({ tx, at, district }, { ofAct, reason }) {
    const found = await tx.maybe<{ type: string; at: string }>`
      select type, at from kernel.act where district = ${district} and id = ${ofAct}::uuid`
    if (!found) return refuse('no_such_act')
    const kept = whyKept(found, at)
    if (kept) return kept
    const [row] = await tx.put<{ id: string }>(erasureTable, { district, of_act: ofAct, reason })
    return { erasureId: row!.id }
  },
  constraints: { erasure_once: () => refuse('erasure_proposed') },
})

export interface Erasure {
  district: string
  id: string
  of_act: string
  proposed_by: string
  erased_by: string | null
}

const erasureSubject: Subject<Erasure> = {
  kind: 'erasure',
  async load(tx, id, lock) {
    if (lock)
      await tx.maybe`select 1 from evidence.erasure e where e.id = ${id}::uuid and e.district = kernel.act_district() for update`
    return tx.maybe<Erasure>`
      select district, id, of_act, proposed_by, erased_by from evidence.erasure where id = ${id}::uuid and district = kernel.act_district()`
  },
}

/**
 * Erases salts and values of one act, all but images of rows. Its leaf and commitments stay, so the log verifies as
 * before, and this act says what was erased.
 */
export const erase = act({
  type: 'evidence.erase',
  title: { zh: '删除留痕内容', en: 'Erase' },
  clauses: ['6.4', '6.7'],
  duties: erasureDuties.erase,
  citywide: true,
  districtOf: (input) => input.district,
  input: Type.Object(
    {
      district: Type.String({ title: '登记机构|Office', maxLength: 20 }),
      erasureId: Type.String({ title: '删除申请|Erasure', format: 'uuid' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ fields: Type.Array(Type.String()) }),
  subject: erasureSubject,
  subjectId: (input) => input.erasureId,
  highValue: true,
  guards: [
    (erasure) => (erasure.erased_by === null ? null : refuse('erased_already')),
    (erasure, { actor }) => (erasure.proposed_by === actor.personId ? refuse('erase_own') : null),
  ],
  async handle({ tx, actor, at }, _input, { district, id, of_act }) {
    const fields = await tx.rows<{ field: string }>`
      select field from kernel.act_value where district = ${district} and act_id = ${of_act}::uuid
        and value is not null and field not like 'row:%' and field not like 'was:%' order by no`
    for (const { field } of fields) await tx.rows`select kernel.erase_value(${of_act}::uuid, ${field})`
    await tx.change(erasureTable, { district, id }, { erased_by: actor.personId, erased_at: at.toString() })
    return { fields: fields.map(({ field }) => field) }
  },
  constraints: { erasure_by_another: () => refuse('erase_own') },
})
