import { EyeOutlined, SafetyOutlined } from '@ant-design/icons'
import { useParams } from '@tanstack/react-router'
import { Button, Form, Input } from 'antd'
import { useRef, useState } from 'react'
import { getQuery, RefusedError } from '../../api/client.ts'
import { useAct } from '../../api/useAct.ts'
import { tidyNumber } from '../../forms/IdNumberInput.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { EmptyState } from '../../ui/states.tsx'
import './check.css'
import { checkTexts } from './texts.ts'
import { type FetchedLeaf, lookVerifies } from './verifyLook.ts'

/** One look as `register.ownLooks` tells it. */
export interface Look {
  actId: string
  at: string
  type: string
  title: Text
  district: string
  office: Text
  /** Null for a look by a holder. */
  officer: string | null
  posts: Text[]
  purpose: string | null
  caseNumber: string | null
  leaf: number | null
  signed: boolean
}

interface Question {
  token: string
  idNumber: string
  before?: string
}

interface Answer {
  looks: Look[]
  next: string | null
}

// A look changes nothing, so no list needs asking again.
const nothing: never[] = []

/** For the holder of the right, certificate in hand: everybody who looked at the register page, with the proof of each look. */
export function OwnLooks() {
  const { token } = useParams({ from: '/check/$token' })
  const t = useTexts(checkTexts)
  const ask = useAct<Question, Answer>('register.ownLooks', { refresh: nothing })
  const [form] = Form.useForm<{ idNumber: string }>()
  const [told, setTold] = useState<(Answer & { idNumber: string }) | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const send = async (idNumber: string, before?: string) => {
    const outcome = await ask.perform({ token, idNumber, ...(before ? { before } : {}) })
    if (!outcome.ok) return
    const { looks, next } = outcome.result
    setTold((was) => ({ idNumber, looks: [...(before && was ? was.looks : []), ...looks], next }))
    if (!before) setTimeout(() => heading.current?.focus())
  }
  const clear = () => {
    setTold(null)
    form.resetFields()
  }
  return (
    <details className="mb-own">
      <summary>
        <EyeOutlined aria-hidden /> {t.ownTitle}
      </summary>
      <p className="mb-soft">{t.ownHint}</p>
      {told ? (
        <>
          <h2 ref={heading} tabIndex={-1}>
            {t.ownFound}
          </h2>
          {told.looks.length === 0 && <EmptyState label={t.ownNone} />}
          <ol className="mb-own-looks">
            {told.looks.map((look) => (
              <li key={look.actId}>
                <One look={look} />
              </li>
            ))}
          </ol>
          <p className="mb-soft">{t.ownAgain}</p>
          <div className="mb-own-buttons">
            {told.next && (
              <Button loading={ask.pending} onClick={() => void send(told.idNumber, told.next as string)}>
                {t.ownMore}
              </Button>
            )}
            <Button onClick={clear}>{t.ownClose}</Button>
          </div>
        </>
      ) : (
        <Form<{ idNumber: string }>
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={({ idNumber }) => void send(tidyNumber(idNumber))}
        >
          {ask.refusal && <RefusalAlert refusal={ask.refusal} onClose={ask.clear} />}
          <Form.Item
            name="idNumber"
            label={t.ownNumber}
            rules={[{ required: true, min: 6, message: t.ownMissing }]}
          >
            <Input className="mb-code" autoComplete="off" spellCheck={false} maxLength={30} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={ask.pending}>
            {t.ownAsk}
          </Button>
        </Form>
      )}
    </details>
  )
}

function One({ look }: { look: Look }) {
  const t = useTexts(checkTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const purposes = t.ownPurposes as Record<string, string>
  const why = [
    look.purpose && (purposes[look.purpose] ?? look.purpose),
    look.caseNumber && fill(t.ownCase, { number: look.caseNumber }),
  ].filter(Boolean)
  const who = look.officer ? [look.officer, ...look.posts.map(pick)].join(' · ') : t.ownYou
  return (
    <>
      <time dateTime={look.at}>{dateTime(look.at)}</time>
      <div>
        <b>{pick(look.title)}</b> {pick(look.office)}
        <div>{who}</div>
        {why.length > 0 && <div>{why.join(' · ')}</div>}
      </div>
      <ProofOf look={look} />
    </>
  )
}

type Verdict = 'asking' | 'good' | 'bad' | 'unread'

function ProofOf({ look }: { look: Look }) {
  const t = useTexts(checkTexts)
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const verify = async () => {
    setVerdict('asking')
    try {
      const leaf = await getQuery<FetchedLeaf>(`public/leaves/${look.district}/${look.leaf}`)
      setVerdict((await lookVerifies(look, leaf)) ? 'good' : 'bad')
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      setVerdict('unread')
    }
  }
  const status =
    look.leaf === null
      ? t.ownWaiting
      : `${fill(t.ownLeaf, { index: look.leaf })} · ${look.signed ? t.ownPublished : t.ownUnpublished}`
  return (
    <div className="mb-own-proof">
      <small className="mb-soft">{status}</small>
      {look.signed && verdict !== 'good' && verdict !== 'bad' && (
        <Button
          size="small"
          icon={<SafetyOutlined aria-hidden />}
          loading={verdict === 'asking'}
          onClick={() => void verify()}
        >
          {t.ownVerify}
        </Button>
      )}
      <span aria-live="polite">
        {verdict === 'good' && <span className="mb-good-text">{t.ownVerified}</span>}
        {verdict === 'bad' && <span className="mb-field-problem">{t.ownFailed}</span>}
        {verdict === 'unread' && <span className="mb-field-problem">{t.ownUnread}</span>}
      </span>
    </div>
  )
}
