import { Type } from 'typebox'
import type { AnyAct } from '../../kernel/act.ts'
import { availability } from '../../kernel/perform.ts'
import { query } from '../../kernel/query.ts'
import { deadlineLevel } from '../../values/deadline.ts'
import { resubmitSurvey, reviewSurvey, submitSurvey, surveyStates } from './acts.ts'
import { type SurveyStatus, surveyReaders } from './rules.ts'
import { reviewTerm } from './term.ts'

interface Line {
  id: string
  unitCode: string
  location: string
  registeredArea: string
  state: SurveyStatus
  round: number
  dueAt: string
  submittedAt: string
  caseId: string | null
  caseNumber: string | null
  /** Its area is the registered one, so that a case may cite it. */
  sameArea: boolean
  cited: unknown[]
  rounds: unknown[]
}

/** Surveys of the office, newest first: of all units, of one, or only those under way. */
export const surveys = query({
  path: 'surveys',
  title: { zh: '权籍调查成果', en: 'Surveys' },
  access: 'signed_in',
  duties: surveyReaders,
  params: Type.Object({
    unit: Type.Optional(Type.String({ maxLength: 40 })),
    open: Type.Optional(Type.Literal('yes')),
    before: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })),
  }),
  result: Type.Object({
    items: Type.Array(Type.Unknown()),
    next: Type.Union([Type.String(), Type.Null()]),
    submit: Type.Unknown(),
    term: Type.Object({ workingDays: Type.Integer(), isOwnDefault: Type.Boolean() }),
  }),
  async run({ tx, actor, at, district, deps }, { unit, open, before }) {
    const rows = await tx.rows<Line>`
      select s.id, s.unit_code as "unitCode", u.location, u.area::text as "registeredArea", s.state, s.round, s.due_at as "dueAt",
        s.submitted_at as "submittedAt", c.id as "caseId", c.number as "caseNumber",
        (select r.area = u.area from cadastre.survey_result r where r.district = s.district and r.survey_id = s.id and r.round = s.round) as "sameArea",
        (select coalesce(jsonb_agg(jsonb_build_object('caseId', q.case_id, 'number', k.number, 'state', k.state, 'by', p.name, 'at', q.at, 'actId', q.act_id,
            'recordedAt', g.at, 'recordActId', g.act_id) order by q.at), '[]')
          from cases.survey_source q join cases.case k on k.district = q.district and k.id = q.case_id join kernel.person p on p.id = q.person_id
            left join cases.stage g on g.district = k.district and g.case_id = k.id and g.stage = 'recording' and g.carried_from is null
          where q.district = s.district and q.survey_id = s.id) as cited,
        (select jsonb_agg(jsonb_build_object('round', r.round, 'kind', r.kind, 'surveyedBy', r.surveyed_by, 'surveyedOn', r.surveyed_on,
            'area', r.area::text, 'innerArea', r.inner_area::text, 'sharedArea', r.shared_area::text, 'file', r.file, 'note', r.note,
            'by', p.name, 'at', r.at, 'actId', r.act_id, 'review', case when v.round is not null then jsonb_build_object('outcome', v.outcome,
              'problems', v.problems, 'opinion', v.opinion, 'by', q.name, 'at', v.at, 'actId', v.act_id) end) order by r.round)
          from cadastre.survey_result r join kernel.person p on p.id = r.person_id
            left join cadastre.survey_review v on v.district = r.district and v.survey_id = r.survey_id and v.round = r.round
            left join kernel.person q on q.id = v.person_id
          where r.district = s.district and r.survey_id = s.id) as rounds
      from cadastre.survey s join cadastre.unit u on u.district = s.district and u.code = s.unit_code
        left join lateral (select c.id, c.number from cases.case c where c.district = s.district and c.unit_code = s.unit_code
          and c.state in ('applied', 'in_progress', 'suspended') order by c.id desc limit 1) c on true
      where s.district = ${district} and (${unit ?? null}::text is null or s.unit_code = ${unit ?? null})
        and (${open ?? null}::text is null or s.state in ('submitted', 'returned'))
        and (${before ?? null}::uuid is null or s.id < ${before ?? null}::uuid)
      order by s.id desc limit 31`
    const shown = rows.slice(0, 30)
    const states = await surveyStates(
      tx,
      shown.map((row) => row.id),
    )
    return {
      items: shown.map((row, i) => ({
        ...row,
        dueLevel:
          row.state === 'submitted'
            ? deadlineLevel(Temporal.Instant.from(row.dueAt), at, deps.calendar)
            : null,
        availability: availability([resubmitSurvey, reviewSurvey], states[i]!, actor, at),
      })),
      next: rows.length > 30 ? shown.at(-1)!.id : null,
      term: reviewTerm,
      submit: availability([{ ...submitSurvey, guards: [] } as AnyAct], null, actor, at)[submitSurvey.type],
    }
  },
})
