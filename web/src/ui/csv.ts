/** One column of an exported list. */
export interface CsvColumn<T> {
  title: string
  value: (row: T) => string | number | null
}

/**
 * A list as CSV that Excel opens in any locale: UTF-8 with a byte order mark, CRLF, every cell quoted. A cell that
 * a spreadsheet would take for a formula gets an apostrophe in front, so a name can never become a command.
 */
export function toCsv<T>(columns: readonly CsvColumn<T>[], rows: readonly T[]): string {
  const lines = [
    columns.map((column) => cell(column.title)),
    ...rows.map((row) => columns.map((column) => cell(column.value(row)))),
  ]
  return `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`
}

function cell(value: string | number | null): string {
  if (value === null) return '""'
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}

/** Gives the browser a text to save under `name`. */
export function saveText(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  saveBlob(name, new Blob([text], { type }))
}

/** Gives the browser bytes to save under `name`. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
