import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Form, Input, Select } from 'antd'
import { creditCodeProblem } from '../../../../server/src/values/creditCode.ts'
import { idNumberProblem } from '../../../../server/src/values/idNumber.ts'
import { IdNumberInput } from '../../forms/IdNumberInput.tsx'
import { ShareInput } from '../../forms/ShareInput.tsx'
import { useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import type { ApplyValues } from './applyInput.ts'
import { applyTexts } from './applyTexts.ts'

/** The server's own rule, told while the number is typed. A browser without `Temporal` leaves it to the server. */
const personCheck = (value: string): Text | null =>
  'Temporal' in globalThis
    ? (idNumberProblem(value, Temporal.Now.plainDateISO('Asia/Shanghai'))?.message ?? null)
    : null
const companyCheck = (value: string): Text | null => creditCodeProblem(value)?.message ?? null

/** Who acts for a party, and on what mandate. */
export function PartyAgent({ path, has }: { path: readonly (string | number)[]; has: boolean }) {
  const t = useTexts(applyTexts)
  const required = (field: string) => [{ required: true, message: fill(t.required, { field }) }]
  return (
    <>
      <Form.Item name={[...path, 'hasAgent']} valuePropName="checked" className="mb-tight">
        <Checkbox>{t.agent}</Checkbox>
      </Form.Item>
      {has && (
        <div className="mb-form-grid">
          <Form.Item name={[...path, 'agent', 'name']} label={t.agentName} rules={required(t.agentName)}>
            <Input maxLength={60} autoComplete="off" />
          </Form.Item>
          <Form.Item name={[...path, 'agent', 'idNumber']} label={t.agentId} rules={required(t.agentId)}>
            <IdNumberInput check={personCheck} />
          </Form.Item>
          <Form.Item
            name={[...path, 'agent', 'basis']}
            label={t.basis}
            rules={required(t.basis)}
            initialValue="notarised"
          >
            <Select
              options={[
                { value: 'notarised', label: t.notarised },
                { value: 'signed_before_staff', label: t.signed_before_staff },
              ]}
            />
          </Form.Item>
        </div>
      )}
    </>
  )
}

/** The buyers, one block each. */
export function Buyers({ byShare }: { byShare: boolean }) {
  const t = useTexts(applyTexts)
  return (
    <Form.List name="transferees">
      {(fields, { add, remove }) => (
        <>
          {fields.map((field, i) => (
            <fieldset key={field.key} className="mb-fieldset">
              <legend>{fill(t.buyer, { n: i + 1 })}</legend>
              <Buyer index={field.name} byShare={byShare} />
              {fields.length > 1 && (
                <Button size="small" icon={<DeleteOutlined aria-hidden />} onClick={() => remove(field.name)}>
                  {fill(t.removeBuyer, { n: i + 1 })}
                </Button>
              )}
            </fieldset>
          ))}
          <Button
            icon={<PlusOutlined aria-hidden />}
            onClick={() => add({ kind: 'person', hasAgent: false })}
            disabled={fields.length >= 50}
          >
            {t.addBuyer}
          </Button>
        </>
      )}
    </Form.List>
  )
}

function Buyer({ index, byShare }: { index: number; byShare: boolean }) {
  const t = useTexts(applyTexts)
  const form = Form.useFormInstance<ApplyValues>()
  const kind = Form.useWatch(['transferees', index, 'kind'], form) ?? 'person'
  const hasAgent = Form.useWatch(['transferees', index, 'hasAgent'], form) === true
  const at = (name: string) => [index, name]
  const required = (field: string) => [{ required: true, message: fill(t.required, { field }) }]
  return (
    <>
      <div className="mb-form-grid">
        <Form.Item name={at('kind')} label={t.kind}>
          <Select
            options={[
              { value: 'person', label: t.person },
              { value: 'company', label: t.company },
            ]}
          />
        </Form.Item>
        <Form.Item name={at('name')} label={t.name} rules={required(t.name)}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name={at('idNumber')}
          label={kind === 'person' ? t.idNumber : t.creditCode}
          rules={required(t.idNumber)}
        >
          <IdNumberInput key={kind} check={kind === 'person' ? personCheck : companyCheck} />
        </Form.Item>
        <Form.Item name={at('phone')} label={t.phone}>
          <Input maxLength={20} autoComplete="off" />
        </Form.Item>
        {byShare && (
          <Form.Item name={at('share')} label={t.buyShare} rules={required(t.buyShare)}>
            <ShareInput />
          </Form.Item>
        )}
      </div>
      <PartyAgent path={[index]} has={hasAgent} />
    </>
  )
}
