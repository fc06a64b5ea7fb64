import type { KeyboardEvent } from 'react'

const fields =
  'input:not([type=hidden]):not([disabled]):not([readonly]), textarea:not([disabled]), [role=combobox]:not([aria-disabled=true])'

/**
 * The keyboard of an entry form: Enter goes to the next field and from the last one to the submit button,
 * Ctrl+Enter (⌘+Enter) submits from anywhere. Enter that belongs to something else is left alone: choosing
 * a Chinese character, an open list, a new line in a long text, pressing a button.
 */
export function entryKeys(event: KeyboardEvent<HTMLElement>, submit: () => void): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.keyCode === 229) return
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault()
    submit()
    return
  }
  const at = event.target
  if (
    !(at instanceof HTMLElement) ||
    at instanceof HTMLTextAreaElement ||
    at instanceof HTMLButtonElement ||
    at instanceof HTMLAnchorElement
  )
    return
  if (at.getAttribute('aria-expanded') === 'true' || event.defaultPrevented || event.shiftKey || event.altKey)
    return
  event.preventDefault()
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(fields)].filter(isVisible)
  const next =
    all[all.indexOf(at) + 1] ?? event.currentTarget.querySelector<HTMLElement>('button[type=submit]')
  next?.focus()
  if (next instanceof HTMLInputElement && next.type === 'text') next.select()
}

function isVisible(element: HTMLElement): boolean {
  return element.checkVisibility() && element.tabIndex >= 0
}
