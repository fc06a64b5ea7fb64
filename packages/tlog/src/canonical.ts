/** A value that has one canonical text: no floats, no undefined, no cycles. */
export type Canonical = null | boolean | number | string | readonly Canonical[] | { readonly [key: string]: Canonical | undefined }

/**
 * Canonical JSON: keys sorted by UTF-16 code units, no spaces, texts in Unicode NFC, whole safe numbers only.
 * Keys whose value is undefined are left out. Equal values give equal bytes, so it may be hashed.
 * @throws TypeError for anything else: fractions, NaN, -0, functions, dates, lone surrogates.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical text')
      return JSON.stringify(value.normalize('NFC'))
    case 'boolean':
      return String(value)
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new TypeError(`${value} is not a whole safe number`)
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
      return object(value)
    default:
      throw new TypeError(`a ${typeof value} has no canonical text`)
  }
}

function object(value: object): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`${value.constructor?.name ?? 'object'} has no canonical text`)
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${canonicalJson(key)}:${canonicalJson(one)}`).join(',')}}`
}
