import { App, Form, Input, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { archiveTexts } from './texts.ts'
import type { FileView, ScanPageRow, ScanRow } from './types.ts'

/** A scan, or one page of a longer one. */
type Row = ScanRow & { page: number | null }
const ofPage = (scan: ScanRow, page: ScanPageRow): Row => ({ ...scan, ...page, answer: null, fault: null })

/** How the scans of a file look, in figures; warnings with what was answered. */
export function Scans({ view }: { view: FileView }) {
  const t = useTexts(archiveTexts)
  const { number } = useFormats()
  const { message } = App.useApp()
  const [answering, setAnswering] = useState<ScanRow | null>(null)
  const measure = useAct<object, { measured: number; warnings: number; left: number }>(
    'archives.measureScans',
  )
  const file = view.file.number
  const run = () =>
    void measure.perform({ file }).then((outcome) => {
      if (!outcome.ok) return
      const { measured, warnings, left } = outcome.result
      const said = fill(t.measured, { measured: number(measured), warnings: number(warnings) })
      void message.success(left === 0 ? said : `${said}${fill(t.measureLeft, { left: number(left) })}`)
    })
  const figure = (value: number | null, per: number, unit: string) =>
    value === null ? '—' : `${number(value / per)}${unit}`
  const warned = (one: ScanRow) =>
    one.fault ? t.faults[one.fault] : one.flags.map((flag) => t.flags[flag]).join('、') || t.noWarning
  const rows = view.scans.flatMap((scan): Row[] => [
    { ...scan, page: null },
    ...view.scanPages
      .filter((page) => page.no === scan.no && page.flags.length > 0)
      .map((page) => ofPage(scan, page)),
  ])
  const named = (one: Row) => (one.page === null ? one.name : fill(t.ofPage, { page: number(one.page) }))
  const columns: TableColumnsType<Row> = [
    { title: t.item, key: 'no', width: 60, align: 'right', render: (_, one) => one.no },
    {
      title: t.title,
      key: 'name',
      width: 190,
      render: (_, one) =>
        one.page !== null ? (
          named(one)
        ) : (
          <a
            className="mb-custody-link"
            href={`/api/cases/${view.file.caseId}/files/${one.file}`}
            target="_blank"
            rel="noreferrer"
          >
            {one.name}
          </a>
        ),
    },
    {
      title: t.pagesSeen,
      key: 'pages',
      width: 70,
      align: 'right',
      render: (_, one) => (one.page === null ? `${one.seen ?? '—'} / ${one.pages}` : ''),
    },
    {
      title: t.size,
      key: 'size',
      width: 110,
      render: (_, one) => (one.width === null ? '—' : `${one.width} × ${one.height}`),
    },
    {
      title: t.brightness,
      key: 'light',
      width: 90,
      align: 'right',
      render: (_, one) => figure(one.brightness, 2.55, '%').replace(/\.\d+/, ''),
    },
    { title: t.ink, key: 'ink', width: 80, align: 'right', render: (_, one) => figure(one.ink, 10, '%') },
    { title: t.skew, key: 'skew', width: 80, align: 'right', render: (_, one) => figure(one.skew, 10, '°') },
    {
      title: t.warnings,
      key: 'flags',
      width: 130,
      render: (_, one) => (
        <span
          className={`mb-status mb-status-${one.flags.length === 0 ? 'green' : one.answer || one.page !== null ? 'grey' : 'amber'}`}
        >
          {warned(one)}
        </span>
      ),
    },
    {
      title: t.answer,
      key: 'answer',
      width: 240,
      render: (_, one) =>
        one.answer ? (
          <div className="mb-wrap">
            {one.answer}（{one.answeredBy}）
          </div>
        ) : (
          one.flags.length > 0 &&
          one.page === null && (
            <ActButton
              size="small"
              availability={view.availability['archives.answerScan']}
              onClick={() => setAnswering(one)}
            >
              {t.answerIt}
            </ActButton>
          )
        ),
    },
  ]
  const byEye = view.unmeasured.map((one) => one.name).join('、')
  return (
    <>
      {measure.refusal && <RefusalAlert refusal={measure.refusal} onClose={measure.clear} />}
      <DataTable<Row>
        title={t.scans}
        columns={columns}
        rows={rows}
        rowKey={(one) => `${one.no} ${one.page ?? ''}`}
        emptyLabel={t.scansEmpty}
        tools={
          <>
            <h2 className="mb-looks-heading">{t.scans}</h2>
            <ActButton
              availability={view.availability['archives.measureScans']}
              pending={measure.pending}
              onClick={run}
            >
              {t.measure}
            </ActButton>
          </>
        }
        csv={[
          { title: t.item, value: (one) => one.no },
          { title: t.title, value: named },
          { title: t.pagesSeen, value: (one) => (one.page === null ? one.seen : null) },
          { title: t.brightness, value: (one) => one.brightness },
          { title: t.ink, value: (one) => one.ink },
          { title: t.skew, value: (one) => one.skew },
          { title: t.warnings, value: warned },
          { title: t.answer, value: (one) => one.answer },
        ]}
      />
      <p className="mb-soft">
        {t.scansHint} {byEye && fill(t.notMeasured, { names: byEye })}
      </p>
      {answering && (
        <FormModal<{ answer: string }>
          title={`${t.answerIt} · ${answering.name}（${warned(answering)}）`}
          type="archives.answerScan"
          confirmed={false}
          done={t.answered}
          input={({ answer }) => ({ file, materialNo: answering.no, answer })}
          onClose={() => setAnswering(null)}
        >
          <Form.Item
            name="answer"
            label={t.answer}
            rules={[{ required: true, message: fill(t.needed, { field: t.answer }) }]}
          >
            <Input.TextArea rows={2} maxLength={300} />
          </Form.Item>
        </FormModal>
      )}
    </>
  )
}
