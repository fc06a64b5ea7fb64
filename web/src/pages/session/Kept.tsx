import { App, ConfigProvider } from 'antd'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'

/**
 * Pages that can be taken out of the document and put back as they were, with all that was typed: they live in an element of
 * their own, which hangs in the document only while they are shown. Dialogs and lists that open belong to it as well.
 */
export function Kept({ shown, children }: { shown: boolean; children: ReactNode }) {
  const { message } = App.useApp()
  const [host] = useState(makeHost)
  const [focus] = useState<{ last: HTMLElement | null }>({ last: null })
  useEffect(() => {
    const note = (event: FocusEvent) => {
      if (event.target instanceof HTMLElement) focus.last = event.target
    }
    host.addEventListener('focusin', note)
    return () => host.removeEventListener('focusin', note)
  }, [host, focus])
  useEffect(() => {
    // Messages hang beside every page.
    if (!shown) message.destroy()
  }, [shown, message])
  const attach = useCallback(
    (place: HTMLElement | null) => {
      place?.append(host)
      if (place) focus.last?.focus({ preventScroll: true })
    },
    [host, focus],
  )
  return (
    <>
      {shown && <div className="mb-kept" ref={attach} />}
      {createPortal(<ConfigProvider getPopupContainer={() => host}>{children}</ConfigProvider>, host)}
    </>
  )
}

function makeHost(): HTMLElement {
  const made = document.createElement('div')
  made.className = 'mb-kept'
  return made
}
