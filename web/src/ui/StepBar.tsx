import { CheckOutlined } from '@ant-design/icons'
import { useFormats, useTexts } from '../i18n/language.tsx'
import { uiTexts } from './texts.ts'

/** One stage of a case; `person` and `at` (ISO instant) once somebody did it. */
export interface Step {
  id: string
  name: string
  state: 'done' | 'current' | 'todo' | 'skipped'
  person?: string
  at?: string
}

/** The stages in order and who did each, when: that they are different people is there to be seen (clause 6.2). */
export function StepBar({ steps }: { steps: readonly Step[] }) {
  const t = useTexts(uiTexts)
  const { dateTime } = useFormats()
  const words = { done: t.stepDone, current: t.stepCurrent, todo: t.stepTodo, skipped: t.stepSkipped }
  return (
    <ol className="mb-steps" aria-label={t.steps}>
      {steps.map((step, index) => (
        <li
          key={step.id}
          className={`mb-step mb-step-${step.state}`}
          aria-current={step.state === 'current' ? 'step' : undefined}
        >
          <span className="mb-step-dot" aria-hidden>
            {step.state === 'done' ? <CheckOutlined /> : index + 1}
          </span>
          <span className="mb-step-name">
            {step.name}
            <span className="mb-visually-hidden">({words[step.state]})</span>
          </span>
          <span className="mb-step-who">
            {step.person ?? (step.state === 'done' ? '' : words[step.state])}
          </span>
          {step.at && (
            <time className="mb-step-when" dateTime={step.at}>
              {dateTime(step.at)}
            </time>
          )}
        </li>
      ))}
    </ol>
  )
}
