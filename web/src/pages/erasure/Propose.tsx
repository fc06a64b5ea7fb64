import { useNavigate, useSearch } from '@tanstack/react-router'
import { Alert, Form, Input } from 'antd'
import { useState } from 'react'
import { officeById } from '../../../../server/src/values/districts.ts'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { erasureTexts } from './texts.ts'
import type { Erasable, KeptAct } from './types.ts'

const isActId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** Looks at one act, named in the address so that other pages can lead here, and proposes that its content go. */
export function Propose() {
  const t = useTexts(erasureTexts)
  const navigate = useNavigate()
  const { act } = useSearch({ from: '/inside/erasures' })
  const [typed, setTyped] = useState<string | null>(null)
  const look = (text: string) => {
    const id = text.trim().toLowerCase()
    setTyped(id)
    if (isActId(id)) void navigate({ to: '/erasures', search: { act: id }, replace: true })
  }
  const wrong = typed !== null && typed !== '' && !isActId(typed)
  return (
    <section className="mb-panel" aria-label={t.propose}>
      <h2>{t.propose}</h2>
      <p className="mb-soft">{t.proposeHint}</p>
      <Input.Search
        key={`asked ${act ?? ''}`}
        aria-label={t.actId}
        placeholder={t.actId}
        defaultValue={act ?? ''}
        enterButton={t.look}
        maxLength={40}
        status={wrong ? 'error' : ''}
        onSearch={look}
      />
      {wrong && (
        <p role="alert" className="mb-field-problem">
          {t.actIdWrong}
        </p>
      )}
      {act && isActId(act) && <OneAct key={act} id={act} />}
    </section>
  )
}

function OneAct({ id }: { id: string }) {
  const t = useTexts(erasureTexts)
  const found = useApi<Erasable>(`erasures/acts/${id}`)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.propose} />
  return <Found found={found.data} />
}

function Found({ found }: { found: Erasable }) {
  const t = useTexts(erasureTexts)
  const act = useAct<{ district: string; ofAct: string; reason: string }, { erasureId: string }>(
    'evidence.proposeErasure',
  )
  const [form] = Form.useForm<{ reason: string }>()
  const [sent, setSent] = useState(false)
  const send = async ({ reason }: { reason: string }) => {
    const outcome = await act.perform({ district: found.district, ofAct: found.ofAct, reason })
    if (outcome.ok) setSent(true)
  }
  return (
    <>
      <ActWords act={found} />
      <FieldNames goes={found.goes} stays={found.stays} />
      {sent ? (
        <Alert type="success" showIcon role="status" title={t.proposed} />
      ) : (
        <EntryForm<{ reason: string }>
          form={form}
          onSubmit={(wish) => void send(wish)}
          refusal={act.refusal}
          onRefusalClose={act.clear}
          disabled={!found.propose.enabled}
        >
          <Form.Item
            name="reason"
            label={t.reason}
            rules={[{ required: true, whitespace: true, message: t.reasonMissing }]}
          >
            <Input.TextArea rows={2} maxLength={1000} placeholder={t.reasonPlaceholder} />
          </Form.Item>
          <ActButton
            type="primary"
            availability={found.propose}
            pending={act.pending}
            onClick={() => form.submit()}
          >
            {t.send}
          </ActButton>
        </EntryForm>
      )}
    </>
  )
}

/** Which act it is, and until when what it recorded is kept. */
export function ActWords({ act }: { act: KeptAct }) {
  const t = useTexts(erasureTexts)
  const pick = usePick()
  const { date, dateTime } = useFormats()
  return (
    <Facts
      items={[
        [t.kind, pick(act.title)],
        [t.at, dateTime(act.at)],
        [t.office, pick(officeById(act.district)?.name ?? { zh: act.district, en: act.district })],
        [t.keptUntil, act.keptUntil === null ? t.keptForEver : date(act.keptUntil)],
      ]}
    />
  )
}

/** The names of the fields that go and of those that stay. */
export function FieldNames({ goes, stays }: Pick<Erasable, 'goes' | 'stays'>) {
  const t = useTexts(erasureTexts)
  if (goes.length === 0) return <p className="mb-soft">{t.noneLeft}</p>
  return (
    <>
      <p>{fill(t.fieldsGo, { count: goes.length })}</p>
      <p className="mb-code mb-erasure-fields">{goes.join('  ')}</p>
      {stays.length > 0 && (
        <>
          <p>{fill(t.fieldsStay, { count: stays.length })}</p>
          <p className="mb-code mb-erasure-fields">{stays.join('  ')}</p>
        </>
      )}
    </>
  )
}
