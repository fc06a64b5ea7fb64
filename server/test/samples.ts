import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** Texts of the forms the house asks for; the first that fits a schema is taken. */
const texts = [
  'haishu',
  'office:haishu',
  '01a20814-963e-7000-8000-000000000001',
  'a'.repeat(64),
  '33000000001',
  '2026-03-09',
  '2026-03-09T01:30:00Z',
  '330203199001010009',
  'A'.repeat(22),
  '2026-03-09T01:30:00.000000Z~1',
  '123456',
  'nobody.here',
  '17:30',
  'A',
  '6.2',
  '2026',
  'HAISHU-2026-T01-000001',
  '样本',
]

interface Schema {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: TSchema[]
  items?: TSchema
  properties?: Record<string, TSchema>
  required?: string[]
  minItems?: number
  minimum?: number
  minLength?: number
}

/**
 * The smallest value a schema takes, for tests that go through every declared act and query.
 * @throws Error when no text here has the asked form: add one to `texts`.
 */
export function sample(schema: TSchema, path = 'input'): unknown {
  const one = schema as Schema
  if ('const' in one) return one.const
  if (one.enum) return one.enum[0]
  if (one.anyOf) return sample(one.anyOf[0]!, path)
  switch (one.type) {
    case 'object':
      return Object.fromEntries(
        (one.required ?? []).map((name) => [name, sample(one.properties![name]!, `${path}.${name}`)]),
      )
    case 'array':
      return Array.from({ length: one.minItems ?? 0 }, () => sample(one.items!, `${path}[]`))
    case 'integer':
    case 'number':
      return one.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    case undefined:
      return {}
    default: {
      const checks = Compile(schema)
      const long = 'x'.repeat(one.minLength ?? 1)
      const found = [...texts, long].find((text) => checks.Check(text))
      if (found === undefined) throw new Error(`server/test/samples.ts has no text for ${path}`)
      return found
    }
  }
}
