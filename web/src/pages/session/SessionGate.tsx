import { LockOutlined, StopOutlined } from '@ant-design/icons'
import { focusManager, useQueryClient } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { Button, Form, Input, type InputRef } from 'antd'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { forgetEverything, sessionKey } from '../../api/queries.ts'
import type { Session } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { FactorGate } from '../account/FactorGate.tsx'
import { FirstDevice } from '../account/FirstDevice.tsx'
import { StepUp } from '../account/StepUp.tsx'
import { Cover } from './Cover.tsx'
import { Kept } from './Kept.tsx'
import { PasswordForm } from './PasswordForm.tsx'
import './session.css'
import { sessionTexts } from './texts.ts'
import { askNow, type Gate, type Told, useGate } from './useGate.ts'
import { useIdle } from './useIdle.ts'
import { useWays } from './useWays.ts'

/** What keeps a session from everything until something is done. */
export type Bar = 'session_locked' | NonNullable<Session['bar']>

interface SessionGateProps {
  /** What the session query was refused with, or what it says of the session. */
  barred: Bar | null
  /** The session of the person shown; null when nobody is signed in as far as the page knows. */
  sessionId: string | null
  idleMinutes: number
  children: ReactNode
}

/**
 * Stands between a signed-in person's pages and whoever sits before them (6.3). When the session was ended, the pages are
 * taken out of the document and out of memory. While it is barred (locked, a device to come, a password too old), they are out
 * of the document only, so that nothing typed is lost, and ask the server for nothing.
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
  const covered = isBar(state)
  useEffect(() => {
    // What was fetched for one who may not go on is not kept for the next one at this machine.
    if (state === 'ended' || state === 'out') forgetEverything(queries)
  }, [state, queries])
  const stale = gate?.state === 'live' && barred !== null
  useEffect(() => {
    // The bar was lifted, here or on another page: who is signed in, and what for, has yet to be heard.
    if (stale) void queries.refetchQueries({ queryKey: sessionKey })
  }, [stale, queries])
  const opened = useRef(false)
  if (state === null && sessionId !== null) opened.current = true
  useQuiet(covered && opened.current)
  if (state === 'ended') return <EndedScreen told={ended ?? gate?.told ?? {}} />
  if (state === 'out') return <Navigate to="/sign-in" replace />
  if (sessionId === null && !covered) return children
  return (
    <>
      {state === 'session_locked' && <LockScreen />}
      {state === 'factor_needed' && (
        <StepUp>
          <FactorGate />
        </StepUp>
      )}
      {state === 'device_needed' && <FirstDevice />}
      {state === 'password_expired' && <PasswordScreen />}
      {(state === null || state === 'device_needed') && <LockKeys idleMinutes={idleMinutes} />}
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

const bars: readonly unknown[] = [
  'session_locked',
  'factor_needed',
  'device_needed',
  'password_expired',
] satisfies Bar[]
const isBar = (state: unknown): state is Bar => bars.includes(state)

function standing(gate: Gate | null, barred: SessionGateProps['barred'], ended: Told | null) {
  if (ended) return 'ended'
  // Until the line has spoken, what the query said counts.
  if (gate === null) return barred
  if (isBar(gate.state)) return gate.state
  if (gate.state === 'live') return barred
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
    <Cover icon={<StopOutlined />} title={t.endedTitle}>
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
    </Cover>
  )
}

/** A covered desk: nothing of anybody is in the document. The same person unlocks it, or it is left. */
function LockScreen() {
  const t = useTexts(sessionTexts)
  const ways = useWays()
  const unlock = useAct<{ password: string }, unknown>('session.unlock', { refresh: nothing })
  const first = useRef<InputRef>(null)
  useEffect(() => first.current?.focus(), [])
  const open = async ({ password }: { password: string }) => {
    const outcome = await unlock.perform({ password })
    if (!outcome.ok) return first.current?.focus()
    await ways.on()
  }
  return (
    <Cover icon={<LockOutlined />} title={t.lockedTitle}>
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
      <Button type="text" block loading={ways.leaving} onClick={() => void ways.out()}>
        {t.leave}
      </Button>
    </Cover>
  )
}

/** The quarter is over: nothing else is possible, here and at every address of the server. */
function PasswordScreen() {
  const t = useTexts(sessionTexts)
  const ways = useWays()
  return (
    <Cover icon={<LockOutlined />} title={t.expiredTitle}>
      <p>{t.expiredBody}</p>
      <PasswordForm onDone={() => void ways.on()} />
      <Button type="text" block loading={ways.leaving} onClick={() => void ways.out()}>
        {t.leave}
      </Button>
    </Cover>
  )
}
