import { CheckCircleOutlined, ClockCircleOutlined, WarningFilled } from '@ant-design/icons'
import { useFormats, useTexts } from '../i18n/language.tsx'
import { uiTexts } from './texts.ts'

export type DueLevel = 'green' | 'amber' | 'red'

const icons = {
  green: <CheckCircleOutlined aria-hidden />,
  amber: <ClockCircleOutlined aria-hidden />,
  red: <WarningFilled aria-hidden />,
}

/** The time limit of something, told by colour, shape and word, so that no one needs the colour. `dueAt` is an ISO date or instant. */
export function DueTag({ level, dueAt }: { level: DueLevel; dueAt: string | null }) {
  const t = useTexts(uiTexts)
  const { date } = useFormats()
  if (dueAt === null) return <span className="mb-due mb-due-none">{t.noDue}</span>
  return (
    <span className={`mb-due mb-due-${level}`}>
      {icons[level]}
      <span>{date(dueAt)}</span>
      <span className="mb-due-word">{t[level]}</span>
    </span>
  )
}
