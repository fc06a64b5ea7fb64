import { LockOutlined, StopOutlined } from '@ant-design/icons'
import { focusManager, useQueryClient } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { Button, Form, Input, type InputRef } from 'antd'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { forgetEverything, sessionKey } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { LanguageSwitch } from '../../app/LanguageSwitch.tsx'
import { Seal } from '../../app/Seal.tsx'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { Kept } from './Kept.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import './session.css'
import { sessionTexts } from './texts.ts'
import { askNow, type Gate, type Told, useGate } from './useGate.ts'
import { useIdle } from './useIdle.ts'

interface SessionGateProps {
  /** What the session query was refused with, or what it says of the password. */
  barred: 'session_locked' | 'password_expired' | null
  /** The session of the person shown; null when nobody is signed in as far as the page knows. */
  sessionId: string | null
  idleMinutes: number
  children: ReactNode
}

/**
 * Stands between a signed-in person's pages and whoever sits before them (6.3). When the session was ended, the pages are
 * taken out of the document and out of memory. While it is locked, or its password is too old, they are out of the document
 * only, so that nothing typed is lost, and ask the server for nothing.
 */
export function SessionGate({ barred, sessionId, idleMinutes, children }: SessionGateProps) {
  const gate = useGate(sessionId !== null || barred !== null, sessionId)
  const queries = useQueryClient()
  const [ended, setEnded] = useState<Told | null>(null)
  useEffect(() => {
    if (gate?.state === 'ended' && gate.told?.reason !== 'signed_out')
      setEnded((was) => was ?? gate.told ?? {})
  }, [gate])
  const state = standing(gate, barred, ended)
  const covered = state === 'session_locked' || state === 'password_expired'
  useEffect(() => {
    // What was fetched for one who may not go on is not kept for the next one at this machine.
    if (state === 'ended' || state === 'out') forgetEverything(queries)
  }, [state, queries])
  const opened = useRef(false)
  if (state === null && sessionId !== null) opened.current = true
  useQuiet(covered && opened.current)
  if (state === 'ended') return <EndedScreen told={ended ?? gate?.told ?? {}} />
  if (state === 'out') return <Navigate to="/sign-in" replace />
  if (sessionId === null && !covered) return children
  return (
    <>
      {state === 'session_locked' && <LockScreen />}
      {state === 'password_expired' && <PasswordScreen />}
      {state === null && <LockKeys idleMinutes={idleMinutes} />}
      {opened.current && <Kept shown={state === null}>{children}</Kept>}
    </>
  )
}

/** Pages that are covered ask for nothing: every answer would be a refusal, in which what was typed could be lost. */
function useQuiet(covered: boolean): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (!covered) return
    void queries.cancelQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] })
    focusManager.setFocused(false)
    return () => focusManager.setFocused(undefined)
  }, [covered, queries])
}

function standing(gate: Gate | null, barred: SessionGateProps['barred'], ended: Told | null) {
  if (ended) return 'ended'
  // Until the line has spoken, what the query said counts.
  if (gate === null) return barred
  if (gate.state === 'session_locked' || gate.state === 'password_expired') return gate.state
  // Signed out here or on another page: the sign-in page says all there is to say.
  if (gate.state === 'unknown' || (gate.state === 'ended' && gate.told?.reason === 'signed_out')) return 'out'
  return gate.state === 'ended' ? 'ended' : null
}

/** Locks for idleness and on Ctrl+L. */
function LockKeys({ idleMinutes }: { idleMinutes: number }) {
  const { perform } = useLock()
  useIdle(idleMinutes, () => void perform({ idle: true }))
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey ||
        event.key.toLowerCase() !== 'l'
      )
        return
      event.preventDefault()
      void perform({ idle: false })
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [perform])
  return null
}

const nothing: never[] = []

/** Locks this window; the server then refuses everything until it is unlocked. */
export function useLock() {
  const lock = useAct<{ idle: boolean }, unknown>('session.lock', { refresh: nothing })
  const { perform: act } = lock
  const perform = useCallback(
    async (input: { idle: boolean }) => {
      await act(input)
      askNow()
    },
    [act],
  )
  return { ...lock, perform }
}

/** The page's own part of leaving: nothing stays in memory or in the document. */
function useSignInAgain() {
  return () => window.location.assign('/sign-in')
}

