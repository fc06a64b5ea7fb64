import { CopyOutlined } from '@ant-design/icons'
import { openNote, parseVkey } from '@mingbu/tlog'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { PublicFrame } from '../check/CheckPage.tsx'
import { useCanVerify } from '../check/VerifiedHere.tsx'
import './evidence.css'
import { evidenceTexts } from './texts.ts'

interface CheckpointRow extends Text {
  id: string
  origin: string
  vkey: string
  size: number | null
  note: string | null
  signedAt: string | null
}

/** Every office's newest checkpoint, for anybody to keep; each signature is verified here. */
export function CheckpointsPage() {
  const t = useTexts(evidenceTexts)
  const found = useApi<{ items: CheckpointRow[] }>('public/checkpoints')
  const refused = asRefused(found.error)
  return (
    <PublicFrame title={t.checkpoints}>
      <p className="mb-soft">{t.checkpointsHint}</p>
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.isPending && <LoadingState label={t.checkpoints} />}
      {found.data?.items.length === 0 && <EmptyState label={t.noLogs} />}
      <ul className="mb-checkpoints">
        {found.data?.items.map((row) => (
          <li key={row.id}>
            <One row={row} />
          </li>
        ))}
      </ul>
    </PublicFrame>
  )
}

function One({ row }: { row: CheckpointRow }) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime, number } = useFormats()
  const able = useCanVerify()
  const good = useSignature(row)
  return (
    <details>
      <summary>
        <b>{pick(row)}</b>
        <span>{row.size === null ? t.none : `${t.size} ${number(row.size)}`}</span>
        <span>{row.signedAt && dateTime(row.signedAt)}</span>
        {row.note !== null && able === false && <span>{t.signatureUnable}</span>}
        {able && good !== null && (
          <span className={good ? 'mb-good-text' : 'mb-field-problem'}>
            {good ? t.signatureGood : t.signatureBad}
          </span>
        )}
      </summary>
      <h3>{t.note}</h3>
      {row.note === null ? <p className="mb-soft">{t.none}</p> : <Copyable text={row.note} />}
      <p className="mb-soft">{fill(t.noteHint, { origin: row.origin })}</p>
      <h3>{t.key}</h3>
      <Copyable text={row.vkey} />
    </details>
  )
}

/** Whether the key signed the note: null until known, or when there is no note. */
function useSignature({ note, vkey }: CheckpointRow): boolean | null {
  const [good, setGood] = useState<boolean | null>(null)
  useEffect(() => {
    if (note === null) return
    let stale = false
    openNote(note, [parseVkey(vkey)]).then(
      () => stale || setGood(true),
      () => stale || setGood(false),
    )
    return () => {
      stale = true
    }
  }, [note, vkey])
  return good
}

/** Text to take away exactly as it stands. Where the browser keeps the clipboard from the page it can still be selected. */
function Copyable({ text }: { text: string }) {
  const t = useTexts(evidenceTexts)
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <div className="mb-copy">
      <pre>{text}</pre>
      {typeof navigator.clipboard !== 'undefined' && (
        <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={() => void copy()}>
          <span aria-live="polite">{copied ? t.copied : t.copy}</span>
        </Button>
      )}
    </div>
  )
}
