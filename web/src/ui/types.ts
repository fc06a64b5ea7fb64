import type { Text } from '../i18n/texts.ts'

/** What a component needs to know of a refusal; the server's refusals have this shape. */
export interface ShownRefusal {
  code: string
  clause: string | null
  message: Text
  fields?: { path: string; message: Text }[]
}

/** Whether something can be done, and if not, why not. */
export type ShownAvailability = { enabled: true } | { enabled: false; refusal: ShownRefusal }
