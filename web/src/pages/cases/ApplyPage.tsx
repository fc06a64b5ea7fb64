import { useRouter, useSearch } from '@tanstack/react-router'
import { Alert, Button, Checkbox, Form, Input, Radio, Select } from 'antd'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { GYFS } from '../../../../server/src/values/dictionaries.ts'
import { useApi, useSession } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useLook } from '../../api/useLook.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { MoneyInput } from '../../forms/MoneyInput.tsx'
import { ShareInput, type ShareValue } from '../../forms/ShareInput.tsx'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { Buyers, PartyAgent } from './ApplyParties.tsx'
import { type ApplyValues, formPath, type SellerValue, toInput } from './applyInput.ts'
import { applyTexts } from './applyTexts.ts'
import { RenewalForm } from './RenewalForm.tsx'

interface UnitRow {
  code: string
  location: string
  area: string
}

interface Holders {
  unitCode: string
  location: string
  area: string
  sharing: string | null
  holders: { partyId: string; name: string; shareNum: number | null; shareDen: number | null }[]
  mortgages: number
  seizures: { organ: string; document: string; waiting: boolean }[]
  objections: number
  prenotices: number
}

/** The application of a sale (申请), entered at the window: the unit first, then who sells what to whom. */
export function ApplyPage() {
  const t = useTexts(applyTexts)
  const { unit: given } = useSearch({ from: '/inside/cases/new' })
  const session = useSession()
  const [unitCode, setUnitCode] = useState<string | null>(given ?? null)
  const [renews, setRenews] = useState(false)
  const may = session.data?.duties.includes('acceptance') ?? false
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      {session.data && !may ? (
        <Alert type="info" showIcon title={t.noDuty} />
      ) : (
        <>
          <section className="mb-panel">
            <h2>{t.unit}</h2>
            <Radio.Group
              aria-label={t.business}
              value={renews}
              onChange={(event) => setRenews(event.target.value as boolean)}
              options={[
                { value: false, label: t.businessSale },
                { value: true, label: t.businessRenewal },
              ]}
              className="mb-form-note"
            />
            <UnitSearch value={unitCode} onChange={setUnitCode} />
          </section>
          {unitCode && <Application key={unitCode} unitCode={unitCode} renews={renews} />}
        </>
      )}
    </>
  )
}

function UnitSearch({ value, onChange }: { value: string | null; onChange: (code: string) => void }) {
  const t = useTexts(applyTexts)
  const { area } = useFormats()
  const [words, setWords] = useState('')
  const asked = useDeferredValue(words.trim())
  const found = useApi<{ items: UnitRow[] }>('units', { q: asked }, { enabled: asked.length >= 2 })
  const items = asked.length >= 2 ? (found.data?.items ?? []) : []
  return (
    <Form layout="vertical">
      <Form.Item label={t.findUnit} htmlFor="apply-unit" extra={t.findHint}>
        <Select<string>
          id="apply-unit"
          showSearch={{ filterOption: false, onSearch: setWords }}
          value={value ?? undefined}
          onChange={onChange}
          loading={found.isFetching}
          notFoundContent={asked.length < 2 ? t.findHint : found.isFetching ? null : t.notFound}
          placeholder={t.findUnit}
          options={[
            // Not while one searches: Enter takes the first of the list, and that must not be the unit chosen before.
            ...(value && words === '' ? [{ value, label: value }] : []),
            ...items.map((item) => ({
              value: item.code,
              label: `${item.code} · ${item.location} · ${area(item.area)}`,
            })),
          ]}
        />
      </Form.Item>
    </Form>
  )
}

function Application({ unitCode, renews }: { unitCode: string; renews: boolean }) {
  const t = useTexts(applyTexts)
  const look = useLook<Holders>('register.holders', { unitCode })
  if (look.loading) return <LoadingState label={t.reading} />
  if (look.refusal) return <ErrorState refusal={look.refusal} onRetry={look.again} />
  const found = look.data as Holders
  return (
    <>
      <UnitNotes found={found} renews={renews} />
      {found.holders.length === 0 ? (
        <Alert type="error" showIcon title={t.noOwner} />
      ) : renews ? (
        <RenewalForm unitCode={found.unitCode} holders={found.holders} />
      ) : (
        <ApplicationForm found={found} />
      )}
    </>
  )
}

function UnitNotes({ found, renews }: { found: Holders; renews: boolean }) {
  const t = useTexts(applyTexts)
  const { area } = useFormats()
  return (
    <div className="mb-notes">
      <Alert
        type="success"
        showIcon
        title={fill(t.chosen, { location: found.location, area: area(found.area) })}
      />
      {!renews && <Burdens found={found} />}
    </div>
  )
}

/** What stands in the way of a sale, or follows it; another certificate changes nothing of the right. */
function Burdens({ found }: { found: Holders }) {
  const t = useTexts(applyTexts)
  return (
    <>
      {found.seizures.map((one) => (
        <Alert
          key={one.document}
          type={one.waiting ? 'warning' : 'error'}
          showIcon
          title={fill(one.waiting ? t.waiting : t.seized, one as unknown as Record<string, string>)}
        />
      ))}
      {found.mortgages > 0 && (
        <Alert type="warning" showIcon title={fill(t.mortgaged, { count: found.mortgages })} />
      )}
      {found.objections > 0 && <Alert type="warning" showIcon title={t.objected} />}
      {found.prenotices > 0 && <Alert type="warning" showIcon title={t.prenoticed} />}
    </>
  )
}

