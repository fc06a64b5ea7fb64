import { Link, useParams } from '@tanstack/react-router'
import { Button, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import './people.css'
import { AssignForm, AwayForm, EndPostForm, LeavingForm, RenameForm, ResetForm } from './PersonForms.tsx'
import { peopleTexts } from './texts.ts'
import type { Absence, Grant, Holding, PersonView } from './types.ts'

const forms = {
  'people.proposeAssignment': AssignForm,
  'people.startLeave': AwayForm,
  'account.requestReset': ResetForm,
  'people.proposeName': RenameForm,
  'people.leave': LeavingForm,
} as const
type FormType = keyof typeof forms
const labels = {
  'people.proposeAssignment': 'assign',
  'people.startLeave': 'leave',
  'account.requestReset': 'reset',
  'people.proposeName': 'rename',
  'people.leave': 'leaving',
} as const

/** One colleague: posts and duties with why, absences, account, and what may be done about them. */
export function PersonPage() {
  const { personId } = useParams({ from: '/inside/people/$personId' })
  const t = useTexts(peopleTexts)
  const asked = useApi<PersonView>(`people/${personId}`)
  const refused = asRefused(asked.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} fullPage />
  if (!asked.data) return <LoadingState label={t.people} fullPage />
  return <Person person={asked.data} />
}

function Person({ person }: { person: PersonView }) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const { date } = useFormats()
  const [open, setOpen] = useState<FormType | null>(null)
  const Form = open && forms[open]
  return (
    <>
      <div className="mb-page-head">
        <h1>{person.name}</h1>
        <p>
          {pick(person.district)} ·{' '}
          {person.holdings
            .filter((one) => one.now)
            .map((one) => pick(one))
            .join(t.comma) || t.none}
        </p>
      </div>
      <section className="mb-panel">
        <Facts
          items={[
            [t.state, t.states[person.state]],
            [t.employed, `${date(person.from)} – ${person.to ? date(person.to) : ''}`],
            ...accountFacts(person, useFormats(), t),
          ]}
        />
        {!person.sees && <p className="mb-soft">{t.onlyOwn}</p>}
        <div className="mb-person-acts mb-screen-only">
          {(Object.keys(forms) as FormType[]).map((type) => (
            <ActButton
              key={type}
              availability={person.availability[type]}
              danger={type === 'people.leave'}
              onClick={() => setOpen(type)}
            >
              {t[labels[type]]}
            </ActButton>
          ))}
          {person.sees && (
            <Link to="/life/$kind/$id" params={{ kind: 'person', id: person.id }}>
              <Button type="link">{t.history}</Button>
            </Link>
          )}
        </div>
      </section>
      <Holdings person={person} />
      {person.sees && <Grants rows={person.grants} />}
      {person.sees && <Absences person={person} />}
      {Form && <Form person={person} onClose={() => setOpen(null)} />}
    </>
  )
}

function accountFacts(
  { account }: PersonView,
  { dateTime, date }: ReturnType<typeof useFormats>,
  t: ReturnType<typeof useTexts<typeof peopleTexts.zh>>,
): (readonly [string, string | null])[] {
  if (!account) return []
  const state = [
    account.closedAt ? t.accountClosed : t.accountOpen,
    account.lockedUntil && fill(t.accountLocked, { at: dateTime(account.lockedUntil) }),
    account.resetAt && t.accountReset,
    account.ticketUntil && fill(t.accountTicket, { at: dateTime(account.ticketUntil) }),
  ]
  return [
    [t.username, account.username],
    [t.account, state.filter(Boolean).join('；')],
    [t.devices, account.devices === 0 ? t.noDevice : fill(t.devicesCount, { n: account.devices })],
    [t.changedAt, date(account.changedAt)],
    [t.session, account.session && `${account.session.workstation} · ${dateTime(account.session.startedAt)}`],
  ]
}

const proofOf = (actId: string | null, label: string) =>
  actId && (
    <Link to="/evidence/$actId" params={{ actId }}>
      {label}
    </Link>
  )

