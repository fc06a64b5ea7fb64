import { Input } from 'antd'
import { useMemo, useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { PublicFrame } from '../check/CheckPage.tsx'
import { apiDocsTexts } from './texts.ts'

interface Schema {
  type?: string | string[]
  title?: string
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security: object[]
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
  responses: Record<string, { content?: { 'application/json': { schema: Schema } } }>
}

interface OpenApi {
  info: { version: string }
  paths: Record<string, Partial<Record<'get' | 'post', Operation>>>
}

interface Route extends Operation {
  method: 'GET' | 'POST'
  path: string
}

/** The API as a page to read: every act and query with its fields, made from the OpenAPI document. */
export function ApiDocsPage() {
  const t = useTexts(apiDocsTexts)
  const found = useApi<OpenApi>('openapi.json')
  const [words, setWords] = useState('')
  const routes = useMemo(() => routesOf(found.data), [found.data])
  const wanted = words.trim().toLowerCase()
  const shown = routes.filter((route) => `${route.path} ${route.summary}`.toLowerCase().includes(wanted))
  const tags = [...new Set(shown.map((route) => route.tags[0] ?? ''))]
  const refused = asRefused(found.error)
  return (
    <PublicFrame title={t.title}>
      <p className="mb-soft">
        {t.subtitle} <a href="/api/openapi.json">{t.raw}</a>
      </p>
      <Input.Search
        allowClear
        aria-label={t.search}
        placeholder={t.search}
        maxLength={100}
        onChange={(event) => setWords(event.target.value)}
      />
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.isPending && <LoadingState label={t.loading} />}
      {found.data && shown.length === 0 && <EmptyState label={t.empty} />}
      {tags.map((tag) => (
        <section key={tag} className="mb-api-tag">
          <h2>{tag}</h2>
          {shown
            .filter((route) => route.tags[0] === tag)
            .map((route) => (
              <OneRoute key={route.operationId} route={route} />
            ))}
        </section>
      ))}
    </PublicFrame>
  )
}

function routesOf(document: OpenApi | undefined): Route[] {
  return Object.entries(document?.paths ?? {}).flatMap(([path, methods]) =>
    (['get', 'post'] as const).flatMap((method) => {
      const operation = methods[method]
      return operation ? [{ ...operation, method: method.toUpperCase() as Route['method'], path }] : []
    }),
  )
}

function OneRoute({ route }: { route: Route }) {
  const t = useTexts(apiDocsTexts)
  const { language } = useLanguage()
  const [zh = '', en = ''] = route.summary.split(' / ')
  const input = route.requestBody?.content['application/json'].schema.properties?.input
  const answer = route.responses['200']?.content?.['application/json'].schema
  const result = route.method === 'POST' ? answer?.properties?.result : answer
  return (
    <details className="mb-api-route">
      <summary>
        <span className={`mb-api-method mb-api-${route.method.toLowerCase()}`}>{route.method}</span>
        <code>{route.path}</code>
        <span>{language === 'zh' ? zh : en}</span>
        {route.security.some((one) => Object.keys(one).length === 0) && (
          <small className="mb-soft">{t.open}</small>
        )}
      </summary>
      {route.description && <p lang="en">{route.description}</p>}
      {route.parameters && route.parameters.length > 0 && (
        <Fields
          title={t.parameters}
          rows={route.parameters.map((one) => ({
            name: one.name,
            schema: one.schema,
            required: one.required,
          }))}
        />
      )}
      {input && <Fields title={t.input} rows={fieldsOf(input)} />}
      {result && <Fields title={t.result} rows={fieldsOf(result)} />}
    </details>
  )
}

interface FieldRow {
  name: string
  schema: Schema
  required: boolean
}

/** Fields of an object, those of objects and lists inside it below them with dotted names. */
export function fieldsOf(schema: Schema, prefix = ''): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const row = {
      name: `${prefix}${name}`,
      schema: inner,
      required: schema.required?.includes(name) ?? false,
    }
    const below =
      inner.type === 'array' && inner.items
        ? fieldsOf(inner.items, `${prefix}${name}[].`)
        : fieldsOf(inner, `${prefix}${name}.`)
    return [row, ...below]
  })
}

/** What a schema allows, in the words of JSON Schema: `string, 1–60 characters`. */
export function typeWords(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.anyOf) return schema.anyOf.map(typeWords).join(' | ')
  const range = (low: number | undefined, high: number | undefined) =>
    low === undefined && high === undefined ? '' : ` ${low ?? ''}…${high ?? ''}`
  const bounds =
    schema.type === 'string'
      ? range(schema.minLength, schema.maxLength)
      : range(schema.minimum, schema.maximum)
  const item = schema.type === 'array' && schema.items ? ` of ${typeWords(schema.items)}` : ''
  return `${[schema.type ?? 'any'].flat().join(' | ')}${item}${bounds}${schema.format ? ` (${schema.format})` : ''}${schema.pattern ? ` /${schema.pattern}/` : ''}`
}

function Fields({ title, rows }: { title: string; rows: FieldRow[] }) {
  const t = useTexts(apiDocsTexts)
  const { language } = useLanguage()
  const label = (schema: Schema) => schema.title?.split('|')[language === 'zh' ? 0 : 1] ?? ''
  return (
    <>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="mb-soft">{t.none}</p>
      ) : (
        <div className="mb-scroll-x">
          <table className="mb-plain">
            <thead>
              <tr>
                <th scope="col">{t.name}</th>
                <th scope="col">{t.type}</th>
                <th scope="col">{t.required}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <td>
                    <code>{row.name}</code> {label(row.schema)}
                  </td>
                  <td>{typeWords(row.schema)}</td>
                  <td>{row.required ? t.yes : t.no}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
