import { Link } from '@tanstack/react-router'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { officeById } from '../../../../server/src/values/districts.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { accessTexts } from './texts.ts'
import type { GrantLine } from './types.ts'

/** How rights are called: duty, office, purposes and businesses. */
export function useWords() {
  const t = useTexts(accessTexts)
  const pick = usePick()
  const purposes = t.purposes as Record<string, string>
  return {
    duty: (id: string) => pick(dutyTable.duties.find((one) => one.id === id)?.name ?? { zh: id, en: id }),
    office: (id: string) => pick(officeById(id)?.name ?? { zh: id, en: id }),
    purposes: (ids: readonly string[] | null) => ids?.map((id) => purposes[id] ?? id).join(t.comma) ?? '',
    businesses: (codes: readonly string[] | null) =>
      codes === null || codes.includes('*') ? t.allBusinesses : codes.join(t.comma),
  }
}

/** How far a right reaches. */
export function Scope({ of }: { of: Pick<GrantLine, 'businesses' | 'purposes'> }) {
  const words = useWords()
  return (
    <>
      <div>{words.businesses(of.businesses)}</div>
      {of.purposes && <div className="mb-soft">{words.purposes(of.purposes)}</div>}
    </>
  )
}

/** Until when a right is held: the last day of it. */
export function Until({ at }: { at: string | null }) {
  const t = useTexts(accessTexts)
  const { date } = useFormats()
  // The moment stored is the first one after the last day.
  return at === null ? <span className="mb-soft">{t.noEnd}</span> : date(lastDay(at))
}

export const lastDay = (until: string): string => new Date(Date.parse(until) - 1000).toISOString()

/** The act that a line rests on, one click from its proof. */
export function ProofLink({ actId, children }: { actId: string; children: React.ReactNode }) {
  return (
    <Link to="/evidence/$actId" params={{ actId }}>
      {children}
    </Link>
  )
}

/** Why a right is held: what was asked, who approved, by which act it was written, who confirmed it last. */
export function Why({ grant }: { grant: GrantLine }) {
  const t = useTexts(accessTexts)
  const pick = usePick()
  return (
    <div className="mb-wrap mb-access-facts">
      {grant.request && (
        <div>
          <ProofLink actId={grant.request.actId}>
            {fill(t.asked, { by: grant.request.by, reason: grant.request.reason })}
          </ProofLink>
        </div>
      )}
      {grant.approvers.map((one) => (
        <div key={one.actId}>
          <ProofLink actId={one.actId}>{fill(t.approvedBy, { names: one.person })}</ProofLink>
        </div>
      ))}
      {!grant.request && <ProofLink actId={grant.actId}>{pick(grant.actTitle)}</ProofLink>}
      {grant.review && (
        <div className="mb-soft">
          {fill(t.reviewed, { quarter: grant.review.quarter, by: grant.review.by })}
        </div>
      )}
    </div>
  )
}
