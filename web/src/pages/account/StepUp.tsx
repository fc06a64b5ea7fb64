import { KeyOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Modal } from 'antd'
import { type ReactNode, useCallback, useRef, useState } from 'react'
import { useApi, useSession } from '../../api/queries.ts'
import { type Ask, type AskToConfirm, type Confirmation, StepUpContext } from '../../api/stepUp.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import './account.css'
import { assertChallenge, hasPasskeys, usable } from './passkeys.ts'
import { accountTexts } from './texts.ts'

interface Open {
  ask: Ask
  answer: (confirmation: Confirmation | null) => void
}

/** Lets every screen below ask the person to confirm an act; one at a time. Esc goes back and loses nothing. */
export function StepUp({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<Open | null>(null)
  const before = useRef<HTMLElement | null>(null)
  const ask = useCallback<AskToConfirm>((asked) => {
    before.current = document.activeElement as HTMLElement | null
    return new Promise((resolve) => {
      const answer = (confirmation: Confirmation | null) => {
        setOpen(null)
        resolve(confirmation)
      }
      setOpen({ ask: asked, answer })
    })
  }, [])
  const t = useTexts(accountTexts)
  return (
    <StepUpContext value={ask}>
      {children}
      <Modal
        open={open !== null}
        title={t.confirmTitle}
        footer={null}
        width={480}
        destroyOnHidden
        mask={{ closable: false }}
        onCancel={() => open?.answer(null)}
        afterClose={() => before.current?.focus()}
      >
        {open && <Confirming key={open.ask.prepared.nonce} {...open} />}
      </Modal>
    </StepUpContext>
  )
}

function Confirming({ ask, answer }: Open) {
  const { prepared, about, refusal } = ask
  const t = useTexts(accountTexts)
  const pick = usePick()
  const session = useSession()
  const [failed, setFailed] = useState(false)
  const [waiting, setWaiting] = useState(false)
  const passkeys = usable(prepared.passkeys)
  const withPasskey = async () => {
    setWaiting(true)
    setFailed(false)
    try {
      answer(await assertChallenge(prepared.challenge, passkeys))
    } catch {
      // Declined, timed out, or no such device here: the browser has told the person which.
      setFailed(true)
      setWaiting(false)
    }
  }
  const who = session.data
  return (
    <div className="mb-confirm">
      <p>{t.confirmHint}</p>
      <dl>
        <dt>{t.act}</dt>
        <dd>
          <b>{pick(prepared.title)}</b>
        </dd>
        {about && (
          <>
            <dt>{t.about}</dt>
            <dd>{about}</dd>
          </>
        )}
        {who && (
          <>
            <dt>{t.person}</dt>
            <dd>{`${who.person.name} · ${pick(who.district)}`}</dd>
          </>
        )}
      </dl>
      {refusal && <RefusalAlert refusal={refusal} />}
      {failed && <Alert type="warning" showIcon role="alert" title={t.passkeyFailed} />}
      {passkeys.length > 0 && (
        <Button
          type="primary"
          block
          autoFocus
          icon={<KeyOutlined aria-hidden />}
          loading={waiting}
          disabled={!hasPasskeys()}
          onClick={() => void withPasskey()}
        >
          {hasPasskeys() ? t.byPasskey : t.noPasskeys}
        </Button>
      )}
      {prepared.totp && <ByCode ask={ask} first={passkeys.length === 0} answer={answer} />}
      {passkeys.length === 0 && !prepared.totp && (
        <Alert
          type="info"
          showIcon
          title={t.noFactor}
          action={
            <Link to="/account/devices" onClick={() => answer(null)}>
              {t.toDevices}
            </Link>
          }
        />
      )}
      <Button block onClick={() => answer(null)}>
        {t.back}
      </Button>
    </div>
  )
}

function ByCode({ ask, first, answer }: Open & { first: boolean }) {
  const t = useTexts(accountTexts)
  const session = useSession()
  const demo = session.data?.demo ? session.data.person.username : null
  const { totpLeft } = ask.prepared
  const confirm = (code: string) => answer({ kind: 'totp', code })
  return (
    <>
      <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => confirm(code)}>
        <Form.Item
          name="code"
          label={t.code}
          extra={fill(t.codeLeft, { n: totpLeft })}
          rules={[{ required: true, pattern: /^\d{6}$/, message: t.codeMissing }]}
        >
          <Input
            autoFocus={first && demo === null}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            className="mb-code"
          />
        </Form.Item>
        <Button htmlType="submit" block disabled={totpLeft === 0}>
          {t.byCode}
        </Button>
      </Form>
      {demo !== null && <DemoCode username={demo} focused={first} onUse={confirm} />}
    </>
  )
}

interface DemoCodeProps {
  username: string
  focused: boolean
  onUse: (code: string) => void
}

/** Stands in for the phone of a person of the demo. A real installation has no such codes to show. */
export function DemoCode({ username, focused, onUse }: DemoCodeProps) {
  const t = useTexts(accountTexts)
  const { data } = useApi<{ code: string | null; seconds: number }>(
    'demo/code',
    { username },
    { refetchInterval: 2_000 },
  )
  if (!data || (data.code === null && data.seconds === 0)) return null
  return (
    <section className="mb-demo-code" aria-label={t.demoTitle}>
      <b>{t.demoTitle}</b> <small>{t.demoHint}</small>
      {data.code === null ? (
        <p>{fill(t.demoWait, { n: data.seconds })}</p>
      ) : (
        <Button type="primary" ghost block autoFocus={focused} onClick={() => onUse(data.code!)}>
          {fill(t.demoUse, { code: data.code })}
        </Button>
      )}
    </section>
  )
}
