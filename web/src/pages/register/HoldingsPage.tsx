import { SearchOutlined } from '@ant-design/icons'
import { Link, useRouter } from '@tanstack/react-router'
import { Button, Form, Input, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { formatUnitCode } from '../../../../server/src/values/unitCode.ts'
import { useSession } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { IdNumberInput } from '../../forms/IdNumberInput.tsx'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { dutyRefusal, holdingsDuties } from './access.ts'
import { idNumberTrouble } from './idNumberTrouble.ts'
import { purposes, serves } from './PurposeForm.tsx'
import './register.css'
import { registerTexts } from './texts.ts'
import type { Holding, Purpose } from './types.ts'
import { maskedId } from './view.ts'

interface Question {
  idNumber: string
  purpose: Purpose
  basis: string
}

interface Answer {
  question: Question
  at: string
  holdings: Holding[]
}

/** The server lists at most this many. */
const holdingsMax = 200

// A look changes nothing, so no list needs asking again.
const nothing: never[] = []

/** What a person holds in this office, by full identity number: for the few who may ask, every question recorded. */
export function HoldingsPage() {
  const t = useTexts(registerTexts)
  const session = useSession().data
  const refusal = dutyRefusal(session?.duties ?? [], holdingsDuties, {
    zh: registerTexts.zh.noHoldingsDuty,
    en: registerTexts.en.noHoldingsDuty,
  })
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.holdings}</h1>
        <p>{t.holdingsHint}</p>
      </div>
      {refusal ? <ErrorState refusal={refusal} /> : <Ask />}
    </>
  )
}

function Ask() {
  const t = useTexts(registerTexts)
  const look = useAct<Question, { holdings: Holding[] }>('register.holdings', { refresh: nothing })
  const duties = useSession().data?.duties ?? []
  const [form] = Form.useForm<Question>()
  const [answer, setAnswer] = useState<Answer | null>(null)
  const ask = async (question: Question) => {
    setAnswer(null)
    const outcome = await look.perform(question)
    if (outcome.ok) setAnswer({ question, at: new Date().toISOString(), holdings: outcome.result.holdings })
  }
  const clear = () => {
    setAnswer(null)
    form.resetFields()
  }
  return (
    <>
      <section className="mb-panel mb-holdings">
        <p className="mb-soft">
          {t.holdingsWhy} <ClauseTag clause="4.3" /> <ClauseTag clause="6.7" />
        </p>
        <EntryForm<Question>
          form={form}
          className="mb-holdings-form"
          onSubmit={(question) => void ask(question)}
          refusal={look.refusal}
          onRefusalClose={look.clear}
        >
          <Form.Item
            name="idNumber"
            label={t.idNumber}
            rules={[{ required: true, min: 15, message: t.idMissing }]}
          >
            <IdNumberInput check={idNumberTrouble} />
          </Form.Item>
          <Form.Item name="purpose" label={t.purpose} rules={[{ required: true, message: t.purposeMissing }]}>
            <Select<Purpose>
              options={purposes
                .filter((purpose) => serves(duties, purpose))
                .map((purpose) => ({ value: purpose, label: t.purposes[purpose] }))}
            />
          </Form.Item>
          <Form.Item
            name="basis"
            label={t.basis}
            className="mb-holdings-basis"
            rules={[{ required: true, whitespace: true, min: 2, message: t.basisMissing }]}
          >
            <Input maxLength={200} autoComplete="off" placeholder={t.basisPlaceholder} />
          </Form.Item>
          <div className="mb-holdings-buttons">
            <Button
              type="primary"
              htmlType="submit"
              icon={<SearchOutlined aria-hidden />}
              loading={look.pending}
            >
              {t.query}
            </Button>
            {answer && <Button onClick={clear}>{t.clear}</Button>}
          </div>
        </EntryForm>
      </section>
      {answer && <Found answer={answer} />}
    </>
  )
}

function Found({ answer }: { answer: Answer }) {
  const t = useTexts(registerTexts)
  const formats = useFormats()
  const router = useRouter()
  const columns: TableColumnsType<Holding> = [
    {
      title: t.unitCode,
      key: 'code',
      width: 290,
      render: (_, one) => (
        <Link to="/register/$unitCode" params={{ unitCode: one.unitCode }} className="mb-code">
          {formatUnitCode(one.unitCode)}
        </Link>
      ),
    },
    {
      title: t.location,
      key: 'location',
      render: (_, one) => <span className="mb-where">{one.location}</span>,
    },
    { title: t.heldAs, key: 'kind', width: 140, render: (_, one) => t.kinds[one.kind] },
    { title: t.area, key: 'area', width: 140, align: 'right', render: (_, one) => formats.area(one.area) },
  ]
  const csv: CsvColumn<Holding>[] = [
    { title: t.unitCode, value: (one) => one.unitCode },
    { title: t.location, value: (one) => one.location },
    { title: t.heldAs, value: (one) => t.kinds[one.kind] },
    { title: t.area, value: (one) => Number(one.area) },
  ]
  const title = fill(t.holdingsOf, { id: maskedId(answer.question.idNumber) })
  return (
    <DataTable<Holding>
      title={title}
      columns={columns}
      rows={answer.holdings}
      rowKey={(one) => String(answer.holdings.indexOf(one))}
      onOpen={(one) => router.history.push(`/register/${one.unitCode}`)}
      emptyLabel={t.noHoldings}
      csv={csv}
      tools={
        <>
          <h2 className="mb-register-heading">{title}</h2>
          <span className="mb-soft mb-wrap">
            {fill(t.holdingsAt, { time: formats.dateTime(answer.at), basis: answer.question.basis })}
            {answer.holdings.length >= holdingsMax && ` ${fill(t.holdingsLimit, { count: holdingsMax })}`}
          </span>
        </>
      }
    />
  )
}
