import type { ReactNode } from 'react'
import { LanguageSwitch } from '../../app/LanguageSwitch.tsx'
import { Seal } from '../../app/Seal.tsx'
import { useTexts } from '../../i18n/language.tsx'
import './session.css'
import { sessionTexts } from './texts.ts'

interface CoverProps {
  icon?: ReactNode
  title: string
  children: ReactNode
}

/** A page of one box that stands where the pages of the product would: nothing of anybody's work is on it. */
export function Cover({ icon, title, children }: CoverProps) {
  const t = useTexts(sessionTexts)
  return (
    <main className="mb-cover">
      <div className="mb-cover-top">
        <span className="mb-cover-brand">
          <Seal size={28} /> {t.product}
        </span>
        <LanguageSwitch />
      </div>
      <section className="mb-cover-box" aria-labelledby="cover-title">
        {icon && (
          <span className="mb-cover-icon" aria-hidden>
            {icon}
          </span>
        )}
        <h1 id="cover-title">{title}</h1>
        {children}
      </section>
    </main>
  )
}
