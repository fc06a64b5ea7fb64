import { DownloadOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, DatePicker, Form, Input, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import { packDuties } from '../../../../server/src/people/duties.ts'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { useSession } from '../../api/queries.ts'
import type { ActOutcome, Session } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { auditTexts } from './texts.ts'

interface Wish {
  office: string
  purpose: string
  period?: [Dayjs | null, Dayjs | null] | null
  open?: string
}
interface Made {
  packHash: string
  files: number
  logs: { district: string; size: number }[]
}

/** Makes an audit pack and hands it to whoever made it. */
export function PackPage() {
  const t = useTexts(auditTexts)
  const session = useSession().data
  const mayMake = session?.duties.some((duty) => packDuties.includes(duty))
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      {session && !mayMake && (
        <ErrorState
          refusal={{
            code: 'no_duty',
            clause: '6.7',
            message: { zh: auditTexts.zh.noDuty, en: auditTexts.en.noDuty },
          }}
        />
      )}
      {session && mayMake && <Make session={session} />}
    </>
  )
}

const isActId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
const linesOf = (text = ''): string[] => text.split(/\s+/).filter(Boolean)

function Make({ session }: { session: Session }) {
  const t = useTexts(auditTexts)
  const pick = usePick()
  const act = useAct<object, Made>('audit.pack', { confirmed: true })
  const [made, setMade] = useState<Extract<ActOutcome<Made>, { ok: true }> | null>(null)
  const isCity = session.district.id === 'city'
  const offices = registrationOffices.filter(({ id }) => isCity || id === session.district.id)
  const make = async ({ office, purpose, period, open }: Wish) => {
    setMade(null)
    const day = (at: 0 | 1) => period?.[at]?.format('YYYY-MM-DD')
    const of = offices.find(({ id }) => id === office)
    const outcome = await act.perform(
      {
        office,
        purpose,
        ...(day(0) && { since: day(0) }),
        ...(day(1) && { until: day(1) }),
        ...(linesOf(open).length > 0 && { open: linesOf(open) }),
      },
      `${of ? pick(of.name) : t.all} · ${purpose}`,
    )
    if (outcome.ok) setMade(outcome)
  }
  return (
    <section className="mb-panel">
      <p className="mb-soft">
        {t.why} <ClauseTag clause="6.4" />
      </p>
      <EntryForm<Wish>
        initialValues={{ office: session.district.id }}
        onSubmit={(wish) => void make(wish)}
        refusal={act.refusal}
        onRefusalClose={act.clear}
      >
        <Form.Item name="office" label={t.office} rules={[{ required: true }]}>
          <Select<string>
            options={[
              ...(isCity ? [{ value: 'all', label: t.all }] : []),
              ...offices.map(({ id, name }) => ({ value: id, label: pick(name) })),
            ]}
          />
        </Form.Item>
        <Form.Item
          name="purpose"
          label={t.purpose}
          rules={[{ required: true, whitespace: true, min: 2, message: t.purposeMissing }]}
        >
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="period" label={t.period} extra={t.periodHint}>
          <DatePicker.RangePicker allowEmpty={[true, true]} placeholder={[t.from, t.to]} />
        </Form.Item>
        <Form.Item
          name="open"
          label={t.open}
          extra={t.openHint}
          rules={[
            {
              validator: (_, text?: string) =>
                linesOf(text).every(isActId) ? Promise.resolve() : Promise.reject(new Error(t.openWrong)),
            },
          ]}
        >
          <Input.TextArea rows={3} spellCheck={false} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={act.pending}>
          {act.pending ? t.making : t.make}
        </Button>
      </EntryForm>
      {made && <Ready {...made} />}
    </section>
  )
}

function Ready({ actId, result }: Extract<ActOutcome<Made>, { ok: true }>) {
  const t = useTexts(auditTexts)
  const { number } = useFormats()
  return (
    <div role="status">
      <h2>{t.made}</h2>
      <Facts
        items={[
          [
            t.packHash,
            <code className="mb-wrap" key="hash">
              {result.packHash}
            </code>,
          ],
          [t.leaves, number(result.logs.reduce((sum, log) => sum + log.size, 0))],
          [t.files, number(result.files)],
        ]}
      />
      <p className="mb-soft">{t.hashHint}</p>
      <Button
        type="primary"
        icon={<DownloadOutlined aria-hidden />}
        href={`/api/audit/packs/${actId}`}
        download
      >
        {t.download}
      </Button>{' '}
      <Link to="/evidence/$actId" params={{ actId }}>
        {t.proof}
      </Link>
    </div>
  )
}
