import { Form, Input, Radio, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { placeLabel } from '../../../../server/src/custody/archives/rules.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { ActBy, ActProof } from '../custody/words.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { readScan } from './scan.ts'
import { archiveTexts } from './texts.ts'
import type { FileDifferenceRow, StocktakeRow } from './types.ts'
import { FileNo } from './words.tsx'

/** Numbers of files as a scanner types them, one a line; what names no file stays as it is and is refused with its line. */
const filesOf = (text: string): string[] =>
  text
    .split(/[\n,，;；]/)
    .map(readScan)
    .flatMap((one) =>
      one === null ? [] : [one.kind === 'file' ? one.number : Object.values(one).slice(1).join('-')],
    )

/** One box: every file in it is scanned, one after the other, and nothing says what should be there. */
export function CountBox({
  label,
  countId,
  again,
  onClose,
}: {
  label: string
  countId: string
  again: boolean
  onClose: () => void
}) {
  const t = useTexts(archiveTexts)
  const { number } = useFormats()
  const [count, setCount] = useState(0)
  return (
    <FormModal<{ files?: string }>
      title={`${again ? t.countAgain : t.count} · ${label}`}
      hint={t.countBoxHint}
      type={again ? 'archives.recountBox' : 'archives.submitBox'}
      confirmed={false}
      done={({ state }) => t.boxDone[state as keyof typeof t.boxDone]}
      input={({ files = '' }) => ({ countId, files: filesOf(files) })}
      onClose={onClose}
    >
      <Form.Item name="files" label={fill(t.filesScanned, { count: number(count) })}>
        <Input.TextArea
          rows={8}
          autoFocus
          className="mb-code mb-archive-scanned"
          onChange={(event) => setCount(filesOf(event.target.value).length)}
        />
      </Form.Item>
    </FormModal>
  )
}

/** Files that differed, the open ones first. */
export function Differences({ rows }: { rows: FileDifferenceRow[] }) {
  const t = useTexts(archiveTexts)
  const { dateTime } = useFormats()
  const [explaining, setExplaining] = useState<FileDifferenceRow | null>(null)
  const columns: TableColumnsType<FileDifferenceRow> = [
    { title: t.number, key: 'file', width: 230, render: (_, one) => <FileNo number={one.file} /> },
    { title: t.box, key: 'box', width: 110, render: (_, one) => placeLabel(one.place) },
    {
      title: t.state,
      key: 'side',
      width: 170,
      render: (_, one) => (
        <span className={`mb-status mb-status-${one.outcome ? 'grey' : 'red'}`}>{t.sides[one.side]}</span>
      ),
    },
    {
      title: t.at,
      key: 'at',
      width: 150,
      render: (_, one) => <ActProof actId={one.actId}>{dateTime(one.at)}</ActProof>,
    },
    {
      title: t.outcome,
      key: 'outcome',
      width: 320,
      render: (_, one) =>
        one.outcome ? (
          <div className="mb-wrap">
            {t.outcomes[one.outcome]}：{one.explanation}（{one.explainedBy}）
          </div>
        ) : (
          <ActButton
            size="small"
            availability={one.availability['archives.explainFile']}
            onClick={() => setExplaining(one)}
          >
            {t.explain}
          </ActButton>
        ),
    },
  ]
  return (
    <>
      <DataTable<FileDifferenceRow>
        title={t.differences}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.id}
        emptyLabel={t.differencesEmpty}
        tools={<h2 className="mb-looks-heading">{t.differences}</h2>}
        csv={[
          { title: t.number, value: (one) => one.file },
          { title: t.box, value: (one) => placeLabel(one.place) },
          { title: t.state, value: (one) => t.sides[one.side] },
          { title: t.at, value: (one) => dateTime(one.at) },
          { title: t.outcome, value: (one) => one.outcome && t.outcomes[one.outcome] },
          { title: t.explanation, value: (one) => one.explanation },
        ]}
      />
      {explaining && <Explain of={explaining} onClose={() => setExplaining(null)} />}
    </>
  )
}

function Explain({ of, onClose }: { of: FileDifferenceRow; onClose: () => void }) {
  const t = useTexts(archiveTexts)
  const outcomes = of.side === 'surplus' ? (['explained'] as const) : (['found', 'lost'] as const)
  return (
    <FormModal<{ outcome: string; explanation: string }>
      title={`${t.explain} · ${of.file}`}
      hint={t.explainHint}
      type="archives.explainFile"
      done={t.explained}
      initial={{ outcome: outcomes[0] }}
      input={({ outcome, explanation }) => ({ differenceId: of.id, outcome, explanation })}
      onClose={onClose}
    >
      <Form.Item name="outcome" label={t.outcome}>
        <Radio.Group options={outcomes.map((value) => ({ value, label: t.outcomes[value] }))} />
      </Form.Item>
      <Form.Item
        name="explanation"
        label={t.explanation}
        rules={[{ required: true, message: fill(t.needed, { field: t.explanation }) }]}
      >
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
    </FormModal>
  )
}

export function PastStocktakes({ rows }: { rows: StocktakeRow[] }) {
  const t = useTexts(archiveTexts)
  const { number, dateTime } = useFormats()
  const columns: TableColumnsType<StocktakeRow> = [
    { title: t.room, key: 'room', width: 80, render: (_, one) => one.room },
    {
      title: t.begun,
      key: 'begun',
      width: 180,
      render: (_, one) => <ActBy who={one.by} actId={one.actId} at={one.at} />,
    },
    {
      title: t.over,
      key: 'over',
      width: 180,
      render: (_, one) => <ActBy who={one.closedBy!} actId={one.closedIn!} at={one.closedAt!} />,
    },
    { title: t.boxes, key: 'boxes', width: 90, align: 'right', render: (_, one) => number(one.boxes) },
    {
      title: t.differences,
      key: 'differences',
      width: 120,
      align: 'right',
      render: (_, one) => number(one.differences),
    },
  ]
  return (
    <DataTable<StocktakeRow>
      title={t.pastStocktakes}
      columns={columns}
      rows={rows}
      rowKey={(one) => one.id}
      emptyLabel={t.pastEmpty}
      tools={<h2 className="mb-looks-heading">{t.pastStocktakes}</h2>}
      csv={[
        { title: t.room, value: (one) => one.room },
        { title: t.begun, value: (one) => dateTime(one.at) },
        { title: t.over, value: (one) => one.closedAt && dateTime(one.closedAt) },
        { title: t.boxes, value: (one) => one.boxes },
        { title: t.differences, value: (one) => one.differences },
      ]}
    />
  )
}
