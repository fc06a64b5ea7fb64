import { Type } from 'typebox'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { officeDate } from '../../values/calendar.ts'
import { decideChecklist, setInspectionPace, writeChecklist } from './checklists.ts'
import { inspectionEvery } from './periodic.ts'
import { inspectDuties, inspectionKinds, inspectionReaders } from './rules.ts'

const Items = Type.Array(Type.Unknown())

/** 检查表: every version, newest first; the approved newest one of each is in force. */
export const checklists = query({
  path: 'checklists',
  title: { zh: '检查表', en: 'Checklists' },
  access: 'signed_in',
  duties: inspectionReaders,
  params: Type.Object({}),
  result: Type.Object({ items: Items, paces: Items, availability: Type.Unknown() }),
  async run({ tx, actor, at }) {
    const rows = await tx.rows<{ district: string; id: string; writtenBy: string; approved: boolean | null }>`
      select c.district, c.id, c.code, c.version, c.title, c.kinds, c.threshold, c.person_id as "writtenBy", p.name as writer, c.at, c.act_id as "actId",
        d.approved, q.name as decider, d.word, coalesce(d.approved, false) and not exists (
          select from supervision.checklist n join supervision.checklist_decision e on e.district = n.district and e.checklist_id = n.id and e.approved
          where n.district = c.district and n.code = c.code and n.version > c.version) as "inForce",
        (select jsonb_agg(jsonb_build_object('no', t.no, 'clause', t.clause, 'wording', t.wording, 'weight', t.weight, 'scoring', t.scoring, 'most', t.most, 'pass', t.pass)
          order by t.no) from supervision.checklist_item t where t.district = c.district and t.checklist_id = c.id) as items
      from supervision.checklist c join kernel.person p on p.id = c.person_id
        left join supervision.checklist_decision d on d.district = c.district and d.checklist_id = c.id left join kernel.person q on q.id = d.person_id
      order by c.code, c.version desc limit 200`
    const paces = await tx.rows`
      select distinct on (kind) kind, days, reason, at from supervision.inspection_pace order by kind, at desc, id desc`
    return {
      availability: availability(
        [writeChecklist, setInspectionPace],
        { home: actor.homeDistrict },
        actor,
        at,
      ),
      items: rows.map((row) => ({
        ...row,
        availability: availability([decideChecklist], { ...row, decided: row.approved !== null }, actor, at),
      })),
      paces: inspectionKinds.map((kind) => ({
        kind,
        every: inspectionEvery[kind],
        set: paces.find((one) => (one as { kind: string }).kind === kind) ?? null,
      })),
    }
  },
})

/** Colleagues who may be put on a team of an office; who has a conflict is said when the plan is made. */
export const inspectors = query({
  path: 'inspectors',
  title: { zh: '可参加检查的人员', en: 'Who may inspect' },
  access: 'signed_in',
  duties: inspectDuties,
  params: Type.Object({ office: Type.Optional(Type.String({ pattern: '^[a-z]{2,20}$' })) }),
  result: Type.Object({ items: Items }),
  async run({ tx, district }, { office = district }) {
    const items = await tx.rows`
      select p.id, p.name, people.posts_of(p.id) as posts from kernel.person p
      where p.district = ${office} and (${district} = 'city' or p.district = ${district}) and (p.active_to is null or p.active_to > kernel.now()) order by p.name limit 500`
    return { items }
  },
})

export interface RankLine {
  office: string
  inspections: number
  score: string
  place: number
}

/** 区县排名: finished inspections only, by kind and year; offices with the same score share a place. */
export const inspectionRanking = query({
  path: 'inspections/ranking',
  title: { zh: '检查排名', en: 'Ranking' },
  access: 'signed_in',
  duties: inspectionReaders,
  params: Type.Object({
    kind: Type.Union(inspectionKinds.map((kind) => Type.Literal(kind))),
    year: Type.Optional(Type.String({ pattern: '^20\\d{2}$' })),
  }),
  result: Type.Object({ year: Type.Integer(), items: Items }),
  async run({ tx, at }, { kind, year }) {
    const of = Number(year ?? officeDate(at).year)
    const items = await tx.rows<RankLine>`
      select office, inspections, score::text, place from supervision.inspection_ranking(${kind}, ${of})`
    return { year: of, items }
  },
})
