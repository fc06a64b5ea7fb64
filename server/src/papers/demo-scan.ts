import { typeset } from '../platform/documents/typeset.ts'
export const demoScan = (title: string) => typeset('#set page(paper: "a4")\n#set text(font: "Noto Serif SC")\n#let d = json(bytes(sys.inputs.data))\n= #d.title', { title }, { createdAt: Temporal.Instant.from('2026-01-01T00:00:00Z') }).pdf
export const demoSignature = (name: string) => Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
