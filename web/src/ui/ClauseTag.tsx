import { useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { uiTexts } from './texts.ts'

/** The clause of the notice, or the article of law, that a refusal or control rests on. */
export function ClauseTag({ clause }: { clause: string }) {
  const t = useTexts(uiTexts)
  const isNotice = /^\d+\.\d+$/.test(clause)
  return <span className="mb-clause">{fill(isNotice ? t.clauseLabel : t.clause, { clause })}</span>
}
