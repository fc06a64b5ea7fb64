import { App } from 'antd'
import { useState } from 'react'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { ActForm } from './ActForm.tsx'
import { deskTexts } from './caseTexts.ts'
import { isTimely } from './RedoFields.tsx'
import type { CaseView } from './types.ts'

/** Acts whose place is beside what they are about: materials and parties. */
const elsewhere = new Set(['case.attach', 'case.checkIdentity', 'case.citeSurvey'])

/** What this person may do with the case now; what they may not is shown with the reason and its clause. */
export function Desk({ view }: { view: CaseView }) {
  const t = useTexts(deskTexts)
  const pick = usePick()
  const { message } = App.useApp()
  const [chosen, setChosen] = useState<string | null>(null)
  const acts = view.acts.filter((one) => !elsewhere.has(one.type) && isTimely(view, one.type))
  const stageIds = new Set(view.stages.map((stage) => stage.id))
  const ofStages = acts.filter((one) => one.move !== null && stageIds.has(one.move))
  const others = acts.filter((one) => !ofStages.includes(one) && one.type !== 'case.secondReview')
  const may = (type: string | null | undefined) => (type ? view.availability[type]?.enabled === true : false)
  const forStage = ofStages.find((one) => one.move === view.nextStage)
  const shown = may(chosen) ? chosen : may(forStage?.type) ? forStage?.type : undefined
  const stage = view.stages.find((one) => one.id === view.nextStage)
  const form = acts.find((one) => one.type === shown)
  const buttons = (list: typeof acts) => (
    <div className="mb-desk-acts">
      {list.map((one) => (
        <ActButton
          key={one.type}
          size="small"
          type={shown === one.type ? 'primary' : 'default'}
          availability={view.availability[one.type]}
          onClick={() => setChosen(one.type)}
        >
          {pick(one.title)}
        </ActButton>
      ))}
    </div>
  )
  return (
    <aside className="mb-desk mb-panel" aria-label={t.title}>
      <h2>{t.title}</h2>
      {stage && <p className="mb-soft">{fill(t.next, { stage: pick(stage.name) })}</p>}
      {buttons(ofStages)}
      {form && (
        <ActForm
          key={`${form.type}-${view.round}-${view.nextStage}`}
          view={view}
          type={form.type}
          name={pick(form.title)}
          onDone={() => {
            setChosen(null)
            message.success(fill(t.done, { act: pick(form.title) }))
          }}
        />
      )}
      <h3>{t.otherActs}</h3>
      {buttons(others)}
    </aside>
  )
}
