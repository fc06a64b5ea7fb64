import { useEffect, useRef } from 'react'

const key = 'mingbu.active'
/** How often activity is written down for the other pages of this browser, and looked at. */
const everyMs = 5_000

/** Calls `onIdle` when no key was pressed and nothing pointed at, in any page of this browser, for so many minutes. */
export function useIdle(minutes: number, onIdle: () => void): void {
  const call = useRef(onIdle)
  call.current = onIdle
  useEffect(() => {
    let noted = 0
    const note = () => {
      if (Date.now() - noted < everyMs) return
      noted = Date.now()
      localStorage.setItem(key, String(noted))
    }
    note()
    const events = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const
    for (const event of events) window.addEventListener(event, note, { passive: true })
    const timer = setInterval(() => {
      if (Date.now() - Number(localStorage.getItem(key) ?? noted) < minutes * 60_000) return
      noted = Date.now()
      call.current()
    }, everyMs)
    return () => {
      clearInterval(timer)
      for (const event of events) window.removeEventListener(event, note)
    }
  }, [minutes])
}
