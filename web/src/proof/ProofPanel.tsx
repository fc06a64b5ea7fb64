import { CheckCircleFilled, CloseCircleFilled, DownloadOutlined } from '@ant-design/icons'
import { fromBase64, fromUtf8 } from '@mingbu/tlog'
import { Alert, Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { LoadingState } from '../ui/states.tsx'
import { proofTexts } from './texts.ts'
import { type Proof, type ProofReport, verifyProof } from './verifyProof.ts'

interface ProofPanelProps {
  /** Null while no signed checkpoint covers the act yet. */
  proof: Proof | null
  /** What the page shows, to be compared with what was committed. */
  shown?: { field: string; facts: Record<string, string | number | null> }
  onRetry: () => void
  /** Name of the downloaded file, without ending. */
  fileName: string
}

/** Verifies a proof in this browser and tells each step; the proof itself is there to be read and taken home. */
export function ProofPanel({ proof, shown, onRetry, fileName }: ProofPanelProps) {
  const t = useTexts(proofTexts)
  const report = useReport(proof, shown)
  if (!proof) {
    return (
      <Alert type="warning" showIcon title={t.notYet} action={<Button onClick={onRetry}>{t.retry}</Button>} />
    )
  }
  if (!report) return <LoadingState label={t.verifying} />
  const values = {
    index: proof.index,
    size: proof.size,
    origin: proof.origin,
    witnesses: report.witnesses.length,
  }
  return (
    <section className="mb-proof" aria-live="polite">
      <Alert
        type={report.ok ? 'success' : 'error'}
        showIcon
        role={report.ok ? 'status' : 'alert'}
        title={<b data-testid="proof-result">{report.ok ? t.verified : t.failed}</b>}
        description={report.ok ? t.explain : undefined}
      />
      <ol className="mb-proof-steps">
        {report.steps.map(({ step, ok }) => (
          <li key={step} className={ok ? 'mb-check-in' : 'mb-check-bad'}>
            {ok ? <CheckCircleFilled aria-hidden /> : <CloseCircleFilled aria-hidden />}
            <span>
              {fill(t.steps[step], values)}
              <span className="mb-visually-hidden">({ok ? t.good : t.bad})</span>
            </span>
          </li>
        ))}
      </ol>
      <ProofText proof={proof} fileName={fileName} />
    </section>
  )
}

function useReport(proof: Proof | null, shown: ProofPanelProps['shown']): ProofReport | null {
  const [done, setDone] = useState<{ of: string; report: ProofReport } | null>(null)
  const of = JSON.stringify([proof, shown])
  useEffect(() => {
    let stale = false
    const [given, facts] = JSON.parse(of) as [Proof | null, ProofPanelProps['shown'] | null]
    if (given) void verifyProof(given, facts ?? undefined).then((report) => stale || setDone({ of, report }))
    return () => {
      stale = true
    }
  }, [of])
  return done?.of === of ? done.report : null
}

function ProofText({ proof, fileName }: { proof: Proof; fileName: string }) {
  const t = useTexts(proofTexts)
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([JSON.stringify(proof, null, 2)], { type: 'application/json' }))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [proof])
  return (
    <details className="mb-proof-raw">
      <summary>{t.raw}</summary>
      {address && (
        <Button
          icon={<DownloadOutlined aria-hidden />}
          href={address}
          download={`${fileName}.json`}
          size="small"
        >
          {t.download}
        </Button>
      )}
      <h3>{t.leafText}</h3>
      <pre>{fromUtf8(fromBase64(proof.leafBase64))}</pre>
      <h3>{fill(t.path, { count: proof.hashes.length })}</h3>
      <pre>{proof.hashes.join('\n') || '—'}</pre>
      <h3>{t.checkpoint}</h3>
      <pre>{proof.checkpoint}</pre>
      <h3>{t.policy}</h3>
      <pre>{proof.policy}</pre>
    </details>
  )
}
