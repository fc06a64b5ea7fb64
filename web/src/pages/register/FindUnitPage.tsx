import { SearchOutlined } from '@ant-design/icons'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { Button, Form, Input, type InputRef, type TableColumnsType } from 'antd'
import { useEffect, useRef } from 'react'
import { codeName, GHYT } from '../../../../server/src/values/dictionaries.ts'
import { formatUnitCode, parseUnitCode } from '../../../../server/src/values/unitCode.ts'
import { asTable, useList } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import type { CsvColumn } from '../../ui/csv.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/states.tsx'
import './register.css'
import { registerTexts } from './texts.ts'
import type { FoundUnit } from './types.ts'
import { tidyQuery } from './view.ts'

const route = getRouteApi('/inside/register')

/** Finding a register page by the beginning of a unit code or words of a location. A whole code opens its page at once. */
export function FindUnitPage() {
  const t = useTexts(registerTexts)
  const router = useRouter()
  const { q = '' } = route.useSearch()
  const [form] = Form.useForm<{ q: string }>()
  const field = useRef<InputRef>(null)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => form.setFieldsValue({ q }), [form, q])

  const submit = ({ q: typed }: { q: string }) => {
    const wanted = tidyQuery(typed)
    if (parseUnitCode(wanted)) router.history.push(`/register/${wanted}`)
    else router.history.push(`/register?q=${encodeURIComponent(wanted)}`)
  }
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.find}</h1>
        <p>{t.findHint}</p>
      </div>
      <search>
        <Form<{ q: string }>
          form={form}
          layout="inline"
          className="mb-panel mb-find"
          initialValues={{ q }}
          onFinish={submit}
        >
          <Form.Item
            name="q"
            label={t.findField}
            className="mb-find-field"
            rules={[
              {
                validator: async (_, typed: string) => {
                  if (tidyQuery(typed ?? '').length < 2) throw new Error(t.findShort)
                },
                validateTrigger: 'onSubmit',
              },
            ]}
          >
            <Input ref={field} maxLength={100} autoComplete="off" placeholder={t.findPlaceholder} />
          </Form.Item>
          <Button type="primary" htmlType="submit" icon={<SearchOutlined aria-hidden />}>
            {t.findButton}
          </Button>
        </Form>
      </search>
      {q.length >= 2 ? <Results q={q} /> : <EmptyState label={t.findStart} />}
    </>
  )
}

function Results({ q }: { q: string }) {
  const t = useTexts(registerTexts)
  const pick = usePick()
  const formats = useFormats()
  const router = useRouter()
  const list = useList<FoundUnit>('units', { q })
  const columns: TableColumnsType<FoundUnit> = [
    {
      title: t.unitCode,
      key: 'code',
      width: 290,
      render: (_, unit) => (
        <Link to="/register/$unitCode" params={{ unitCode: unit.code }} className="mb-code">
          {formatUnitCode(unit.code)}
        </Link>
      ),
    },
    {
      title: t.location,
      key: 'location',
      render: (_, unit) => <span className="mb-where">{unit.location}</span>,
    },
    { title: t.use, key: 'use', width: 170, render: (_, unit) => pick(codeName(GHYT, unit.use)) },
    {
      title: t.area,
      key: 'area',
      width: 140,
      align: 'right',
      render: (_, unit) => formats.area(unit.area),
    },
  ]
  const csv: CsvColumn<FoundUnit>[] = [
    { title: t.unitCode, value: (unit) => unit.code },
    { title: t.location, value: (unit) => unit.location },
    { title: t.use, value: (unit) => pick(codeName(GHYT, unit.use)) },
    { title: t.area, value: (unit) => Number(unit.area) },
  ]
  return (
    <DataTable<FoundUnit>
      title={t.results}
      columns={columns}
      {...asTable(list)}
      rowKey={(unit) => unit.code}
      onOpen={(unit) => router.history.push(pageAddress(unit))}
      emptyLabel={fill(t.findNone, { q })}
      csv={csv}
    />
  )
}

function pageAddress(unit: FoundUnit): string {
  return `/register/${unit.code}`
}
