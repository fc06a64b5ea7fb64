import { Link } from '@tanstack/react-router'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { registerTexts } from './texts.ts'
import type { CaseOnUnit, CertificateView } from './types.ts'

/** Certificates made of this unit, in the order they were made, with what became of each. */
export function CertificatesPanel({ certificates }: { certificates: readonly CertificateView[] }) {
  const t = useTexts(registerTexts)
  return (
    <section className="mb-panel" aria-labelledby="certificates">
      <h2 id="certificates">{t.certificates}</h2>
      {certificates.length === 0 ? (
        <EmptyState label={t.noCertificates} />
      ) : (
        <table className="mb-plain">
          <thead>
            <tr>
              <th scope="col">{t.certificate}</th>
              <th scope="col">{t.certificateState}</th>
              <th scope="col">{t.blankSerial}</th>
            </tr>
          </thead>
          <tbody>
            {certificates.map((one) => (
              <tr key={one.number} className={past.has(one.state) ? 'mb-entry-past' : undefined}>
                <td className="mb-wrap">
                  <Link to="/life/$kind/$id" params={{ kind: 'certificate', id: one.number }}>
                    {one.number}
                  </Link>
                </td>
                <td>{one.ended ? t.certificateEnds[one.ended] : t.certificateStates[one.state]}</td>
                <td className="mb-code">
                  {one.blankSerial === null ? (
                    '—'
                  ) : (
                    <Link to="/life/$kind/$id" params={{ kind: 'serial', id: String(one.blankSerial) }}>
                      {one.blankSerial}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const past: ReadonlySet<CertificateView['state']> = new Set(['superseded', 'cancelled'])

/** Every case ever applied for on this unit. */
export function CasesPanel({ cases }: { cases: readonly CaseOnUnit[] }) {
  const t = useTexts(registerTexts)
  const { dateTime } = useFormats()
  return (
    <section className="mb-panel" aria-labelledby="cases">
      <h2 id="cases">{t.cases}</h2>
      {cases.length === 0 ? (
        <EmptyState label={t.noCases} />
      ) : (
        <table className="mb-plain">
          <thead>
            <tr>
              <th scope="col">{t.caseNumber}</th>
              <th scope="col">{t.caseState}</th>
              <th scope="col">{t.appliedAt}</th>
            </tr>
          </thead>
          <tbody>
            {cases.map((one) => (
              <tr key={one.caseId}>
                <td>
                  <Link to="/cases/$caseId" params={{ caseId: one.caseId }}>
                    {one.number ?? t.notNumbered}
                  </Link>
                </td>
                <td>{t.caseStates[one.state]}</td>
                <td>{dateTime(one.appliedAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
