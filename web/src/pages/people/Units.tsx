import { Form, Input, Select, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { FormModal } from './FormModal.tsx'
import { peopleTexts } from './texts.ts'
import type { UnitRow } from './types.ts'
import { useMayPropose } from './useMayPropose.ts'

interface UnitsProps {
  district: string
  units: UnitRow[]
}

/** The units of an office (内设机构, 1.1) and which stands under which. */
export function Units({ district, units }: UnitsProps) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const [editing, setEditing] = useState<UnitRow | 'new' | null>(null)
  const may = useMayPropose()
  const parent = (row: UnitRow) => {
    const found = units.find((one) => one.id === row.parent)
    return found ? pick(found) : ''
  }
  const columns: TableColumnsType<UnitRow> = [
    { title: t.unitName, key: 'name', width: 260, render: (_, row) => <b>{pick(row)}</b> },
    { title: t.unitKind, key: 'kind', width: 160, render: (_, row) => t.unitKinds[row.kind] },
    { title: t.parentUnit, key: 'parent', width: 260, render: (_, row) => parent(row) },
    {
      title: t.unitId,
      key: 'id',
      width: 220,
      render: (_, row) => <span className="mb-code">{row.id}</span>,
    },
    {
      title: t.change,
      key: 'change',
      width: 80,
      className: 'mb-screen-only',
      render: (_, row) => (
        <ActButton size="small" availability={may} onClick={() => setEditing(row)}>
          {t.change}
        </ActButton>
      ),
    },
  ]
  return (
    <div className="mb-person-section">
      <DataTable<UnitRow>
        title={t.units}
        columns={columns}
        rows={units}
        rowKey={(row) => row.id}
        emptyLabel={t.noUnits}
        csv={[
          { title: t.unitName, value: (row) => pick(row) },
          { title: t.unitKind, value: (row) => t.unitKinds[row.kind] },
          { title: t.parentUnit, value: parent },
          { title: t.unitId, value: (row) => row.id },
        ]}
        tools={
          <>
            <h2 className="mb-looks-heading">{t.units}</h2>
            <ActButton availability={may} onClick={() => setEditing('new')}>
              {t.defineUnit}
            </ActButton>
          </>
        }
      />
      {editing && (
        <UnitForm
          unit={editing === 'new' ? null : editing}
          district={district}
          units={units}
          onClose={() => setEditing(null)}
        />
      )}
    </div>
  )
}

interface UnitFormProps extends UnitsProps {
  unit: UnitRow | null
  onClose: () => void
}

/** A new unit, or another name and place of one there is. */
function UnitForm({ unit, district, units, onClose }: UnitFormProps) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const required = [{ required: true, message: t.required }]
  return (
    <FormModal<Record<string, unknown>>
      title={unit ? `${t.defineUnit}${t.colon}${pick(unit)}` : t.defineUnit}
      hint={t.unitHint}
      type="people.defineUnit"
      done={t.done}
      onClose={onClose}
      initial={
        unit
          ? { id: unit.id, kind: unit.kind, parent: unit.parent, nameZh: unit.zh, nameEn: unit.en }
          : { kind: 'section' }
      }
      input={(values) => ({
        district,
        unit: Object.fromEntries(
          Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
        ),
      })}
    >
      <Form.Item name="id" label={t.unitId} rules={required} hidden={unit !== null}>
        <Input maxLength={40} className="mb-code" autoComplete="off" />
      </Form.Item>
      <Form.Item name="kind" label={t.unitKind} rules={required} hidden={unit !== null}>
        <Select<string> options={Object.entries(t.unitKinds).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="nameZh" label={t.unitName} rules={required}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item name="nameEn" label={t.unitNameEn} rules={required}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name="parent" label={t.parentUnit}>
        <Select<string>
          allowClear
          options={units
            .filter((one) => one.id !== unit?.id)
            .map((one) => ({ value: one.id, label: pick(one) }))}
        />
      </Form.Item>
    </FormModal>
  )
}
