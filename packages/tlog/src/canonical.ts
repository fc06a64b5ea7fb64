/** A value that has one canonical text: no floats, no undefined, no cycles. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | readonly Canonical[]
  | { readonly [key: string]: Canonical | undefined }

/**
 * Canonical JSON: texts and keys in Unicode NFC, keys sorted by UTF-16 code units, no spaces, whole safe numbers only.
 * Keys whose value is undefined are left out. Equal values give equal bytes, so it may be hashed.
 * @throws TypeError for anything else: fractions, NaN, -0, functions, dates, cycles, holes in arrays, lone
 *   surrogates, and two keys of one object that are the same in NFC.
 */
export const canonicalJson = (value: unknown): string => write(value, new Set())

/** `within` holds the objects being written, so that a cycle is met as one and not as a full stack. */
function write(value: unknown, within: Set<object>): string {
  switch (typeof value) {
    case 'string':
      return text(value)
    case 'boolean':
      return String(value)
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0))
        throw new TypeError(`${value} is not a whole safe number`)
      return String(value)
    case 'object':
      return value === null ? 'null' : writeOnce(value, within)
    default:
      throw new TypeError(`${typeof value} has no canonical text`)
  }
}

function writeOnce(value: object, within: Set<object>): string {
  if (within.has(value)) throw new TypeError('a cycle has no canonical text')
  within.add(value)
  const text = Array.isArray(value)
    ? `[${Array.from(value, (one) => write(one, within)).join(',')}]`
    : writeObject(value, within)
  within.delete(value)
  return text
}

function writeObject(value: object, within: Set<object>): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${value.constructor?.name ?? 'object'} has no canonical text`)
  }
  const keys = Object.keys(value)
  return keys.every(isPlain) ? writePlain(value, keys, within) : writeAnyKeys(value, within)
}

/** An object whose keys are already as they will stand. */
function writePlain(value: object, keys: string[], within: Set<object>): string {
  let written = ''
  for (const key of keys.sort()) {
    const one = (value as Record<string, unknown>)[key]
    if (one !== undefined) written += `${written === '' ? '' : ','}"${key}":${write(one, within)}`
  }
  return `{${written}}`
}

function writeAnyKeys(value: object, within: Set<object>): string {
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => [normal(key), one] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const twice = entries.find(([key], i) => key === entries[i + 1]?.[0])
  if (twice) throw new TypeError(`the key ${twice[0]} stands twice`)
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${write(one, within)}`).join(',')}}`
}

/** ASCII without what JSON escapes: its own normal form, and its own JSON between quotes. */
const isPlain = (text: string): boolean => /^[ !#-[\]-~]*$/.test(text)

const text = (value: string): string => (isPlain(value) ? `"${value}"` : JSON.stringify(normal(value)))

function normal(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a lone surrogate has no canonical text')
  return text.normalize('NFC')
}
