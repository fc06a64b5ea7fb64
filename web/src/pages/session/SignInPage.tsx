import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { Button, Empty, Form, Input, type InputRef } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { fetchSession, sessionKey, useDemoPeople } from '../../api/queries.ts'
import type { DemoPerson, Refusal } from '../../api/types.ts'
import { useAct } from '../../api/useAct.ts'
import { LanguageSwitch } from '../../app/LanguageSwitch.tsx'
import { Seal } from '../../app/Seal.tsx'
import { appTexts } from '../../app/texts.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { CapsHint } from './CapsHint.tsx'
import './session.css'
import { supersededKey } from './SessionNotes.tsx'
import { sessionTexts } from './texts.ts'

interface Credentials {
  username: string
  password: string
  workstation?: string
}

/** What the server says of the session that this sign-in has ended. */
interface SignedIn {
  ended: { workstation: string; startedAt: string; otherDevice: boolean } | null
}

const workstationKey = 'mingbu.workstation'

const route = getRouteApi('/sign-in')

/** Sign-in: user name and password; in a demo also everybody one may be, one click each. */
export function SignInPage() {
  const t = useTexts(sessionTexts)
  const app = useTexts(appTexts)
  const router = useRouter()
  const queries = useQueryClient()
  const { to } = route.useSearch()
  const signIn = useAct<Credentials, SignedIn>('session.signIn', { refresh: noLists })
  const lockedFor = useCountdown(signIn.refusal)
  const first = useRef<InputRef>(null)
  useEffect(() => first.current?.focus(), [])

  const submit = async ({ username, password, workstation = '' }: Credentials) => {
    const here = workstation.trim()
    const outcome = await signIn.perform({ username, password, ...(here ? { workstation: here } : {}) })
    if (!outcome.ok) return first.current?.focus()
    localStorage.setItem(workstationKey, here)
    queries.clear()
    // Shown once, above the first page: where one's other session was, in case it was not one's own.
    if (outcome.result.ended?.otherDevice) queries.setQueryData(supersededKey, outcome.result.ended)
    // A refusal of the session (a device still has to confirm it) is told by the frame.
    await queries.prefetchQuery({ queryKey: sessionKey, queryFn: ({ signal }) => fetchSession(signal) })
    router.history.push(to ?? '/')
  }

  return (
    <main className="mb-signin">
      <section className="mb-signin-words" aria-label={app.product}>
        <div className="mb-signin-brand">
          <Seal size={44} />
          <h1>
            {app.product}
            <small>{app.tagline}</small>
          </h1>
        </div>
        <p className="mb-signin-headline">{t.headline}</p>
        <ul>
          <li>{t.promise1}</li>
          <li>{t.promise2}</li>
          <li>{t.promise3}</li>
        </ul>
      </section>
      <section className="mb-signin-panel" aria-labelledby="sign-in-title">
        <div className="mb-signin-top">
          <h2 id="sign-in-title">{t.title}</h2>
          <LanguageSwitch />
        </div>
        {signIn.refusal && (
          <RefusalAlert
            refusal={signIn.refusal}
            {...(lockedFor > 0
              ? {
                  note: fill(signIn.refusal.code === 'account_locked' ? t.locked : t.waits, {
                    time: clock(lockedFor),
                  }),
                }
              : {})}
            onClose={signIn.clear}
          />
        )}
        <Form<Credentials>
          layout="vertical"
          requiredMark={false}
          initialValues={{ workstation: localStorage.getItem(workstationKey) ?? '' }}
          onFinish={(values) => void submit(values)}
        >
          <Form.Item
            name="username"
            label={t.username}
            rules={[{ required: true, whitespace: true, message: t.usernameMissing }]}
          >
            <Input
              ref={first}
              autoComplete="username"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={40}
              size="large"
            />
          </Form.Item>
          <Form.Item
            name="password"
            label={t.password}
            rules={[{ required: true, message: t.passwordMissing }]}
          >
            <Input.Password autoComplete="current-password" maxLength={200} size="large" />
          </Form.Item>
          <Form.Item name="workstation" label={t.workstation} tooltip={t.workstationHint}>
            <Input autoComplete="off" maxLength={100} />
          </Form.Item>
          <CapsHint />
          <Button
            type="primary"
            htmlType="submit"
            size="large"
            block
            loading={signIn.pending}
            disabled={lockedFor > 0}
          >
            {t.submit}
          </Button>
          <p className="mb-signin-note">
            {t.oneAccount} <Link to="/activate">{t.activateLink}</Link> ·{' '}
            <Link to="/notices">{t.noticesLink}</Link>
          </p>
        </Form>
        <DemoPeople
          disabled={signIn.pending}
          onChoose={({ username, password }) =>
            void submit({ username, password, workstation: localStorage.getItem(workstationKey) ?? '' })
          }
        />
      </section>
    </main>
  )
}

const noLists: never[] = []

function DemoPeople({ disabled, onChoose }: { disabled: boolean; onChoose: (person: DemoPerson) => void }) {
  const t = useTexts(sessionTexts)
  const pick = usePick()
  const demo = useDemoPeople()
  const [wanted, setWanted] = useState('')
  const shown = useMemo(() => {
    const words = wanted.trim().toLowerCase()
    return (demo.data ?? []).filter((person) =>
      [
        person.name,
        person.username,
        ...person.posts.flatMap((post) => [post.zh, post.en]),
        person.district.zh,
        person.district.en,
      ].some((text) => text.toLowerCase().includes(words)),
    )
  }, [demo.data, wanted])
  if (!demo.data?.length) return null
  return (
    <section className="mb-demo" aria-labelledby="demo-title">
      <h3 id="demo-title">{t.demoTitle}</h3>
      <p>{t.demoBody}</p>
      <Input
        allowClear
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        placeholder={t.find}
        aria-label={t.find}
      />
      {shown.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.demoEmpty} />}
      <ul>
        {shown.map((person) => {
          const posts = person.posts.map(pick).join(' · ')
          return (
            <li key={person.username}>
              <button type="button" disabled={disabled} onClick={() => onChoose(person)}>
                <span className="mb-visually-hidden">{t.signInAs}</span>
                <b>{person.name}</b>
                <span>{posts}</span>
                <small>{pick(person.district)}</small>
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Whole seconds until the locked account may try again; counts down by itself. */
function useCountdown(refusal: Refusal | null): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const seconds = Number(refusal?.data?.retryAfterSeconds ?? 0)
    const until = Date.now() + seconds * 1000
    setLeft(seconds)
    if (seconds <= 0) return
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 500)
    return () => clearInterval(timer)
  }, [refusal])
  return left
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
