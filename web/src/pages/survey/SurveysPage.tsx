import { Link } from '@tanstack/react-router'
import { Checkbox, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { surveyKinds } from '../../../../server/src/cadastre/survey/rules.ts'
import { asTable, useList } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { DueTag } from '../../ui/DueTag.tsx'
import '../access/access.css'
import { ResubmitSurvey, SubmitSurvey } from './ResultForm.tsx'
import { ReviewSurvey } from './ReviewForm.tsx'
import { Handled, Measured, SurveyState } from './Rounds.tsx'
import './survey.css'
import { surveyTexts } from './texts.ts'
import type { SurveyLine, SurveyPage } from './types.ts'
import { Cited } from './UnitSurveys.tsx'

/** 权籍调查成果: submitted by one, reviewed by another, before a case that rests on them is accepted by a third. */
export function SurveysPage() {
  const t = useTexts(surveyTexts)
  const [open, setOpen] = useState(false)
  const list = useList<SurveyLine, SurveyPage>('surveys', open ? { open: 'yes' } : {}, 'before')
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>
          {t.hint} {list.first?.term && fill(t.term, { days: list.first.term.workingDays })}
        </p>
      </div>
      <Surveys list={list} open={open} onOpen={setOpen} />
      {list.first?.submit?.enabled && <SubmitSurvey availability={list.first.submit} />}
    </>
  )
}

interface SurveysProps {
  list: ReturnType<typeof useList<SurveyLine, SurveyPage>>
  open: boolean
  onOpen: (open: boolean) => void
}

function Surveys({ list, open, onOpen }: SurveysProps) {
  const t = useTexts(surveyTexts)
  const pick = usePick()
  const { area } = useFormats()
  const [doing, setDoing] = useState<{ line: SurveyLine; what: 'review' | 'resubmit' } | null>(null)
  const columns: TableColumnsType<SurveyLine> = [
    { title: t.unit, key: 'unit', width: 240, render: (_, line) => <Unit line={line} /> },
    { title: t.result, key: 'result', width: 210, render: (_, line) => <Measured line={line} /> },
    {
      title: t.people,
      key: 'people',
      width: 250,
      render: (_, line) => (
        <>
          <Handled line={line} />
          <Cited line={line} here={null} />
        </>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 170,
      render: (_, line) => (
        <>
          <SurveyState line={line} />
          {line.dueLevel && (
            <div className="mb-survey-due">
              <DueTag level={line.dueLevel} dueAt={line.dueAt} />
            </div>
          )}
        </>
      ),
    },
    {
      title: '',
      key: 'acts',
      width: 150,
      render: (_, line) =>
        line.state === 'submitted' ? (
          <ActButton
            type="primary"
            size="small"
            availability={line.availability['survey.review']}
            onClick={() => setDoing({ line, what: 'review' })}
          >
            {t.review}
          </ActButton>
        ) : line.state === 'returned' ? (
          <ActButton
            size="small"
            availability={line.availability['survey.resubmit']}
            onClick={() => setDoing({ line, what: 'resubmit' })}
          >
            {t.resubmit}
          </ActButton>
        ) : null,
    },
  ]
  const last = (line: SurveyLine) => line.rounds.at(-1)!
  return (
    <>
      <DataTable<SurveyLine>
        title={t.list}
        columns={columns}
        {...asTable(list)}
        rowKey={(line) => line.id}
        emptyLabel={t.empty}
        tools={
          <Checkbox checked={open} onChange={(event) => onOpen(event.target.checked)}>
            {t.onlyOpen}
          </Checkbox>
        }
        csv={[
          { title: t.unitCode, value: (line) => line.unitCode },
          { title: t.kind, value: (line) => pick(surveyKinds[last(line).kind]) },
          { title: t.area, value: (line) => area(last(line).area) },
          { title: t.surveyedBy, value: (line) => last(line).surveyedBy },
          { title: t.people, value: (line) => [last(line).by, last(line).review?.by ?? ''].join('、') },
          { title: t.state, value: (line) => t.states[line.state] },
        ]}
      />
      {doing?.what === 'review' && <ReviewSurvey line={doing.line} onClose={() => setDoing(null)} />}
      {doing?.what === 'resubmit' && <ResubmitSurvey line={doing.line} onClose={() => setDoing(null)} />}
    </>
  )
}

function Unit({ line }: { line: SurveyLine }) {
  const t = useTexts(surveyTexts)
  const { area } = useFormats()
  return (
    <div className="mb-wrap">
      <span className="mb-code">{line.unitCode}</span>
      <div>{line.location}</div>
      <div className="mb-soft">{fill(t.registered, { area: area(line.registeredArea) })}</div>
      {line.caseId && (
        <Link to="/cases/$caseId" params={{ caseId: line.caseId }}>
          {fill(t.openCase, { number: line.caseNumber ?? t.notAccepted })}
        </Link>
      )}
    </div>
  )
}
