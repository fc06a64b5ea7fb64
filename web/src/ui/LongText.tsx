import { Button } from 'antd'
import { useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { uiTexts } from './texts.ts'

/** A text of any length: keeps its line breaks, shows the first `shown` characters and the rest on request. Prints whole. */
export function LongText({ text, shown = 160 }: { text: string; shown?: number }) {
  const t = useTexts(uiTexts)
  const [open, setOpen] = useState(false)
  const characters = [...text]
  if (characters.length <= shown) return <span className="mb-long">{text}</span>
  return (
    <span className="mb-long">
      {characters.slice(0, shown).join('')}
      <span className={open ? undefined : 'mb-print-only'}>{characters.slice(shown).join('')}</span>
      {!open && <span className="mb-screen-only">…</span>}
      <Button
        type="link"
        size="small"
        className="mb-screen-only"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {open ? t.showLess : t.showAll}
      </Button>
    </span>
  )
}
