import { getRouteApi, Link } from '@tanstack/react-router'
import { App, Button, Checkbox, Input, InputNumber, Radio, Segmented } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { type StoredFile, uploadFile } from '../../api/upload.ts'
import { useAct } from '../../api/useAct.ts'
import { FileDrop } from '../../forms/FileDrop.tsx'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { useWords } from '../access/words.tsx'
import './inspections.css'
import { inspectionTexts } from './texts.ts'
import type { ChecklistItem, InspectionDetail, MyScore } from './types.ts'
import { useKind } from './words.tsx'

const route = getRouteApi('/inside/inspections/$id/form')

/** 检查评分: item by item, each saved as it is given, in a column that fits a telephone. */
export function ScorePage() {
  const { id } = route.useParams()
  const t = useTexts(inspectionTexts)
  const found = useApi<InspectionDetail>(`inspections/${id}`)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.formTitle} />
  return <ScoreForm inspection={found.data} />
}

function ScoreForm({ inspection }: { inspection: InspectionDetail }) {
  const t = useTexts(inspectionTexts)
  const words = useWords()
  const kindName = useKind()
  const { modal, message } = App.useApp()
  const [sheet, setSheet] = useState(inspection.sheets[0]?.no ?? 1)
  const submit = useAct<object, object>('inspection.submit')
  const open = inspection.availability['inspection.score']?.enabled === true
  const of = { district: inspection.district, inspectionId: inspection.id }
  const handIn = () =>
    modal.confirm({
      title: t.submit,
      content: t.confirmSubmit,
      okText: t.submit,
      cancelText: t.cancel,
      onOk: async () => {
        const outcome = await submit.perform(of)
        if (outcome.ok) void message.success(t.submitted)
      },
    })
  return (
    <div className="mb-score-form">
      <div className="mb-page-head">
        <h1>
          {words.office(inspection.inspected)} · {kindName(inspection.kind)}
        </h1>
        <p>
          <Link to="/inspections/mine">{t.mineTitle}</Link>
        </p>
      </div>
      {inspection.sheets.length > 1 && (
        <Segmented
          aria-label={t.file}
          value={sheet}
          onChange={setSheet}
          options={inspection.sheets.map(({ no }) => ({ value: no, label: `${t.file} ${no}` }))}
          style={{ marginBottom: 12, maxWidth: '100%', overflowX: 'auto' }}
        />
      )}
      <p className="mb-soft">{inspection.sheets.find(({ no }) => no === sheet)?.number}</p>
      {inspection.items.map((item) => (
        <ItemCard
          key={`${sheet} ${item.no}`}
          inspection={inspection}
          item={item}
          sheet={sheet}
          had={inspection.mine.find((one) => one.sheet === sheet && one.item === item.no)}
          open={open}
        />
      ))}
      {submit.refusal && <RefusalAlert refusal={submit.refusal} onClose={submit.clear} />}
      <div className="mb-score-bar">
        <ActButton
          type="primary"
          size="large"
          availability={inspection.availability['inspection.submit']}
          pending={submit.pending}
          onClick={handIn}
        >
          {t.submit}
        </ActButton>
        <span className="mb-soft">{fill(t.submitHint, { n: inspection.left ?? 0 })}</span>
      </div>
    </div>
  )
}

interface ItemProps {
  inspection: InspectionDetail
  item: ChecklistItem
  sheet: number
  had: MyScore | undefined
  open: boolean
}

type Draft = Pick<MyScore, 'points' | 'photos'> & { note: string }

