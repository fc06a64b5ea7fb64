import {
  KeyOutlined,
  LockOutlined,
  LogoutOutlined,
  MenuFoldOutlined,
  MenuUnfoldOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, Outlet, useRouterState } from '@tanstack/react-router'
import { Button, Layout, Menu, Tag, Tooltip } from 'antd'
import { Suspense, useRef, useState } from 'react'
import { asRefused, forgetEverything, useSession } from '../api/queries.ts'
import type { Session } from '../api/types.ts'
import { useAct } from '../api/useAct.ts'
import { useLanguage, usePick, useTexts } from '../i18n/language.tsx'
import { StepUp } from '../pages/account/StepUp.tsx'
import { Bell } from '../pages/reminders/Bell.tsx'
import { type Bar, SessionGate, useLock } from '../pages/session/SessionGate.tsx'
import { SessionNotes } from '../pages/session/SessionNotes.tsx'
import { sessionTexts } from '../pages/session/texts.ts'
import { ErrorState, LoadingState } from '../ui/states.tsx'
import { LanguageSwitch } from './LanguageSwitch.tsx'
import { navigation, navigationFor } from './navigation.tsx'
import { Seal } from './Seal.tsx'
import { appTexts } from './texts.ts'

/** The frame of every signed-in page: who I am and where on top, my work at the side, both pinned. */
export function AppLayout() {
  const session = useSession()
  const t = useTexts(appTexts)
  const here = useRouterState({ select: (state) => state.location.href })
  const refused = asRefused(session.error)
  const code = refused?.refusal.code
  // Asked again, the session is no less barred until the answer has come: what is typed on the cover stays.
  const lastBar = useRef<Bar | null>(null)
  if (!session.isPending) lastBar.current = code === 'session_locked' ? code : (session.data?.bar ?? null)
  const barred = lastBar.current
  const told = useRef(false)
  if (session.data) told.current = true
  if (session.isPending && barred === null) return <LoadingState label={t.loading} fullPage />
  if (barred || session.data || told.current)
    return (
      <SessionGate
        barred={barred}
        sessionId={session.data?.session.id ?? null}
        idleMinutes={session.data?.idleMinutes ?? 10}
      >
        {session.data ? (
          <StepUp>
            <Frame session={session.data} />
          </StepUp>
        ) : (
          <Navigate to="/sign-in" replace />
        )}
      </SessionGate>
    )
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void session.refetch()} fullPage />
  return <Navigate to="/sign-in" search={here === '/' ? {} : { to: here }} replace />
}

function Frame({ session }: { session: Session }) {
  const t = useTexts(appTexts)
  // On a telephone the menu begins folded.
  const [collapsed, setCollapsed] = useState(() => window.innerWidth < 700)
  return (
    <Layout className="mb-frame">
      <a className="mb-skip" href="#content">
        {t.skip}
      </a>
      <Header session={session} />
      <Layout>
        <Layout.Sider
          className="mb-side"
          theme="light"
          width={196}
          collapsedWidth={52}
          collapsed={collapsed}
          trigger={null}
        >
          <SideMenu duties={session.duties} collapsed={collapsed} />
          <Tooltip title={collapsed ? t.expand : null} placement="right">
            <Button
              type="text"
              className="mb-side-fold"
              aria-label={collapsed ? t.expand : t.collapse}
              aria-expanded={!collapsed}
              icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
              onClick={() => setCollapsed(!collapsed)}
            />
          </Tooltip>
        </Layout.Sider>
        <Layout.Content className="mb-content" id="content" tabIndex={-1}>
          <SessionNotes session={session} />
          <Suspense fallback={<LoadingState label={t.loading} />}>
            <Outlet />
          </Suspense>
        </Layout.Content>
      </Layout>
    </Layout>
  )
}

function Header({ session }: { session: Session }) {
  const t = useTexts(appTexts)
  const pick = usePick()
  const queries = useQueryClient()
  const signOut = useAct<Record<string, never>, unknown>('session.signOut', { refresh: nothing })
  const w = useTexts(sessionTexts)
  const lock = useLock()
  const leave = async () => {
    const outcome = await signOut.perform({})
    if (!outcome.ok && outcome.refusal.code !== 'not_signed_in') return
    forgetEverything(queries)
  }
  const posts = session.posts.map(pick).join(' · ')
  return (
    <Layout.Header className="mb-header">
      <Link to="/" className="mb-brand">
        <Seal />
        <span className="mb-brand-name">{t.product}</span>
        <span className="mb-brand-tagline">{t.tagline}</span>
      </Link>
      <span className="mb-header-district">{pick(session.district)}</span>
      {session.demo && (
        <Tooltip title={t.demoHint}>
          <Tag className="mb-demo-tag" tabIndex={0}>
            {t.demo}
          </Tag>
        </Tooltip>
      )}
      <span className="mb-header-space" />
      <Link
        to="/account/sessions"
        className="mb-header-person"
        title={`${session.person.name} · ${posts} · ${t.ownAccount}`}
      >
        <UserOutlined aria-hidden />
        <span className="mb-visually-hidden">{t.signedInAs}</span>
        <b>{session.person.name}</b>
        <span className="mb-header-posts">{posts}</span>
      </Link>
      <Bell />
      <Tooltip title={t.devices}>
        <Link to="/account/devices" className="mb-header-button" aria-label={t.devices}>
          <KeyOutlined aria-hidden />
        </Link>
      </Tooltip>
      <LanguageSwitch onDark />
      <Tooltip title={w.lockHint}>
        <Button
          type="text"
          className="mb-header-button"
          aria-label={w.lockHint}
          aria-keyshortcuts="Control+L"
          icon={<LockOutlined aria-hidden />}
          loading={lock.pending}
          onClick={() => void lock.perform({ idle: false })}
        />
      </Tooltip>
      <Button
        type="text"
        className="mb-header-button"
        icon={<LogoutOutlined aria-hidden />}
        loading={signOut.pending}
        onClick={() => void leave()}
      >
        {t.signOut}
      </Button>
      {signOut.refusal && (
        <span role="alert" className="mb-header-problem">
          {pick(signOut.refusal.message)}
        </span>
      )}
    </Layout.Header>
  )
}

const nothing: never[] = []

function SideMenu({ duties, collapsed }: { duties: readonly string[]; collapsed: boolean }) {
  const t = useTexts(appTexts)
  const { language } = useLanguage()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const groups = navigationFor(navigation, duties)
  const paths = groups.flatMap((group) => group.items.map((item) => String(item.to)))
  const selected = paths
    .filter((to) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)))
    .sort((a, b) => b.length - a.length)[0]
  return (
    <nav aria-label={t.navigation} key={language}>
      <Menu
        mode="inline"
        inlineCollapsed={collapsed}
        selectedKeys={selected ? [selected] : []}
        items={groups.map((group) => ({
          key: group.label,
          type: 'group' as const,
          label: collapsed ? null : t[group.label],
          children: group.items.map((item) => ({
            key: String(item.to),
            icon: item.icon,
            title: t[item.label],
            label: <Link to={item.to}>{t[item.label]}</Link>,
          })),
        }))}
      />
    </nav>
  )
}
