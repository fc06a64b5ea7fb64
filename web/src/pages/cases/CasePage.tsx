import { HistoryOutlined, QrcodeOutlined, ReadOutlined } from '@ant-design/icons'
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Tabs } from 'antd'
import { useState } from 'react'
import { useLook } from '../../api/useLook.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { CaseHeader } from '../../ui/CaseHeader.tsx'
import { StepBar } from '../../ui/StepBar.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { ApplicationTab } from './ApplicationTab.tsx'
import { casePageTexts } from './caseTexts.ts'
import { Desk } from './Desk.tsx'
import { HistoryTab } from './HistoryTab.tsx'
import { MaterialsTab } from './MaterialsTab.tsx'
import { PapersTab } from './PapersTab.tsx'
import type { CaseView } from './types.ts'

type Tab = 'application' | 'materials' | 'papers' | 'history'

/** One case: what it is stays in sight, who did each step is told, and the desk offers what this person may do now. */
export function CasePage() {
  const { caseId } = useParams({ from: '/inside/cases/$caseId' })
  const t = useTexts(casePageTexts)
  const look = useLook<CaseView>('case.open', { caseId })
  if (look.loading) return <LoadingState label={t.loading} fullPage />
  if (look.refusal) return <ErrorState refusal={look.refusal} onRetry={look.again} fullPage />
  return <Case view={look.data as CaseView} />
}

function Case({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const [tab, setTab] = useState<Tab>('application')
  const steps = view.stages.map((stage) => ({
    id: stage.id,
    name: pick(stage.name),
    state: stage.done
      ? ('done' as const)
      : stage.id === view.nextStage
        ? ('current' as const)
        : ('todo' as const),
    ...(stage.done ? { person: stage.done.person, at: stage.done.at } : {}),
  }))
  return (
    <>
      <Header view={view} />
      <StepBar steps={steps} />
      <Notes view={view} />
      <div className="mb-case-body">
        <Tabs
          className="mb-case-tabs"
          activeKey={tab}
          onChange={(key) => setTab(key as Tab)}
          items={[
            { key: 'application', label: t.tabs.application, children: <ApplicationTab view={view} /> },
            { key: 'materials', label: t.tabs.materials, children: <MaterialsTab view={view} /> },
            { key: 'papers', label: t.tabs.papers, children: <PapersTab view={view} /> },
            { key: 'history', label: t.tabs.history, children: <HistoryTab caseId={view.caseId} /> },
          ]}
        />
        <Desk view={view} />
      </div>
    </>
  )
}

function Header({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const sellers = view.parties.filter((party) => party.side === 'transferor').map((party) => party.name)
  const buyers = view.parties.filter((party) => party.side === 'transferee').map((party) => party.name)
  const holders = view.parties.filter((party) => party.side === 'holder').map((party) => party.name)
  const stage = view.stages.find((one) => one.id === view.nextStage)
  const open = view.state === 'in_progress' || view.state === 'applied'
  const check = new URL(view.certificateUrl ?? view.checkUrl).pathname.split('/').at(-1) as string
  return (
    <CaseHeader
      caseNumber={view.number ?? t.notAccepted}
      business={pick(view.business.name)}
      unitCode={view.unit?.code ?? ''}
      location={view.unit?.location ?? ''}
      stage={`${open && stage ? pick(stage.name) : view.state === 'suspended' && view.lossNotice?.ended === false ? t.announced : t.stateNames[view.state]}${view.round > 1 ? ` · ${fill(t.round, { round: view.round })}` : ''}`}
      due={{ at: view.dueLevel ? view.promisedDue : null, level: view.dueLevel ?? 'green' }}
      parties={holders.length > 0 ? few(holders) : `${few(sellers)} → ${few(buyers)}`}
      actions={
        <>
          <Link
            to="/register/$unitCode"
            params={{ unitCode: view.unit?.code ?? '' }}
            search={{ case: view.caseId }}
            className="mb-header-link"
          >
            <ReadOutlined aria-hidden /> {t.registerPage}
          </Link>
          <Link to="/life/$kind/$id" params={{ kind: 'case', id: view.caseId }} className="mb-header-link">
            <HistoryOutlined aria-hidden /> {t.wholeLife}
          </Link>
          {view.number && (
            <Link to="/check/$token" params={{ token: check }} target="_blank" className="mb-header-link">
              <QrcodeOutlined aria-hidden /> {t.receiptCheck}
            </Link>
          )}
        </>
      }
    />
  )
}

/** The first names of many: `张三、李四 等 5 人` in words both languages read. */
function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join('、') : `${names.slice(0, 3).join('、')} … (${names.length})`
}

/** What whoever handles the case must know before anything else. */
function Notes({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const { dateTime, date } = useFormats()
  const { rights, lossNotice } = view
  const sells = view.body.renewal === undefined
  const notes: { type: 'error' | 'warning' | 'info'; text: string }[] = []
  const isOpen = ['applied', 'in_progress', 'suspended'].includes(view.state)
  if (!isOpen) notes.push({ type: 'info', text: fill(t.closedNote, { state: t.stateNames[view.state] }) })
  if (view.state === 'suspended')
    notes.push({
      type: 'warning',
      text:
        lossNotice && !lossNotice.ended
          ? fill(t.noticeRunning, { until: date(lossNotice.until) })
          : t.suspendedNote,
    })
  const back = view.returns.at(-1)
  if (isOpen && back)
    notes.push({
      type: 'warning',
      text: fill(t.returnedNote, { person: back.person, at: dateTime(back.at), reason: back.reason }),
    })
  if (isOpen && sells && !view.stages.some((stage) => stage.id === 'recording' && stage.done)) {
    for (const seizure of rights.seizures) {
      const facts = { organ: String(seizure.body.organ), document: String(seizure.body.document) }
      notes.push(
        seizure.body.waiting === true
          ? { type: 'warning', text: fill(t.waitingSeizureNote, facts) }
          : { type: 'error', text: fill(t.seizedNote, facts) },
      )
    }
    if (rights.mortgageNeeds !== 'none')
      notes.push({ type: 'warning', text: t.mortgageNotes[rights.mortgageNeeds] })
    if (rights.objections.length > 0) notes.push({ type: 'warning', text: t.objectionNote })
    if (rights.prenotices.length > 0) notes.push({ type: 'warning', text: t.prenoticeNote })
  }
  return (
    <div className="mb-notes">
      {notes.map((note) => (
        <Alert key={note.text} type={note.type} showIcon title={note.text} />
      ))}
    </div>
  )
}
