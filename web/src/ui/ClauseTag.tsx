import { useLanguage } from '../i18n/language.tsx'
import { clauseName } from './law.ts'

/** The clause of the notice, or the article of law, that a refusal or control rests on. */
export function ClauseTag({ clause }: { clause: string }) {
  return <span className="mb-clause">{clauseName(clause, useLanguage().language)}</span>
}
