import { type Policy, parsePolicy } from '@mingbu/tlog'
import { officeById } from '../../../../server/src/values/districts.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { evidenceTexts } from './texts.ts'

/** A policy (C2SP tlog-policy) in words: who must have signed. */
export function PolicyWords({ text }: { text: string }) {
  const t = useTexts(evidenceTexts)
  const office = useOfficeName()
  const policy = readPolicy(text)
  if (!policy) return <p className="mb-field-problem">{t.policyBad}</p>
  if (policy.quorum === 'none') return <p className="mb-soft">{t.policyNone}</p>
  const asked = (name: string): string => {
    const group = policy.groups.find((one) => one.name === name)
    if (!group) return office(name)
    const members = group.members.map(asked).join(t.and)
    const count = group.threshold === 'any' ? 1 : group.threshold
    return count === 'all' ? fill(t.policyAll, { members }) : fill(t.policySome, { count, members })
  }
  return <p className="mb-soft">{fill(t.policyAsks, { quorum: asked(policy.quorum) })}</p>
}

function readPolicy(text: string): Policy | null {
  try {
    return parsePolicy(text)
  } catch {
    return null
  }
}

/** The name of an office by its id, as policies call witnesses; any other name stays as it is. */
export function useOfficeName(): (id: string) => string {
  const pick = usePick()
  return (id) => {
    const office = officeById(id)
    return office ? pick(office.name) : id
  }
}
