import { Link } from '@tanstack/react-router'
import { Form, Space } from 'antd'
import { useState } from 'react'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { ProofLink } from '../access/words.tsx'
import { Evidence, Judged, Words } from '../findings/FindingForms.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { Part } from './Part.tsx'
import { meetingTexts } from './texts.ts'
import type { DecisionDetail, MeetingDetail } from './types.ts'

/** 议定事项 of the last minutes: owner, day, what was done, and who closed it. */
export function Decisions({ meeting }: { meeting: MeetingDetail }) {
  const t = useTexts(meetingTexts)
  const pick = usePick()
  const [asking, setAsking] = useState<{ act: 'report' | 'check'; of: DecisionDetail } | null>(null)
  const last = meeting.minutes.at(-1)?.no
  const shown = meeting.decisions.filter((one) => !meeting.sees || one.minutesNo === last)
  // Without minutes nothing can have been decided yet.
  if (shown.length === 0 && (!meeting.sees || last === undefined)) return null
  const of = asking && {
    district: meeting.district,
    meetingId: meeting.id,
    minutesNo: asking.of.minutesNo,
    no: asking.of.no,
  }
  return (
    <Part title={t.decisions}>
      {shown.length === 0 && <p className="mb-soft">{t.noDecisions}</p>}
      {shown.map((one) => (
        <div key={`${one.minutesNo} ${one.no}`} className="mb-meeting-decision">
          <Space wrap>
            <b>
              {one.no}. {one.what}
            </b>
            <DecisionState of={one} />
          </Space>
          <div className="mb-soft">
            {one.ownerName} · {t.due} {one.dueOn}
          </div>
          {one.findingId && (
            <p className="mb-meeting-line">
              {t.finding}{' '}
              <Link to="/findings/$id" params={{ id: one.findingId }}>
                {pick({ zh: one.findingZh ?? '', en: one.findingEn ?? '' })}
              </Link>
            </p>
          )}
          {one.done && one.reportActId && (
            <p className="mb-meeting-line">
              <ProofLink actId={one.reportActId}>{t.done}</ProofLink> {one.done}{' '}
              {one.files?.map((file, i) => (
                <a
                  key={file}
                  className="mb-meeting-file"
                  href={`/api/meetings/${meeting.id}/files/${file}`}
                  target="_blank"
                  rel="noreferrer"
                >
                  {fill(t.file, { no: i + 1 })}
                </a>
              ))}
            </p>
          )}
          {one.checkActId && (
            <p className="mb-meeting-line">
              <ProofLink actId={one.checkActId}>{one.checkedBy}</ProofLink> {one.word}
            </p>
          )}
          {one.confirmed && one.good !== true && (
            <div className="mb-meeting-acts">
              <ActButton
                size="small"
                availability={one.availability['meeting.report']}
                onClick={() => setAsking({ act: 'report', of: one })}
              >
                {t.report}
              </ActButton>
              <ActButton
                size="small"
                availability={one.availability['meeting.check']}
                onClick={() => setAsking({ act: 'check', of: one })}
              >
                {t.check}
              </ActButton>
            </div>
          )}
        </div>
      ))}
      {asking?.act === 'report' && (
        <FormModal<{ done: string; files: string[] }>
          title={t.report}
          type="meeting.report"
          confirmed={false}
          done={t.saved}
          input={(values) => ({ ...of, ...values })}
          onClose={() => setAsking(null)}
        >
          <Words name="done" label={t.done} most={2000} />
          <Form.Item
            name="files"
            label={t.files}
            extra={t.filesHint}
            rules={[{ required: true, message: t.filesNeeded }]}
          >
            <Evidence />
          </Form.Item>
        </FormModal>
      )}
      {asking?.act === 'check' && of && (
        <Judged
          title={t.check}
          hint={`${asking.of.no}. ${asking.of.what}\n${t.done}: ${asking.of.done ?? ''}`}
          type="meeting.check"
          of={of}
          name="good"
          yes={t.good}
          no={t.bad}
          done={t.saved}
          confirmed={false}
          onClose={() => setAsking(null)}
        />
      )}
    </Part>
  )
}

function DecisionState({ of }: { of: DecisionDetail }) {
  const t = useTexts(meetingTexts)
  const [colour, word] = !of.confirmed
    ? ['grey', t.unconfirmed]
    : of.good
      ? ['green', t.closed]
      : of.reports > 0 && of.good === null
        ? ['amber', t.reported]
        : of.late
          ? ['red', t.late]
          : ['amber', t.pending]
  return <span className={`mb-status mb-status-${colour}`}>{word}</span>
}
