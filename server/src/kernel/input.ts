import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { FieldProblem, Text } from './refusal.ts'

/**
 * Checks input against its TypeBox schema and says what is wrong field by field, in both languages.
 * Schemas may carry `title` ("zh|en") so that a message names the field as the screen does.
 */
export class InputCheck {
  readonly #validator: Validator
  readonly #schema: TSchema

  constructor(schema: TSchema) {
    this.#schema = schema
    this.#validator = Compile(schema)
  }

  /** Problems in the order found, one per field; empty means the input has the declared shape. */
  problems(input: unknown): FieldProblem[] {
    const found = new Map<string, FieldProblem>()
    for (const path of unstorable(input))
      found.set(
        path.map(storable).join('.'),
        say(this.#schema, path, '含有无法保存的字符', 'contains a character that cannot be stored'),
      )
    if (this.#validator.Check(input)) return [...found.values()].slice(0, problemsMax)
    for (const error of this.#validator.Errors(input) as Iterable<ValidationError>) {
      for (const problem of explain(error, this.#schema))
        if (!found.has(problem.path)) found.set(problem.path, problem)
    }
    return [...found.values()].slice(0, problemsMax)
  }
}

const problemsMax = 100

/** What PostgreSQL cannot hold as text: NUL, and half of a surrogate pair. */
const unstorableText = /[\0\p{Surrogate}]/gu

/** The text with U+FFFD in place of every character that cannot be stored. */
export const storable = (text: string): string => text.replace(unstorableText, '\ufffd')

/** Paths of every text or field name that cannot be stored, at most `problemsMax`. */
function unstorable(value: unknown, path: string[] = [], found: string[][] = []): string[][] {
  if (found.length >= problemsMax) return found
  if (typeof value === 'string' && storable(value) !== value) found.push(path)
  if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (storable(key) !== key) found.push([...path, key])
      unstorable(one, [...path, key], found)
    }
  }
  return found
}

/** A sentence about one field, beginning with the field's label. */
function say(schema: TSchema, path: string[], zh: string, en: string): FieldProblem {
  const safe = path.map(storable)
  const label = labelOf(schema, safe)
  return { path: safe.join('.'), message: { zh: `${label.zh}${zh}`, en: `${label.en} ${en}` } }
}

interface ValidationError {
  keyword: string
  instancePath: string
  params: Record<string, unknown>
  message: string
}

function explain(error: ValidationError, schema: TSchema): FieldProblem[] {
  // A JSON pointer: `~1` and `~0` stand for slash and tilde.
  const base = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const here = (zh: string, en: string) => [say(schema, base, zh, en)]
  const below = (name: string, zh: string, en: string) => say(schema, [...base, name], zh, en)
  switch (error.keyword) {
    case 'required':
      return (error.params.requiredProperties as string[]).map((name) =>
        below(name, '不能为空', 'is required'),
      )
    case 'boolean':
      // The schema `false`: what stands where nothing may stand.
      return here('不是本表的字段', 'is not a field of this form')
    case 'additionalProperties':
      return (error.params.additionalProperties as string[]).map((name) =>
        below(name, '不是本表的字段', 'is not a field of this form'),
      )
    case 'maxLength':
      return here(`最多 ${error.params.limit} 个字`, `may have at most ${error.params.limit} characters`)
    case 'minLength':
      return Number(error.params.limit) === 1
        ? here('不能为空', 'is required')
        : here(`至少 ${error.params.limit} 个字`, `needs at least ${error.params.limit} characters`)
    case 'minItems':
      return here(`至少要有 ${error.params.limit} 项`, `needs at least ${error.params.limit} item(s)`)
    case 'maxItems':
      return here(`最多 ${error.params.limit} 项`, `may have at most ${error.params.limit} items`)
    case 'exclusiveMinimum':
      return here(`必须大于 ${error.params.limit}`, `must be more than ${error.params.limit}`)
    case 'exclusiveMaximum':
      return here(`必须小于 ${error.params.limit}`, `must be less than ${error.params.limit}`)
    case 'minimum':
      return here(`不能小于 ${error.params.limit}`, `must be at least ${error.params.limit}`)
    case 'maximum':
      return here(`不能大于 ${error.params.limit}`, `must be at most ${error.params.limit}`)
    case 'type':
      return here(
        `的类型不对，应为${typeName(error.params.type).zh}`,
        `has the wrong type; ${typeName(error.params.type).en} expected`,
      )
    case 'format':
    case 'pattern':
      return here('的格式不正确', 'is not in the expected form')
    case 'enum':
    case 'const':
    case 'anyOf':
      return here('不是允许的选项', 'is not one of the allowed values')
    default:
      return here('不正确', 'is not valid')
  }
}

function typeName(type: unknown): Text {
  const names: Record<string, Text> = {
    string: { zh: '文字', en: 'text' },
    integer: { zh: '整数', en: 'a whole number' },
    number: { zh: '数字', en: 'a number' },
    boolean: { zh: '是或否', en: 'yes or no' },
    array: { zh: '列表', en: 'a list' },
    object: { zh: '一组字段', en: 'a group of fields' },
  }
  return names[String(type)] ?? { zh: String(type), en: String(type) }
}

/** The label of a field: its schema's title ("zh|en"), else its name. */
function labelOf(schema: TSchema, path: string[]): Text {
  let at = schema as unknown as
    | { properties?: Record<string, unknown>; items?: unknown; title?: string }
    | undefined
  for (const step of path) {
    if (!at) break
    at = (/^\d+$/.test(step) ? at.items : at.properties?.[step]) as typeof at
  }
  const name = path.at(-1) || '内容'
  if (!at?.title) return { zh: `“${name}”`, en: `“${name}”` }
  const [zh = name, en = name] = at.title.split('|')
  return { zh: `“${zh}”`, en: `“${en}”` }
}

/** Names of the top-level fields whose schema says `sensitive: true`: their stored values are encrypted. */
export function sensitiveFields(schema: TSchema): Set<string> {
  const properties = (schema as { properties?: Record<string, { sensitive?: boolean }> }).properties ?? {}
  return new Set(Object.keys(properties).filter((name) => properties[name]!.sensitive))
}
