import { Link, useParams } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useMemo } from 'react'
import { erasureDuties } from '../../../../server/src/people/duties.ts'
import { officeById } from '../../../../server/src/values/districts.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { proofTexts } from '../../proof/texts.ts'
import type { Proof } from '../../proof/verifyProof.ts'
import { Facts } from '../../ui/Facts.tsx'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { VerifiedHere } from '../check/VerifiedHere.tsx'
import { ProofFiles } from './ProofFiles.tsx'
import { evidenceTexts } from './texts.ts'
import { type ActFact, differingFacts } from './verifyAct.ts'

/** What `GET /api/acts/:id/proof` answers. */
interface ActProof {
  actId: string
  type: string
  title: Text
  at: string
  outcome: 'done' | 'refused'
  district: string
  leafBase64: string
  proof: Omit<Proof, 'leafBase64' | 'n' | 'fields'> | null
  n: number
  fields: { no: number; name: string; erased: boolean; commitmentBase64: string; path: string[] }[]
}

/** One act: what it was, its proof verified here, and the commitment of everything it wrote. */
export function ProofPage() {
  const { actId } = useParams({ from: '/inside/evidence/$actId' })
  const t = useTexts(evidenceTexts)
  const found = useApi<ActProof>(`acts/${actId}/proof`)
  const refused = asRefused(found.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} fullPage />
  if (!found.data) return <LoadingState label={t.loading} fullPage />
  return <Found found={found.data} onRetry={() => void found.refetch()} />
}

function Found({ found, onRetry }: { found: ActProof; onRetry: () => void }) {
  const t = useTexts(evidenceTexts)
  const pick = usePick()
  const { dateTime } = useFormats()
  const p = useTexts(proofTexts)
  const proof = useMemo(() => proofOf(found), [found])
  const names: Record<ActFact, string> = {
    act: t.id,
    type: t.act,
    at: t.at,
    outcome: t.outcome,
    district: t.office,
  }
  const differing = differingFacts(found).map((fact) => names[fact])
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.one}</h1>
        <p>{pick(found.title)}</p>
      </div>
      <section className="mb-panel">
        <h2>{t.facts}</h2>
        <Facts
          items={[
            [t.act, `${pick(found.title)} · ${found.type}`],
            [t.at, dateTime(found.at)],
            [t.outcome, found.outcome === 'done' ? t.done : t.refused],
            [t.office, pick(officeById(found.district)?.name ?? { zh: found.district, en: found.district })],
            [
              t.id,
              <span key="id" className="mb-code">
                {found.actId}
              </span>,
            ],
          ]}
        />
      </section>
      <section className="mb-panel">
        {differing.length > 0 ? (
          <Alert
            type="error"
            showIcon
            title={<b data-testid="proof-result">{p.failed}</b>}
            description={fill(t.differs, { facts: differing.join(t.and) })}
          />
        ) : (
          <VerifiedHere proof={proof} onRetry={onRetry} fileName={`mingbu-${found.actId}`} />
        )}
      </section>
      <ErasureLink actId={found.actId} />
      {found.proof && <ProofFiles district={found.district} index={found.proof.index} />}
      <section className="mb-panel">
        <h2>{fill(t.fields, { count: found.n })}</h2>
        <p className="mb-soft">{found.fields.length > 0 ? t.fieldsHint : t.fieldsElsewhere}</p>
        <div className="mb-scroll-x">
          <table className="mb-plain">
            <thead>
              <tr>
                <th scope="col">{t.field}</th>
                <th scope="col">{t.commitment}</th>
              </tr>
            </thead>
            <tbody>
              {found.fields.map((field) => (
                <tr key={field.no}>
                  <td>
                    <span className="mb-code">{field.name}</span>{' '}
                    {field.erased && <small>({t.erased})</small>}
                  </td>
                  <td className="mb-code">{field.commitmentBase64}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  )
}

/** Leads whoever may propose it to how long what the act recorded is kept. */
function ErasureLink({ actId }: { actId: string }) {
  const t = useTexts(evidenceTexts)
  const duties = useSession().data?.duties ?? []
  if (!erasureDuties.propose.some((duty) => duties.includes(duty))) return null
  return (
    <p className="mb-screen-only">
      <Link to="/erasures" search={{ act: actId }}>
        {t.keptHowLong}
      </Link>
    </p>
  )
}

/** The act's proof with every commitment closed: values are opened to whom they concern, not on this page. */
function proofOf(found: ActProof): Proof | null {
  if (!found.proof) return null
  const closed = found.fields.map(({ no, path, commitmentBase64 }) => ({ no, path, commitmentBase64 }))
  return { ...found.proof, leafBase64: found.leafBase64, n: found.n, fields: [], closed }
}
