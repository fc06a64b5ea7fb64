/** Stand-in for the check digits and the calendar of `values/`, which are being written; then this file goes. */
export const isWorkingDay = (d: Temporal.PlainDate) => d.dayOfWeek < 6
export function idNumberCheck(b: string): string {
  const w = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  return '10X98765432'[[...b].reduce((s, c, i) => s + Number(c) * w[i]!, 0) % 11]!
}
export function organisationCodeCheck(b: string): string {
  const w = [3, 7, 9, 10, 5, 8, 4, 2]
  const A = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const c = 11 - ([...b].reduce((s, x, i) => s + A.indexOf(x) * w[i]!, 0) % 11)
  return c === 10 ? 'X' : c === 11 ? '0' : String(c)
}
export function creditCodeCheck(b: string): string {
  const w = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
  const A = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const c = 31 - ([...b].reduce((s, x, i) => s + A.indexOf(x) * w[i]!, 0) % 31)
  return A[c % 31]!
}
