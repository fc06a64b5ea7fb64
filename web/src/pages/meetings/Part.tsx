import type { ReactNode } from 'react'

/** A part of the page of a meeting, under its name. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mb-panel mb-meeting-part">
      <h2>{title}</h2>
      {children}
    </section>
  )
}
