import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, App, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import '../custody/custody.css'
import { ActProof } from '../custody/words.tsx'
import '../people/people.css'
import './archives.css'
import { AskLoan, Bind, Recheck, Shelve, Tell } from './FileForms.tsx'
import { Loans } from './Loans.tsx'
import { Scans } from './Scans.tsx'
import { archiveTexts } from './texts.ts'
import type { FileView, LifeRow } from './types.ts'
import { ArchiveScan, usePlace } from './words.tsx'

const route = getRouteApi('/inside/archives/files/$number')

/** One file from its making to now: where it is, what is in it, how its scans look, who had it, and the proof of each step. */
export function FilePage() {
  const { number } = route.useParams()
  const t = useTexts(archiveTexts)
  const asked = useApi<FileView>(`archives/files/${encodeURIComponent(number)}`)
  const refused = asRefused(asked.error)
  return (
    <>
      <div className="mb-page-head">
        <div className="mb-custody-head mb-archive-head">
          <div>
            <h1>{fill(t.file, { number })}</h1>
            <p>
              {t.fileHint}{' '}
              <Link className="mb-custody-link" to="/life/$kind/$id" params={{ kind: 'archive', id: number }}>
                {t.wholeLife}
              </Link>
            </p>
          </div>
          <ArchiveScan />
        </div>
      </div>
      {refused ? (
        <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} />
      ) : asked.data ? (
        <Whole key={number} view={asked.data} />
      ) : (
        <LoadingState label={t.loading} />
      )}
    </>
  )
}

function Whole({ view }: { view: FileView }) {
  const t = useTexts(archiveTexts)
  const { dateTime, number } = useFormats()
  const place = usePlace()
  const { file } = view
  return (
    <>
      {!file.scansSame && <Alert type="error" showIcon title={t.scansChanged} />}
      <div className="mb-panel">
        <Facts
          items={[
            [t.where, <b key="place">{place(file.place, file.holder)}</b>],
            [
              t.case,
              <Link
                key="case"
                className="mb-custody-link"
                to="/cases/$caseId"
                params={{ caseId: file.caseId }}
              >
                {file.caseNumber}
              </Link>,
            ],
            [t.location, file.location],
            [t.pages, number(file.pages)],
            [
              t.filed,
              <ActProof key="filed" actId={file.actId}>
                {`${file.filedBy} ${dateTime(file.at)}`}
              </ActProof>,
            ],
            [t.check, file.checkedBy ? `${file.checkedBy} ${dateTime(file.checkedAt!)}` : t.notChecked],
            [
              t.binding,
              file.boundBy ? (
                <ActProof key="bound" actId={file.boundIn!}>
                  {`${file.boundBy} ${dateTime(file.boundAt!)} ${fill(t.boundWith, { cover: t.covers[file.cover!], pages: number(file.pagesBound!) })}`}
                </ActProof>
              ) : (
                t.notBound
              ),
            ],
            [t.term, t.terms[file.term]],
            [
              t.scanSet,
              <span key="set">
                <span className="mb-code" title={file.scanSet}>
                  {file.scanSet.slice(0, 16)}…
                </span>{' '}
                {file.scansSame ? t.scansSame : t.scansChanged}
              </span>,
            ],
          ]}
        />
      </div>
      <Actions view={view} />
      <div className="mb-person-section">
        <Life rows={view.life} />
      </div>
      <div className="mb-person-section">
        <Scans view={view} />
      </div>
      <div className="mb-person-section">
        <Contents view={view} />
      </div>
      <div className="mb-person-section">
        <Loans rows={view.loans} title={t.fileLoans} />
      </div>
    </>
  )
}

