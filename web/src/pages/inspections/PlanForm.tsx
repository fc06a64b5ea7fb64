import { Form, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import type { InspectionKind } from '../../../../server/src/supervision/inspections/rules.ts'
import { useApi, useSession } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { FormModal } from '../people/FormModal.tsx'
import '../people/people.css'
import './inspections.css'
import { inspectionTexts } from './texts.ts'
import type { ChecklistList } from './types.ts'
import { useKindOptions, useOfficeOptions } from './words.tsx'

type Plan = Record<string, unknown> & {
  kind: InspectionKind
  inspected: string
  district?: string
  draw?: number
}

/** A plan: who inspects whom, in which way, by which list, when, and with whom. */
export function PlanForm({ onClose }: { onClose: () => void }) {
  const t = useTexts(inspectionTexts)
  const kinds = useKindOptions()
  const offices = useOfficeOptions(false)
  const home = useSession().data?.district.id ?? 'city'
  const [kind, setKind] = useState<InspectionKind>(home === 'city' ? 'open' : 'self')
  const [from, setFrom] = useState<string | undefined>()
  const [team, setTeam] = useState<string[]>([])
  const inspecting = home !== 'city' ? home : kind === 'mutual' ? from : 'city'
  const lists = useApi<ChecklistList>('checklists')
  const people = useApi<{ items: { id: string; name: string }[] }>(
    'inspectors',
    { office: inspecting },
    { enabled: inspecting !== undefined },
  )
  const options = (people.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const rule = [{ required: true, message: t.required }]
  const day = (name: string, label: string) => (
    <Form.Item name={name} label={label} rules={rule}>
      <Input type="date" />
    </Form.Item>
  )
  return (
    <FormModal<Plan>
      title={t.plan}
      hint={t.planHint}
      type="inspection.plan"
      input={(values) => ({
        ...values,
        district: inspecting,
        inspected: kind === 'self' ? inspecting : values.inspected,
        draw: kind === 'case_review' ? values.draw : 0,
      })}
      initial={{ kind, draw: 20 }}
      done={t.planned}
      confirmed={false}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t.kind} rules={rule}>
        <Select
          options={kinds.filter(({ value }) =>
            home === 'city' ? value !== 'self' : value === 'self' || value === 'mutual',
          )}
          onChange={setKind}
        />
      </Form.Item>
      {home === 'city' && kind === 'mutual' && (
        <Form.Item name="district" label={t.inspecting} rules={rule}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={offices} onChange={setFrom} />
        </Form.Item>
      )}
      {kind !== 'self' && (
        <Form.Item name="inspected" label={t.inspected} rules={rule}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={offices.filter(({ value }) => value !== inspecting)}
          />
        </Form.Item>
      )}
      <Form.Item name="checklistId" label={t.checklist} rules={rule}>
        <Select
          options={(lists.data?.items ?? [])
            .filter((one) => one.inForce && one.kinds.includes(kind))
            .map((one) => ({
              value: one.id,
              label: `${one.title} · ${fill(t.version, { n: one.version })}`,
            }))}
        />
      </Form.Item>
      <div className="mb-inspection-pair">
        {day('visitFrom', t.visitFrom)}
        {day('visitTo', t.visitTo)}
        {day('periodFrom', t.periodFrom)}
        {day('periodTo', t.periodTo)}
      </div>
      <Form.Item name="team" label={t.team} rules={rule}>
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          options={options}
          onChange={setTeam}
        />
      </Form.Item>
      <Form.Item name="readers" label={t.readers} rules={rule}>
        <Select mode="multiple" options={options.filter(({ value }) => team.includes(value))} />
      </Form.Item>
      {kind === 'case_review' && (
        <Form.Item name="draw" label={t.draw} extra={t.drawHint} rules={rule}>
          <InputNumber min={1} max={50} precision={0} />
        </Form.Item>
      )}
    </FormModal>
  )
}
