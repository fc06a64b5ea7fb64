import { CheckCircleFilled, CloseCircleFilled, QuestionCircleFilled } from '@ant-design/icons'
import { Alert } from 'antd'
import { type ComponentProps, useEffect, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ProofPanel } from '../../proof/ProofPanel.tsx'
import { proofTexts } from '../../proof/texts.ts'
import { type Proof, type ProofReport, verifyProof } from '../../proof/verifyProof.ts'
import { LoadingState } from '../../ui/states.tsx'
import { checkTexts } from './texts.ts'
import { canVerifySignatures } from './verifyCheck.ts'

type Props = ComponentProps<typeof ProofPanel>

/**
 * The proof verified in this browser. A browser that cannot verify signatures is told so, and shows the steps that
 * need none: it must not call a signature false that it never looked at.
 */
export function VerifiedHere(props: Props) {
  const t = useTexts(proofTexts)
  const able = useCanVerify()
  if (props.proof && able === null) return <LoadingState label={t.verifying} />
  if (props.proof && able === false) return <WithoutSignature proof={props.proof} shown={props.shown} />
  return <ProofPanel {...props} />
}

/** Whether this browser can verify signatures; null until known. */
export function useCanVerify(): boolean | null {
  const [able, setAble] = useState<boolean | null>(null)
  useEffect(() => {
    let stale = false
    void canVerifySignatures().then((answer) => stale || setAble(answer))
    return () => {
      stale = true
    }
  }, [])
  return able
}

function WithoutSignature({ proof, shown }: { proof: Proof; shown: Props['shown'] }) {
  const t = useTexts(proofTexts)
  const own = useTexts(checkTexts)
  const steps = useSteps(proof, shown)
  if (!steps) return <LoadingState label={t.verifying} />
  const values = { index: proof.index, size: proof.size, origin: proof.origin, witnesses: '?' }
  const good = steps.every(({ step, ok }) => ok || bySignature.has(step))
  return (
    <section className="mb-proof" aria-live="polite">
      <Alert
        type={good ? 'warning' : 'error'}
        showIcon
        title={<b data-testid="proof-result">{good ? own.unableTitle : t.failed}</b>}
        description={good ? own.unableHint : undefined}
      />
      <ol className="mb-proof-steps">
        {steps.map(({ step, ok }) => {
          const mark = bySignature.has(step) ? 'unchecked' : ok ? 'good' : 'bad'
          return (
            <li key={step} className={marks[mark].tone}>
              {marks[mark].icon}
              <span>
                {fill(t.steps[step], values)} <small>{own.marks[mark]}</small>
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

/** Steps that need a browser able to verify signatures. */
const bySignature: ReadonlySet<string> = new Set(['signature', 'quorum'])

const marks = {
  good: { icon: <CheckCircleFilled aria-hidden />, tone: 'mb-check-in' },
  bad: { icon: <CloseCircleFilled aria-hidden />, tone: 'mb-check-bad' },
  unchecked: { icon: <QuestionCircleFilled aria-hidden />, tone: undefined },
}

function useSteps(proof: Proof, shown: Props['shown']): ProofReport['steps'] | null {
  const [steps, setSteps] = useState<ProofReport['steps'] | null>(null)
  useEffect(() => {
    let stale = false
    void verifyProof(proof, shown).then((report) => stale || setSteps(report.steps))
    return () => {
      stale = true
    }
    // The proof is a new object only when it was fetched anew; the facts follow from the same answer.
  }, [proof, shown])
  return steps
}