/** What may be done with the file, in the order of its life. */
function Actions({ view }: { view: FileView }) {
  const t = useTexts(archiveTexts)
  const { message } = App.useApp()
  const [open, setOpen] = useState<'recheck' | 'bind' | 'shelve' | 'ask' | 'lose' | 'found' | null>(null)
  const offer = useAct<object, unknown>('archives.offerFile')
  const take = useAct<object, unknown>('archives.takeFile')
  const end = useAct<object, unknown>('archives.endOffer')
  const appraise = useAct<object, unknown>('archives.askAppraisal')
  const { number, place } = view.file
  const run = (act: typeof offer, said: string) =>
    void act.perform({ file: number }).then((outcome) => outcome.ok && message.success(said))
  const button = (type: string, label: string, onClick: () => void, pending = false) => (
    <ActButton availability={view.availability[`archives.${type}`]} pending={pending} onClick={onClick}>
      {label}
    </ActButton>
  )
  const refused = [offer, take, end, appraise].find((act) => act.refusal)
  const close = () => setOpen(null)
  const checked = view.file.checkedBy !== null
  return (
    <>
      {refused?.refusal && <RefusalAlert refusal={refused.refusal} onClose={refused.clear} />}
      <div className="mb-archive-actions mb-screen-only">
        {!checked && button('recheckFile', t.recheck, () => setOpen('recheck'))}
        {place.startsWith('person:') && (
          <>
            {view.file.boundBy === null && button('bindFile', t.bind, () => setOpen('bind'))}
            {button('offerFile', t.offer, () => run(offer, t.offerDone), offer.pending)}
            {button('takeFile', t.take, () => run(take, t.taken), take.pending)}
            {button('endOffer', t.end, () => run(end, t.ended), end.pending)}
          </>
        )}
        {button('shelve', t.shelve, () => setOpen('shelve'))}
        {button('askLoan', t.ask, () => setOpen('ask'))}
        {place === 'missing'
          ? button('foundFile', t.found, () => setOpen('found'))
          : button('reportLoss', t.lose, () => setOpen('lose'))}
        {button('askAppraisal', t.appraise, () => run(appraise, t.appraiseDone), appraise.pending)}
      </div>
      {open === 'recheck' && <Recheck file={number} onClose={close} />}
      {open === 'bind' && <Bind file={number} onClose={close} />}
      {open === 'shelve' && <Shelve file={number} boxes={view.boxes} onClose={close} />}
      {open === 'ask' && <AskLoan file={number} onClose={close} />}
      {(open === 'lose' || open === 'found') && <Tell file={number} what={open} onClose={close} />}
    </>
  )
}

function Life({ rows }: { rows: LifeRow[] }) {
  const t = useTexts(archiveTexts)
  const place = usePlace()
  const { dateTime } = useFormats()
  const columns: TableColumnsType<LifeRow> = [
    {
      title: t.at,
      key: 'at',
      width: 150,
      render: (_, one) =>
        one.actId ? <ActProof actId={one.actId}>{dateTime(one.at)}</ActProof> : dateTime(one.at),
    },
    { title: t.state, key: 'step', width: 150, render: (_, one) => <b>{t.steps[one.step]}</b> },
    {
      title: t.from,
      key: 'from',
      width: 130,
      render: (_, one) => (one.fromPlace ? place(one.fromPlace, one.fromName) : '—'),
    },
    {
      title: t.to,
      key: 'to',
      width: 130,
      render: (_, one) => (one.toPlace ? place(one.toPlace, one.toName) : '—'),
    },
    { title: t.by, key: 'by', width: 120, render: (_, one) => one.person ?? '—' },
    { title: t.note, key: 'note', width: 260, render: (_, one) => <div className="mb-wrap">{one.note}</div> },
  ]
  return (
    <DataTable<LifeRow>
      title={t.life}
      columns={columns}
      rows={rows}
      rowKey={(one) => `${one.at} ${one.step}`}
      tools={<h2 className="mb-looks-heading">{t.life}</h2>}
      csv={[
        { title: t.at, value: (one) => dateTime(one.at) },
        { title: t.state, value: (one) => t.steps[one.step] },
        { title: t.from, value: (one) => place(one.fromPlace, one.fromName) },
        { title: t.to, value: (one) => place(one.toPlace, one.toName) },
        { title: t.by, value: (one) => one.person },
        { title: t.note, value: (one) => one.note },
      ]}
    />
  )
}

type Item = FileView['items'][number]
function Contents({ view }: { view: FileView }) {
  const t = useTexts(archiveTexts)
  const pagesOf = ({ firstPage, pages }: Item) =>
    pages === 1 ? String(firstPage) : `${firstPage}–${firstPage + pages - 1}`
  const columns: TableColumnsType<Item> = [
    { title: t.item, key: 'item', width: 70, align: 'right', render: (_, one) => one.item },
    { title: t.title, key: 'title', width: 320, render: (_, one) => one.title },
    { title: t.pageRange, key: 'range', width: 100, render: (_, one) => pagesOf(one) },
    {
      title: t.content,
      key: 'content',
      width: 220,
      render: (_, one) => (
        <span className="mb-code" title={one.content}>
          {one.content.slice(0, 20)}…
        </span>
      ),
    },
  ]
  return (
    <DataTable<Item>
      title={t.contents}
      columns={columns}
      rows={view.items}
      rowKey={(one) => String(one.item)}
      tools={<h2 className="mb-looks-heading">{t.contents}</h2>}
      csv={[
        { title: t.item, value: (one) => one.item },
        { title: t.title, value: (one) => one.title },
        { title: t.pageRange, value: pagesOf },
        { title: t.content, value: (one) => one.content },
      ]}
    />
  )
}
