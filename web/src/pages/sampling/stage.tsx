import { useTexts } from '../../i18n/language.tsx'
import { samplingTexts } from './texts.ts'
import type { SamplingStage } from './types.ts'

const colours: Record<SamplingStage, string> = {
  waiting: 'amber',
  value: 'amber',
  check: 'amber',
  people: 'amber',
  done: 'amber',
  closed: 'green',
  lapsed: 'grey',
}

/** How far a sampling is, of what is known of it in a list or on its page. */
export function stageOf({
  how,
  drawn,
  entered = false,
  checked = true,
  unanswered,
}: {
  how: 'closed' | 'lapsed' | null
  drawn: boolean
  entered?: boolean
  checked?: boolean
  unanswered: number
}): SamplingStage {
  if (how !== null) return how
  if (!drawn) return entered ? 'value' : 'waiting'
  if (!checked) return 'check'
  return unanswered > 0 ? 'people' : 'done'
}

export function StageTag({ stage }: { stage: SamplingStage }) {
  const t = useTexts(samplingTexts)
  return <span className={`mb-status mb-status-${colours[stage]}`}>{t.stages[stage]}</span>
}
