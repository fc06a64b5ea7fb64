import { getRouteApi, Link } from '@tanstack/react-router'
import { App, Button, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import '../access/access.css'
import { ProofLink, useWords } from '../access/words.tsx'
import { Judged } from '../findings/FindingForms.tsx'
import { findingTexts } from '../findings/texts.ts'
import { StateTag } from '../findings/words.tsx'
import { Decisions } from './Decisions.tsx'
import { MeetingState } from './MeetingsPage.tsx'
import { MinutesForm } from './MinutesForm.tsx'
import './meetings.css'
import { Part } from './Part.tsx'
import { meetingTexts } from './texts.ts'
import type { AgendaItem, MeetingDetail } from './types.ts'

const route = getRouteApi('/inside/meetings/$id')

/** One review meeting: agenda, attendance, minutes, and what was decided. */
export function MeetingPage() {
  const { id } = route.useParams()
  const found = useApi<MeetingDetail>(`meetings/${id}`)
  const t = useTexts(meetingTexts)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  if (!found.data) return <LoadingState label={t.meeting} />
  return <Meeting meeting={found.data} />
}

function Meeting({ meeting }: { meeting: MeetingDetail }) {
  const t = useTexts(meetingTexts)
  const words = useWords()
  const { message } = App.useApp()
  const [asking, setAsking] = useState<'minutes' | 'confirm' | null>(null)
  const attend = useAct<object, unknown>('meeting.attend')
  const of = { district: meeting.district, meetingId: meeting.id }
  const last = meeting.minutes.at(-1)
  const signIn = () =>
    void attend.perform(of).then((outcome) => {
      if (outcome.ok) void message.success(t.saved)
    })
  return (
    <>
      <div className="mb-page-head">
        <h1>{meeting.topic}</h1>
        <p>
          <Link to="/meetings">{t.back}</Link>
        </p>
      </div>
      <Facts
        items={[
          [t.meeting, fill(t.numberOf, { year: meeting.year, no: meeting.no })],
          [t.office, words.office(meeting.district)],
          [t.heldOn, meeting.heldOn],
          [t.place, meeting.place],
          [
            t.convener,
            <ProofLink key="by" actId={meeting.actId}>
              {meeting.convener}
            </ProofLink>,
          ],
          [
            t.state,
            <MeetingState key="state" of={{ written: last !== undefined, confirmed: last?.good ?? null }} />,
          ],
        ]}
      />
      {attend.refusal && <RefusalAlert refusal={attend.refusal} onClose={attend.clear} />}
      <div className="mb-meeting-acts">
        <ActButton
          availability={meeting.availability['meeting.attend']}
          pending={attend.pending}
          onClick={signIn}
        >
          {t.attend}
        </ActButton>
        <ActButton
          availability={meeting.availability['meeting.minutes']}
          onClick={() => setAsking('minutes')}
        >
          {t.writeMinutes}
        </ActButton>
        <ActButton
          availability={meeting.availability['meeting.confirm']}
          onClick={() => setAsking('confirm')}
        >
          {t.confirm}
        </ActButton>
        {meeting.sees && last && <Button href={`/api/meetings/${meeting.id}/minutes.pdf`}>{t.pdf}</Button>}
      </div>
      {asking === 'minutes' && <MinutesForm meeting={meeting} onDone={() => setAsking(null)} />}
      {!meeting.sees && <p className="mb-soft">{t.hidden}</p>}
      {meeting.sees && <Minutes meeting={meeting} />}
      <Decisions meeting={meeting} />
      <Part title={t.attendance}>
        {meeting.attendance.length === 0 ? (
          <p className="mb-soft">{t.nobodyYet}</p>
        ) : (
          <p className="mb-meeting-people">
            {meeting.attendance.map((one) => (
              <ProofLink key={one.personId} actId={one.actId}>
                {one.name}
              </ProofLink>
            ))}
          </p>
        )}
        {!meeting.led && <p className="mb-soft">{t.unled}</p>}
      </Part>
      {meeting.sees && <Agenda meeting={meeting} />}
      {asking === 'confirm' && (
        <Judged
          title={t.confirm}
          type="meeting.confirm"
          of={of}
          name="good"
          yes={t.right}
          no={t.wrong}
          done={t.saved}
          confirmed={false}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

function Minutes({ meeting }: { meeting: MeetingDetail }) {
  const t = useTexts(meetingTexts)
  const { dateTime } = useFormats()
  return meeting.minutes.toReversed().map((one) => (
    <Part key={one.no} title={`${t.minutes} · ${fill(t.minutesNo, { no: one.no })}`}>
      <div className="mb-meeting-text">{one.body}</div>
      <p className="mb-meeting-line">
        <ProofLink actId={one.actId}>
          {`${fill(t.writtenBy, { who: one.writer })} ${dateTime(one.at)}`}
        </ProofLink>
      </p>
      {one.confirmActId && (
        <p className="mb-meeting-line">
          <span className={`mb-status mb-status-${one.good ? 'green' : 'amber'}`}>
            {one.good ? t.stateDone : t.stateAgain}
          </span>{' '}
          <ProofLink actId={one.confirmActId}>
            {fill(one.good ? t.confirmedBy : t.returnedBy, {
              who: one.confirmer ?? '',
              word: one.word ?? '',
            })}
          </ProofLink>
        </p>
      )}
    </Part>
  ))
}

function Agenda({ meeting }: { meeting: MeetingDetail }) {
  const t = useTexts(meetingTexts)
  const f = useTexts(findingTexts)
  const pick = usePick()
  const states = f.states as Record<string, string>
  const columns: TableColumnsType<AgendaItem> = [
    { title: '#', key: 'no', width: 60, align: 'right', render: (_, one) => one.no },
    {
      title: t.finding,
      key: 'finding',
      width: 460,
      render: (_, one) => (
        <div className="mb-wrap">
          <Link to="/findings/$id" params={{ id: one.findingId }}>
            {pick(one)}
          </Link>
        </div>
      ),
    },
    { title: t.severity, key: 'severity', width: 110, render: (_, one) => f.severities[one.severity] },
    { title: t.responsible, key: 'responsible', width: 130, render: (_, one) => one.responsible ?? f.nobody },
    {
      title: t.thenNow,
      key: 'state',
      width: 230,
      render: (_, one) => (
        <>
          {states[one.then]} {one.late && <span className="mb-status mb-status-red">{t.late}</span>} →{' '}
          <StateTag state={one.state} />
        </>
      ),
    },
  ]
  return (
    <DataTable<AgendaItem>
      title={t.agenda}
      tools={
        <h2 className="mb-access-heading">
          {t.agenda}
          {meeting.openFindings > meeting.agenda.length && (
            <span className="mb-soft"> {fill(t.agendaMore, { n: meeting.openFindings })}</span>
          )}
        </h2>
      }
      columns={columns}
      rows={meeting.agenda}
      rowKey={(one) => `${one.no}`}
      emptyLabel={t.noAgenda}
      csv={[
        { title: t.finding, value: (one) => pick(one) },
        { title: t.severity, value: (one) => f.severities[one.severity] },
        { title: t.responsible, value: (one) => one.responsible },
        { title: t.state, value: (one) => states[one.state] ?? one.state },
      ]}
    />
  )
}