function ApplicationForm({ found }: { found: Holders }) {
  const t = useTexts(applyTexts)
  const pick = usePick()
  const router = useRouter()
  const act = useAct<ReturnType<typeof toInput>, { caseId: string }>('case.apply')
  const [form] = Form.useForm<ApplyValues>()
  const sale = Form.useWatch('sale', form) ?? 'whole'
  const sharing = Form.useWatch('sharing', form) ?? '0'
  const submit = async (values: ApplyValues) => {
    const outcome = await act.perform(toInput(found.unitCode, values))
    if (outcome.ok) void router.navigate({ to: '/cases/$caseId', params: { caseId: outcome.result.caseId } })
  }
  const refusal = useMemo(() => {
    if (!act.refusal?.fields) return act.refusal
    const sellers = (form.getFieldValue('transferors') ?? []) as SellerValue[]
    return {
      ...act.refusal,
      fields: act.refusal.fields.map((field) => ({ ...field, path: formPath(field.path, sellers) })),
    }
  }, [act.refusal, form])
  const initial: Partial<ApplyValues> = {
    sale: 'whole',
    sharing: '0',
    transferors: found.holders.map((holder) => ({ partyId: holder.partyId, present: true, hasAgent: false })),
    transferees: [{ kind: 'person', hasAgent: false }],
  }
  return (
    <EntryForm<ApplyValues>
      form={form}
      initialValues={initial}
      onSubmit={(values) => void submit(values)}
      refusal={refusal}
      onRefusalClose={act.clear}
    >
      <section className="mb-panel">
        <h2>{t.sale}</h2>
        <div className="mb-form-grid">
          <Form.Item name="sale" label={t.scope}>
            <Radio.Group
              options={[
                { value: 'whole', label: t.whole },
                { value: 'share', label: t.share },
              ]}
            />
          </Form.Item>
          <Form.Item name="sharing" label={t.sharing}>
            <Select
              options={GYFS.items
                .filter((item) => item.code !== '3')
                .map((item) => ({ value: item.code, label: pick(item.name) }))}
            />
          </Form.Item>
          <Form.Item
            name="priceFen"
            label={t.price}
            rules={[{ required: true, message: fill(t.required, { field: t.price }) }]}
          >
            <MoneyInput />
          </Form.Item>
          <Form.Item
            name="contractNumber"
            label={t.contract}
            rules={[{ required: true, whitespace: true, message: fill(t.required, { field: t.contract }) }]}
          >
            <Input maxLength={60} autoComplete="off" />
          </Form.Item>
        </div>
      </section>
      <section className="mb-panel">
        <h2>{t.sellers}</h2>
        <p className="mb-soft">{t.sellersHint}</p>
        <Sellers found={found} byShare={sale === 'share'} />
      </section>
      <section className="mb-panel">
        <h2>{t.buyers}</h2>
        <Buyers byShare={sharing === '2'} />
      </section>
      <section className="mb-panel">
        <Form.Item name="remark" label={t.remark}>
          <Input.TextArea rows={1} maxLength={500} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={act.pending}>
          {t.submit}
        </Button>
      </section>
    </EntryForm>
  )
}

function Sellers({ found, byShare }: { found: Holders; byShare: boolean }) {
  const t = useTexts(applyTexts)
  const form = Form.useFormInstance<ApplyValues>()
  const sellers = (Form.useWatch('transferors', form) ?? []) as SellerValue[]
  // A share is offered as the whole of what the holder has; the clerk lowers it when less is sold.
  useEffect(() => {
    if (!byShare) return
    for (const [i, holder] of found.holders.entries()) {
      const path: ['transferors', number, 'share'] = ['transferors', i, 'share']
      const share: ShareValue = { num: holder.shareNum ?? 1, den: holder.shareDen ?? 1 }
      if (!form.getFieldValue(path)) form.setFieldValue(path, share)
    }
  }, [byShare, found.holders, form])
  return (
    <ul className="mb-party-list">
      {found.holders.map((holder, i) => (
        <li key={holder.partyId}>
          <Form.Item name={['transferors', i, 'partyId']} hidden>
            <Input />
          </Form.Item>
          <div className="mb-form-row">
            <Form.Item name={['transferors', i, 'present']} valuePropName="checked" noStyle>
              <Checkbox>
                <b>{holder.name}</b>
                {holder.shareNum && holder.shareDen ? ` ${holder.shareNum}/${holder.shareDen}` : ''}
              </Checkbox>
            </Form.Item>
            {byShare && sellers[i]?.present && (
              <Form.Item name={['transferors', i, 'share']} label={t.sellShare} className="mb-row-field">
                <ShareInput />
              </Form.Item>
            )}
          </div>
          {sellers[i]?.present && (
            <PartyAgent path={['transferors', i]} has={sellers[i]?.hasAgent === true} />
          )}
        </li>
      ))}
    </ul>
  )
}