function Holdings({ person }: { person: PersonView }) {
  const rows = person.holdings
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const { date } = useFormats()
  const dutyName = (id: string) => {
    const known = dutyTable.duties.find((duty) => duty.id === id)
    return known ? pick(known.name) : id
  }
  const duties = (row: Holding) => (row.duties ?? []).map(dutyName).join(t.comma)
  const [ending, setEnding] = useState<Holding | null>(null)
  const unit = (row: Holding) => (row.unit_zh ? pick({ zh: row.unit_zh, en: row.unit_en ?? '' }) : '')
  const columns: TableColumnsType<Holding> = [
    { title: t.post, key: 'post', width: 160, render: (_, row) => <b>{pick(row)}</b> },
    { title: t.unit, key: 'unit', width: 180, render: (_, row) => unit(row) },
    { title: t.mode, key: 'kind', width: 80, render: (_, row) => t.kinds[row.kind] },
    { title: t.risk, key: 'risk', width: 90, render: (_, row) => row.risk && t.risks[row.risk] },
    { title: t.duties, key: 'duties', width: 150, render: (_, row) => duties(row) || t.none },
    { title: t.from, key: 'from', width: 110, render: (_, row) => date(row.from) },
    { title: t.to, key: 'to', width: 110, render: (_, row) => row.to && date(row.to) },
    { title: t.proof, key: 'proof', width: 70, render: (_, row) => proofOf(row.act_id, t.proof) },
    {
      title: t.actions,
      key: 'end',
      width: 110,
      className: 'mb-screen-only',
      render: (_, row) =>
        row.now && (
          <ActButton
            size="small"
            availability={person.availability['people.endPost']}
            onClick={() => setEnding(row)}
          >
            {t.endPost}
          </ActButton>
        ),
    },
  ]
  return (
    <div className="mb-person-section">
      {ending && <EndPostForm person={person} holding={ending} onClose={() => setEnding(null)} />}
      <DataTable<Holding>
        title={t.holdingsTable}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        tools={<h2 className="mb-looks-heading">{t.holdingsTable}</h2>}
        csv={[
          { title: t.post, value: (row) => pick(row) },
          { title: t.unit, value: unit },
          { title: t.mode, value: (row) => t.kinds[row.kind] },
          { title: t.duties, value: duties },
          { title: t.from, value: (row) => date(row.from) },
          { title: t.to, value: (row) => row.to && date(row.to) },
        ]}
      />
    </div>
  )
}

function Grants({ rows }: { rows: Grant[] }) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const { date } = useFormats()
  const columns: TableColumnsType<Grant> = [
    {
      title: t.dutiesNow,
      key: 'duty',
      width: 200,
      render: (_, row) => (row.now ? <b>{pick(row)}</b> : pick(row)),
    },
    { title: t.why, key: 'why', width: 200, render: (_, row) => (row.of_post ? t.ofPost : t.notOfPost) },
    { title: t.from, key: 'from', width: 110, render: (_, row) => date(row.from) },
    { title: t.to, key: 'to', width: 110, render: (_, row) => row.to && date(row.to) },
    { title: t.proof, key: 'proof', width: 80, render: (_, row) => proofOf(row.act_id, t.proof) },
  ]
  return (
    <div className="mb-person-section">
      <DataTable<Grant>
        title={t.grantsTable}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        tools={<h2 className="mb-looks-heading">{t.grantsTable}</h2>}
      />
    </div>
  )
}

function Absences({ person }: { person: PersonView }) {
  const t = useTexts(peopleTexts)
  const { date, dateTime } = useFormats()
  const recall = useAct<object, unknown>('people.recall', { confirmed: true })
  const columns: TableColumnsType<Absence> = [
    { title: t.absenceKind, key: 'kind', width: 160, render: (_, row) => t.absenceKinds[row.kind] },
    { title: t.from, key: 'from', width: 150, render: (_, row) => dateTime(row.from) },
    { title: t.to, key: 'to', width: 150, render: (_, row) => dateTime(row.to) },
    { title: t.note, key: 'note', width: 220, render: (_, row) => row.note },
    {
      title: t.state,
      key: 'state',
      width: 130,
      render: (_, row) => {
        if (row.withdrawnAt) return `${t.withdrawn} ${date(row.withdrawnAt)}`
        if (!row.open) return null
        return (
          <ActButton
            size="small"
            availability={person.availability['people.startLeave']}
            pending={recall.pending}
            onClick={() =>
              void recall.perform(
                { district: person.district.id, personId: person.id, absenceId: row.id },
                `${person.name} · ${t.absenceKinds[row.kind]}`,
              )
            }
          >
            {t.recall}
          </ActButton>
        )
      },
    },
    { title: t.proof, key: 'proof', width: 80, render: (_, row) => proofOf(row.act_id, t.proof) },
  ]
  return (
    <div className="mb-person-section">
      {recall.refusal && <RefusalAlert refusal={recall.refusal} onClose={recall.clear} />}
      <DataTable<Absence>
        title={t.absencesTable}
        columns={columns}
        rows={person.absences}
        rowKey={(row) => row.id}
        tools={<h2 className="mb-looks-heading">{t.absencesTable}</h2>}
      />
    </div>
  )
}
