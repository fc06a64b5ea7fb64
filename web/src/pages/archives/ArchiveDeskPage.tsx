import { App, Form, InputNumber, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import '../custody/custody.css'
import { ActBy } from '../custody/words.tsx'
import { FormModal } from '../people/FormModal.tsx'
import '../people/people.css'
import './archives.css'
import { Loans } from './Loans.tsx'
import { archiveTexts } from './texts.ts'
import type { Desk, LyingRow, OfferedRow } from './types.ts'
import { WithoutFile } from './WithoutFile.tsx'
import { ArchiveScan, FileNo } from './words.tsx'

/** The desk of the archive: files in my hands, on their way to the room and to their shelf, and every loan under way. */
export function ArchiveDeskPage() {
  const t = useTexts(archiveTexts)
  const { number } = useFormats()
  const [setting, setSetting] = useState(false)
  const asked = useApi<Desk>('archives/desk')
  const refused = asRefused(asked.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} fullPage />
  const desk = asked.data
  if (!desk) return <LoadingState label={t.loading} fullPage />
  return (
    <>
      <div className="mb-page-head">
        <div className="mb-custody-head">
          <div>
            <h1>{t.desk}</h1>
            <p>{t.deskHint}</p>
          </div>
          <ArchiveScan />
        </div>
      </div>
      <div className="mb-person-section">
        <Loans rows={desk.loans} title={t.loans} />
      </div>
      <div className="mb-person-section">
        <Lying title={t.mine} rows={desk.mine} empty={t.mineEmpty} />
      </div>
      <div className="mb-person-section">
        <Offered rows={desk.offered} />
      </div>
      <div className="mb-person-section">
        <Lying title={t.unshelved} rows={desk.unshelved} empty={t.unshelvedEmpty} />
      </div>
      {desk.missing.length > 0 && (
        <div className="mb-person-section">
          <Lying title={t.missing} rows={desk.missing} empty="" />
        </div>
      )}
      <WithoutFile />
      <p className="mb-archive-actions">
        <span>
          {fill(t.periodsSaid, {
            loan: number(desk.loanDays),
            inspection: number(desk.inspectionDays),
          })}
        </span>
        <ActButton
          size="small"
          className="mb-screen-only"
          availability={desk.availability['archives.setPeriods']}
          onClick={() => setSetting(true)}
        >
          {t.periods}
        </ActButton>
      </p>
      {setting && <Periods desk={desk} onClose={() => setSetting(false)} />}
    </>
  )
}

/** Files that lie at one place, and what keeps them there. */
function Lying({ title, rows, empty }: { title: string; rows: LyingRow[]; empty: string }) {
  const t = useTexts(archiveTexts)
  const { number, dateTime } = useFormats()
  const stateOf = (one: LyingRow) =>
    one.lent
      ? t.lent
      : one.offered
        ? t.isOffered
        : one.bound
          ? t.bound
          : one.checked
            ? t.checked
            : t.unchecked
  const inRoom = title === t.unshelved || title === t.missing
  const columns: TableColumnsType<LyingRow> = [
    { title: t.number, key: 'number', width: 230, render: (_, one) => <FileNo number={one.number} /> },
    { title: t.case, key: 'case', width: 200, render: (_, one) => one.caseNumber },
    { title: t.pages, key: 'pages', width: 80, align: 'right', render: (_, one) => number(one.pages) },
    { title: t.term, key: 'term', width: 100, render: (_, one) => t.terms[one.term] },
    {
      title: t.filed,
      key: 'filed',
      width: 160,
      render: (_, one) => <ActBy who={one.filedBy} actId={one.actId} at={one.at} />,
    },
    ...(inRoom
      ? []
      : [{ title: t.state, key: 'state', width: 200, render: (_: unknown, one: LyingRow) => stateOf(one) }]),
  ]
  return (
    <DataTable<LyingRow>
      title={title}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.number}
      emptyLabel={empty}
      tools={<h2 className="mb-looks-heading">{title}</h2>}
      csv={[
        { title: t.number, value: (one) => one.number },
        { title: t.case, value: (one) => one.caseNumber },
        { title: t.pages, value: (one) => one.pages },
        { title: t.term, value: (one) => t.terms[one.term] },
        { title: t.filedBy, value: (one) => one.filedBy },
        { title: t.filed, value: (one) => dateTime(one.at) },
      ]}
    />
  )
}

/** 移交清单: what waits for the room's signature. It is printed and goes with the files. */
function Offered({ rows }: { rows: OfferedRow[] }) {
  const t = useTexts(archiveTexts)
  const { number, dateTime } = useFormats()
  const columns: TableColumnsType<OfferedRow> = [
    { title: t.number, key: 'number', width: 230, render: (_, one) => <FileNo number={one.number} /> },
    { title: t.pages, key: 'pages', width: 80, align: 'right', render: (_, one) => number(one.pages) },
    { title: t.term, key: 'term', width: 100, render: (_, one) => t.terms[one.term] },
    {
      title: t.giver,
      key: 'giver',
      width: 180,
      render: (_, one) => <ActBy who={one.giver} actId={one.actId} at={one.at} />,
    },
    { title: t.actions, key: 'acts', width: 200, render: (_, one) => <Receive of={one} /> },
  ]
  return (
    <DataTable<OfferedRow>
      title={t.offered}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.number}
      emptyLabel={t.offeredEmpty}
      tools={<h2 className="mb-looks-heading">{t.offered}</h2>}
      csv={[
        { title: t.number, value: (one) => one.number },
        { title: t.pages, value: (one) => one.pages },
        { title: t.term, value: (one) => t.terms[one.term] },
        { title: t.giver, value: (one) => one.giver },
        { title: t.at, value: (one) => dateTime(one.at) },
      ]}
    />
  )
}

function Receive({ of }: { of: OfferedRow }) {
  const t = useTexts(archiveTexts)
  const { message } = App.useApp()
  const act = useAct<object, unknown>('archives.takeFile')
  const take = () =>
    void act.perform({ file: of.number }).then((outcome) => {
      if (outcome.ok) void message.success(t.taken)
    })
  return (
    <>
      <ActButton
        size="small"
        type="primary"
        availability={of.availability['archives.takeFile']}
        pending={act.pending}
        onClick={take}
      >
        {t.take}
      </ActButton>
      {act.refusal && <RefusalAlert refusal={act.refusal} onClose={act.clear} />}
    </>
  )
}

function Periods({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const t = useTexts(archiveTexts)
  const field = (name: 'loanDays' | 'inspectionDays', max: number) => (
    <Form.Item
      name={name}
      label={t[name]}
      rules={[{ required: true, message: fill(t.needed, { field: t[name] }) }]}
    >
      <InputNumber min={1} max={max} precision={0} />
    </Form.Item>
  )
  return (
    <FormModal<{ loanDays: number; inspectionDays: number }>
      title={t.periods}
      type="archives.setPeriods"
      confirmed={false}
      done={t.saved}
      initial={{ loanDays: desk.loanDays, inspectionDays: desk.inspectionDays }}
      input={(values) => values}
      onClose={onClose}
    >
      {field('loanDays', 30)}
      {field('inspectionDays', 92)}
    </FormModal>
  )
}
