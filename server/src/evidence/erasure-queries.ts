import { type Static, Type } from 'typebox'
import { declaredActs, findAct } from '../kernel/act.ts'
import { availability, type ReadCtx } from '../kernel/perform.ts'
import { query } from '../kernel/query.ts'
import { type Refusal, refuseKernel } from '../kernel/refusal.ts'
import { erasureDuties } from '../people/duties.ts'
import type { Tx } from '../platform/db/tx.ts'
import {
  type Erasure,
  erase,
  isImage,
  keptUntil,
  proposeErasure,
  refuseProposed,
  whyKept,
} from './erasure.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })
const Available = Type.Unknown({ description: '`{enabled: true}`, or `{enabled: false, refusal}`.' })

const ActFacts = {
  district: Type.String(),
  ofAct: Type.String(),
  title: TextPair,
  at: Type.String({ description: 'When the act was performed.' }),
  keptUntil: Nullable(Type.String({ description: 'From then on it may be erased; null: never.' })),
}

const Line = Type.Object({
  ...ActFacts,
  id: Type.String(),
  reason: Type.String(),
  proposedBy: Type.String(),
  proposedAt: Type.String(),
  proposalAct: Type.String(),
  erasedBy: Nullable(Type.String()),
  erasedAt: Nullable(Type.String()),
  eraseAct: Nullable(Type.String()),
  erase: Available,
})

const readers: readonly string[] = [...erasureDuties.propose, ...erasureDuties.erase]
const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'

/** Kinds of act whose content may be erased, the longest kept last; what every other kind recorded stays for ever. */
const erasableKinds = () =>
  declaredActs()
    .filter((one) => one.keptYears !== undefined)
    .map(({ type, title, keptYears }) => ({ type, title, years: keptYears! }))
    .sort((a, b) => a.years - b.years || (a.type < b.type ? -1 : 1))

/** Erasures proposed and done, newest first: of one's own office, and for the city bureau of every office. */
export const erasures = query({
  path: 'erasures',
  title: { zh: '留痕内容的删除', en: 'Erasures' },
  access: 'signed_in',
  duties: readers,
  params: Type.Object({ before: Type.Optional(Type.String({ pattern: uuidPattern })) }),
  result: Type.Object({
    kinds: Type.Array(Type.Object({ type: Type.String(), title: TextPair, years: Type.Integer() })),
    items: Type.Array(Line),
    next: Nullable(Type.String()),
  }),
  async run({ tx, actor, at }, { before }) {
    const limit = 50
    const rows = await tx.rows<Row>`
      select e.district, e.id, e.of_act, e.reason, e.proposed_by, p.name as proposer, e.proposed_at, e.act_id,
        e.erased_by, q.name as eraser, e.erased_at, a.type, a.at,
        (select d.id from kernel.act d where d.district = e.district and d.subject_kind = 'erasure' and d.subject_id = e.id::text
          and d.type = 'evidence.erase' and d.outcome = 'done' limit 1) as erase_act
      from evidence.erasure e join kernel.person p on p.id = e.proposed_by left join kernel.person q on q.id = e.erased_by
        join kernel.act a on a.district = e.district and a.id = e.of_act
      where e.id < ${before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'}::uuid
      order by e.id desc limit ${limit + 1}`
    const items = rows.slice(0, limit).map(
      (row): Static<typeof Line> => ({
        ...actFacts(row),
        id: row.id,
        reason: row.reason,
        proposedBy: row.proposer,
        proposedAt: row.proposed_at,
        proposalAct: row.act_id,
        erasedBy: row.eraser,
        erasedAt: row.erased_at,
        eraseAct: row.erase_act,
        erase: availability([erase], row, actor, at)[erase.type],
      }),
    )
    return { kinds: erasableKinds(), items, next: rows.length > limit ? items.at(-1)!.id : null }
  },
})

interface Row extends Erasure, ActRow {
  reason: string
  proposer: string
  proposed_at: string
  act_id: string
  eraser: string | null
  erased_at: string | null
  erase_act: string | null
}

/** The act whose content is spoken of. */
interface ActRow {
  district: string
  of_act: string
  type: string
  at: string
}

const actFacts = ({ district, of_act, type, at }: ActRow) => ({
  district,
  ofAct: of_act,
  title: findAct(type)?.title ?? { zh: type, en: type },
  at,
  keptUntil: keptUntil(type, Temporal.Instant.from(at))?.toString() ?? null,
})

/** What an act recorded beside its leaf: what an erasure takes, what it leaves, and whether it may be proposed now. */
export const erasable = query({
  path: 'erasures/acts/:id',
  title: { zh: '行为留痕内容的保存期', en: 'How long what an act recorded is kept' },
  access: 'signed_in',
  duties: readers,
  params: Type.Object({ id: Type.String({ pattern: uuidPattern }) }),
  result: Type.Object({
    ...ActFacts,
    goes: Type.Array(Type.String(), { description: 'Fields whose values go.' }),
    stays: Type.Array(Type.String(), { description: 'Images of rows, which stay.' }),
    propose: Available,
  }),
  async run(ctx, { id }) {
    const { tx } = ctx
    const row = await tx.maybe<ActRow>`
      select a.district, a.id as of_act, a.type, a.at
      from kernel.district d join kernel.act a on a.district = d.id and a.id = ${id}::uuid`
    if (!row) return refuseKernel('not_found')
    const fields = await tx.rows<{ field: string }>`
      select field from kernel.act_value where district = ${row.district} and act_id = ${id}::uuid and value is not null order by no`
    const names = fields.map(({ field }) => field)
    const refusal = await whyNotProposed(ctx, row)
    return {
      ...actFacts(row),
      goes: names.filter((name) => !isImage(name)),
      stays: names.filter(isImage),
      propose: refusal ? { enabled: false, refusal } : { enabled: true },
    }
  },
})

async function whyNotProposed({ tx, actor, at }: ReadCtx, row: ActRow): Promise<Refusal | null> {
  const [door] = Object.values(availability([proposeErasure], null, actor, at))
  if (door && !door.enabled) return door.refusal
  return whyKept(row, at) ?? ((await isProposed(tx, row)) ? refuseProposed() : null)
}

async function isProposed(tx: Tx, { district, of_act }: ActRow): Promise<boolean> {
  return (
    (await tx.maybe`select 1 from evidence.erasure where district = ${district} and of_act = ${of_act}::uuid`) !==
    null
  )
}