/** One item. What is given is saved at once, a note when it is left, so that a cut connection loses one item at most. */
function ItemCard({ inspection, item, sheet, had, open }: ItemProps) {
  const t = useTexts(inspectionTexts)
  const pick = usePick()
  const [draft, setDraft] = useState<Draft>({
    points: had?.points ?? null,
    photos: had?.photos ?? [],
    note: had?.note ?? '',
  })
  const [given, setGiven] = useState(had !== undefined)
  const [dirty, setDirty] = useState(false)
  const [photos, setPhotos] = useState(false)
  const save = useAct<object, object>('inspection.score')
  const change = (part: Partial<Draft>, now = true) => {
    const next = { ...draft, ...part }
    setDraft(next)
    setGiven(true)
    setDirty(true)
    if (now) void send(next)
  }
  const send = async (next: Draft) => {
    const note = next.note.trim()
    const outcome = await save.perform({
      district: inspection.district,
      inspectionId: inspection.id,
      scores: [
        {
          sheet,
          item: item.no,
          points: next.points,
          photos: next.photos,
          ...(note.length > 1 ? { note } : {}),
        },
      ],
    })
    if (outcome.ok) setDirty(false)
  }
  const applies = !given || draft.points !== null
  const state = save.pending ? t.saving : dirty ? t.unsaved : given ? t.saved : ''
  return (
    <section className="mb-score mb-panel">
      <fieldset disabled={!open}>
        <legend>
          {item.no}. {item.wording} <span className="mb-clause">{item.clause}</span>
        </legend>
        <div className="mb-score-points">
          {item.scoring === 'yes_no' ? (
            <Radio.Group
              value={given ? draft.points : undefined}
              disabled={!open}
              onChange={(event) =>
                change(
                  { points: event.target.value as number },
                  !needsNote(item, event.target.value, draft.note),
                )
              }
              optionType="button"
              size="large"
              options={[
                { value: 1, label: t.yes },
                { value: 0, label: t.no },
              ]}
            />
          ) : (
            <InputNumber
              aria-label={t.points}
              size="large"
              min={0}
              max={item.most}
              precision={0}
              value={draft.points}
              disabled={!open || !applies}
              onChange={(value) => change({ points: value }, false)}
              onBlur={() =>
                dirty &&
                draft.points !== null &&
                !needsNote(item, draft.points, draft.note) &&
                void send(draft)
              }
            />
          )}
          <span className="mb-soft">{fill(t.most, { most: item.most, pass: item.pass })}</span>
          <Checkbox
            checked={!applies}
            disabled={!open}
            onChange={(event) =>
              event.target.checked
                ? change({ points: null }, !needsNote(item, null, draft.note))
                : change({ points: item.most })
            }
          >
            {t.notApplicable}
          </Checkbox>
        </div>
        <Input.TextArea
          aria-label={t.note}
          placeholder={t.note}
          rows={2}
          maxLength={1000}
          value={draft.note}
          disabled={!open}
          onChange={(event) => {
            // A note alone gives no points, and so does not say that the item does not apply.
            setDraft({ ...draft, note: event.target.value })
            setDirty(true)
          }}
          onBlur={() => dirty && given && void send(draft)}
        />
        <div className="mb-score-foot">
          <span>
            {draft.photos.map((file, i) => (
              <a
                key={file}
                href={`/api/inspections/${inspection.id}/files/${file}`}
                target="_blank"
                rel="noreferrer"
              >
                {fill(t.photo, { n: i + 1 })}{' '}
              </a>
            ))}
            {open && !photos && (
              <Button size="small" onClick={() => setPhotos(true)}>
                {t.addPhotos}
              </Button>
            )}
          </span>
          <span className="mb-soft" role="status">
            {state}
          </span>
        </div>
        {photos && (
          <FileDrop<StoredFile>
            label={t.addPhotos}
            accept={['png', 'jpeg']}
            bytesMax={20 * 1024 * 1024}
            upload={uploadFile}
            onStored={({ file }) => change({ photos: [...new Set([...draft.photos, file])] })}
          />
        )}
        {save.refusal && (
          <p role="alert">
            {fill(t.notSaved, { why: pick(save.refusal.fields?.[0]?.message ?? save.refusal.message) })}
          </p>
        )}
      </fieldset>
    </section>
  )
}

/** A fault is not sent before it is described, nor what does not apply before it says why. */
const needsNote = (item: ChecklistItem, points: number | null, note: string): boolean =>
  (points === null || points < item.pass) && note.trim().length < 2
