import { useEffect, useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { PublicFrame } from '../check/CheckPage.tsx'
import { useCanVerify } from '../check/VerifiedHere.tsx'
import { Copyable } from './Copyable.tsx'
import './evidence.css'
import { type CheckedNote, checkNote, type LineRole, notePolicy } from './noteLines.ts'
import { PolicyWords, useOfficeName } from './PolicyWords.tsx'
import { evidenceTexts } from './texts.ts'

interface CheckpointRow extends Text {
  id: string
  origin: string
  vkey: string
  size: number | null
  note: string | null
  signedAt: string | null
  /** C2SP tlog-policy; null while none is adopted. */
  policy: string | null
  /** One adopted since, which the next checkpoint must satisfy. */
  nextPolicy: string | null
}

/** Every office's newest published checkpoint, for anybody to keep; every signature under it is verified here. */
export function CheckpointsPage() {
  const t = useTexts(evidenceTexts)
  const found = useApi<{ items: CheckpointRow[]; sharedOperator: boolean }>('public/checkpoints')
  const refused = asRefused(found.error)
  return (
    <PublicFrame title={t.checkpoints}>
      <p className="mb-soft">{t.checkpointsHint}</p>
      {found.data?.sharedOperator && <p className="mb-soft">{t.sharedOperator}</p>}
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
  const checked = useChecked(row)
  const good = checked?.good ?? null
  return (
    <details>
      <summary>
        <b>{pick(row)}</b>
        <span>{row.size === null ? t.none : `${t.size} ${number(row.size)}`}</span>
        <span>{row.signedAt && dateTime(row.signedAt)}</span>
        {row.note !== null && able === false && <span>{t.signatureUnable}</span>}
        {able && good !== null && (
          <span className={good ? 'mb-good-text' : 'mb-field-problem'}>
            {good ? fill(t.quorumGood, { count: checked!.cosigners }) : t.quorumBad}
          </span>
        )}
      </summary>
      <h3>{t.note}</h3>
      {row.note === null ? <p className="mb-soft">{t.none}</p> : <Copyable text={row.note} />}
      {checked && able && <Lines checked={checked} />}
      <h3>{t.policy}</h3>
      <Copyable text={notePolicy(row)} />
      <PolicyWords text={notePolicy(row)} />
      {row.nextPolicy !== null && (
        <>
          <h3>{t.nextPolicy}</h3>
          <Copyable text={row.nextPolicy} />
          <PolicyWords text={row.nextPolicy} />
        </>
      )}
    </details>
  )
}

/** The note taken apart, with each signature verified; null until that is done, or when there is no note. */
function useChecked(row: CheckpointRow): CheckedNote | null {
  const [checked, setChecked] = useState<CheckedNote | null>(null)
  const { note, origin } = row
  const policy = notePolicy(row)
  useEffect(() => {
    if (note === null) return
    let stale = false
    void checkNote(note, policy, origin).then((done) => stale || setChecked(done))
    return () => {
      stale = true
    }
  }, [note, policy, origin])
  return checked
}

/** What every line of the note says, in words. */
function Lines({ checked }: { checked: CheckedNote }) {
  const t = useTexts(evidenceTexts)
  const office = useOfficeName()
  const { dateTime } = useFormats()
  const words: Record<LineRole, string> = t.lineRoles
  return (
    <table className="mb-plain mb-note-lines">
      <thead>
        <tr>
          <th scope="col">{t.line}</th>
          <th scope="col">{t.lineSays}</th>
        </tr>
      </thead>
      <tbody>
        {checked.lines.map((line) => (
          <tr key={line.no}>
            <td className="mb-code">{line.no}</td>
            <td>
              {fill(words[line.role], {
                value: line.value,
                who: office(line.value),
                at: line.time === null ? '' : dateTime(new Date(line.time * 1000).toISOString()),
              })}{' '}
              {line.good !== null && (
                <span className={line.good ? 'mb-good-text' : 'mb-field-problem'}>
                  {line.good ? t.signatureGood : t.signatureBad}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
