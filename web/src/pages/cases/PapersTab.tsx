import { FilePdfOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { Facts } from '../../ui/Facts.tsx'
import { EmptyState, LoadingState } from '../../ui/states.tsx'
import { casePageTexts } from './caseTexts.ts'
import { type CaseView, fileAddress } from './types.ts'

const DocumentView = lazy(() =>
  import('../../ui/DocumentView.tsx').then((module) => ({ default: module.DocumentView })),
)

interface Paper {
  key: string
  name: string
  note: string
  file: string | null
}

/** Every paper the case made: notices with their dates, the certificate with its state, and what each handler wrote. */
export function PapersTab({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const [open, setOpen] = useState<Paper | null>(null)
  const kinds = t.paperKinds as Record<string, string>
  const states = t.certificateStates as Record<string, string>
  const papers: Paper[] = view.notices.map((notice, i) => ({
    key: `${notice.kind}-${i}`,
    name: kinds[notice.kind] ?? notice.kind,
    note: `${t.givenAt} ${dateTime(notice.at)}`,
    file: notice.file,
  }))
  if (view.certificate) {
    const { number, state, blankSerial, file } = view.certificate
    const blank = blankSerial === null ? '' : ` · ${fill(t.blank, { serial: blankSerial })}`
    papers.push({
      key: 'certificate',
      name: `${t.certificate} ${number}`,
      note: `${states[state] ?? state}${blank}`,
      file,
    })
  }
  const certificateToken =
    view.certificateUrl && (new URL(view.certificateUrl).pathname.split('/').at(-1) as string)
  return (
    <>
      <section className="mb-panel">
        {papers.length === 0 ? (
          <EmptyState label={t.noPapers} />
        ) : (
          <ul className="mb-papers">
            {papers.map((paper) => (
              <li key={paper.key}>
                <Button
                  type={open?.key === paper.key ? 'primary' : 'default'}
                  icon={<FilePdfOutlined aria-hidden />}
                  disabled={paper.file === null}
                  onClick={() => setOpen(open?.key === paper.key ? null : paper)}
                >
                  {paper.name}
                </Button>
                <small className="mb-soft">
                  {paper.file === null ? `${paper.note} · ${t.noFile}` : paper.note}
                </small>
                {paper.key === 'certificate' && certificateToken && (
                  <Link to="/check/$token" params={{ token: certificateToken }} target="_blank">
                    {t.receiptCheck}
                  </Link>
                )}
              </li>
            ))}
          </ul>
        )}
        {open?.file && (
          <Suspense fallback={<LoadingState label={open.name} />}>
            <DocumentView key={open.file} source={fileAddress(view.caseId, open.file)} name={open.name} />
          </Suspense>
        )}
      </section>
      <section className="mb-panel">
        <h2>{t.opinions}</h2>
        <Facts
          items={view.stages
            .filter((stage) => stage.done)
            .map(
              (stage) =>
                [
                  pick(stage.name),
                  `${stage.done?.opinion} —— ${stage.done?.person} ${dateTime(stage.done?.at ?? '')}`,
                ] as const,
            )}
        />
      </section>
    </>
  )
}
