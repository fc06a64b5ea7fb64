import { useEffect, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { sessionTexts } from './texts.ts'

/** Says that capitals are locked, while they are. */
export function CapsHint() {
  const t = useTexts(sessionTexts)
  const [on, setOn] = useState(false)
  useEffect(() => {
    const look = (event: KeyboardEvent) => setOn(event.getModifierState?.('CapsLock') ?? false)
    window.addEventListener('keydown', look)
    window.addEventListener('keyup', look)
    return () => {
      window.removeEventListener('keydown', look)
      window.removeEventListener('keyup', look)
    }
  }, [])
  return (
    <p className="mb-caps" role="status">
      {on ? t.capsLock : ''}
    </p>
  )
}
