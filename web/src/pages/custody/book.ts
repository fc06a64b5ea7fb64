export const bookKinds = ['certificate', 'proof', 'seal', 'file'] as const

/** Which book, from day to day. */
export interface BookSearch {
  kind?: (typeof bookKinds)[number]
  from?: string
  until?: string
}