function Covered({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  const t = useTexts(sessionTexts)
  return (
    <main className="mb-cover">
      <div className="mb-cover-top">
        <span className="mb-cover-brand">
          <Seal size={28} /> {t.product}
        </span>
        <LanguageSwitch />
      </div>
      <section className="mb-cover-box" aria-labelledby="cover-title">
        <span className="mb-cover-icon" aria-hidden>
          {icon}
        </span>
        <h1 id="cover-title">{title}</h1>
        {children}
      </section>
    </main>
  )
}

const reasons = [
  'superseded',
  'other_person',
  'foreign_device',
  'left',
  'locked',
  'absent',
  'ended',
  'password',
  'reset',
  'expired',
  'replaced',
] as const

/** What stands in place of the pages once the session has ended: by what, when, and where. */
function EndedScreen({ told }: { told: Told }) {
  const t = useTexts(sessionTexts)
  const { dateTime } = useFormats()
  const again = useSignInAgain()
  const reason = reasons.find((one) => one === told.reason)
  return (
    <Covered icon={<StopOutlined />} title={t.endedTitle}>
      <div role="alert">
        <p>
          {reason
            ? fill(t[`ended_${reason}`], {
                by: told.by ?? '—',
                workstation: !told.workstation || told.workstation === 'unknown' ? '—' : told.workstation,
              })
            : t.ended_other}
        </p>
        <dl className="mb-cover-facts">
          {told.at && (
            <>
              <dt>{t.endedAt}</dt>
              <dd>{dateTime(told.at)}</dd>
            </>
          )}
          {told.startedAt && (
            <>
              <dt>{t.endedStarted}</dt>
              <dd>{dateTime(told.startedAt)}</dd>
            </>
          )}
          {told.note && (
            <>
              <dt>{t.endedNote}</dt>
              <dd>{told.note}</dd>
            </>
          )}
        </dl>
        {told.reason === 'superseded' && <p>{t.endedNotYou}</p>}
      </div>
      <Button type="primary" size="large" autoFocus onClick={again}>
        {t.signInAgain}
      </Button>
    </Covered>
  )
}

/** Has the page hear anew how its session stands, and who is signed in. */
function useOpenAgain() {
  const queries = useQueryClient()
  return async () => {
    askNow()
    await queries.refetchQueries({ queryKey: sessionKey })
  }
}

/** A covered desk: nothing of anybody is in the document. The same person unlocks it, or it is left. */
function LockScreen() {
  const t = useTexts(sessionTexts)
  const again = useOpenAgain()
  const unlock = useAct<{ password: string }, unknown>('session.unlock', { refresh: nothing })
  const signOut = useAct<Record<string, never>, unknown>('session.signOut', { refresh: nothing })
  const first = useRef<InputRef>(null)
  useEffect(() => first.current?.focus(), [])
  const open = async ({ password }: { password: string }) => {
    const outcome = await unlock.perform({ password })
    if (!outcome.ok) return first.current?.focus()
    await again()
  }
  const leave = async () => {
    await signOut.perform({})
    window.location.assign('/sign-in')
  }
  return (
    <Covered icon={<LockOutlined />} title={t.lockedTitle}>
      <p>{t.lockedBody}</p>
      {unlock.refusal && <RefusalAlert refusal={unlock.refusal} onClose={unlock.clear} />}
      <Form<{ password: string }>
        layout="vertical"
        requiredMark={false}
        onFinish={(values) => void open(values)}
      >
        <Form.Item
          name="password"
          label={t.password}
          rules={[{ required: true, message: t.passwordMissing }]}
        >
          <Input.Password ref={first} autoComplete="current-password" maxLength={200} size="large" />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={unlock.pending}>
          {t.unlock}
        </Button>
      </Form>
      <Button type="link" loading={signOut.pending} onClick={() => void leave()}>
        {t.leave}
      </Button>
    </Covered>
  )
}

/** The quarter is over: nothing else is possible, here and at every address of the server. */
function PasswordScreen() {
  const t = useTexts(sessionTexts)
  const again = useOpenAgain()
  const signOut = useAct<Record<string, never>, unknown>('session.signOut', { refresh: nothing })
  const leave = async () => {
    await signOut.perform({})
    window.location.assign('/sign-in')
  }
  return (
    <Covered icon={<LockOutlined />} title={t.expiredTitle}>
      <p>{t.expiredBody}</p>
      <PasswordForm onDone={() => void again()} />
      <Button type="link" loading={signOut.pending} onClick={() => void leave()}>
        {t.leave}
      </Button>
    </Covered>
  )
}
