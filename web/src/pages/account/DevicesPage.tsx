import { KeyOutlined, MobileOutlined } from '@ant-design/icons'
import { Button, Input, Modal, type TableColumnsType, Tag } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import './account.css'
import { AddPasskey } from './AddPasskey.tsx'
import { AddTotp } from './AddTotp.tsx'
import { accountTexts } from './texts.ts'

export interface Device {
  id: string
  kind: 'passkey' | 'totp'
  label: string
  addedAt: string
  usedAt: string | null
  endedAt: string | null
}

/** 我的设备: what I confirm with, since when, used when; add, rename, end. */
export function DevicesPage() {
  const t = useTexts(accountTexts)
  const devices = useApi<{ items: Device[] }>('factors')
  const [adding, setAdding] = useState<'passkey' | 'totp' | null>(null)
  const [renaming, setRenaming] = useState<Device | null>(null)
  const [ending, setEnding] = useState<Device | null>(null)
  const close = () => setAdding(null)
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.devices}</h1>
        <p>{t.devicesHint}</p>
      </div>
      <DataTable<Device>
        title={t.devices}
        columns={useColumns(setRenaming, setEnding)}
        rows={devices.data?.items ?? []}
        rowKey={(row) => row.id}
        loading={devices.isPending}
        error={asRefused(devices.error)?.refusal ?? null}
        onRetry={() => void devices.refetch()}
        emptyLabel={t.empty}
        tools={
          <>
            <Button type="primary" icon={<KeyOutlined aria-hidden />} onClick={() => setAdding('passkey')}>
              {t.addPasskey}
            </Button>
            <Button icon={<MobileOutlined aria-hidden />} onClick={() => setAdding('totp')}>
              {t.addTotp}
            </Button>
          </>
        }
      />
      {adding === 'passkey' && <AddPasskey act="factor.add" onClose={close} />}
      {adding === 'totp' && <AddTotp act="factor.add" onClose={close} />}
      {renaming && <Rename device={renaming} onClose={() => setRenaming(null)} />}
      {ending && <End device={ending} onClose={() => setEnding(null)} />}
    </>
  )
}

function useColumns(
  onRename: (device: Device) => void,
  onEnd: (device: Device) => void,
): TableColumnsType<Device> {
  const t = useTexts(accountTexts)
  const { dateTime } = useFormats()
  return [
    { key: 'kind', title: t.kind, width: 120, render: (_, row) => t[row.kind] },
    { key: 'label', title: t.label, render: (_, row) => row.label },
    { key: 'added', title: t.addedAt, width: 180, render: (_, row) => dateTime(row.addedAt) },
    {
      key: 'used',
      title: t.usedAt,
      width: 180,
      render: (_, row) => (row.usedAt ? dateTime(row.usedAt) : t.never),
    },
    {
      key: 'state',
      title: t.state,
      width: 110,
      render: (_, row) => (row.endedAt ? t.ended : <Tag>{t.live}</Tag>),
    },
    {
      key: 'actions',
      title: t.actions,
      width: 170,
      render: (_, row) =>
        row.endedAt === null && (
          <>
            <Button size="small" aria-label={`${t.rename} ${row.label}`} onClick={() => onRename(row)}>
              {t.rename}
            </Button>{' '}
            <Button size="small" danger aria-label={`${t.end} ${row.label}`} onClick={() => onEnd(row)}>
              {t.end}
            </Button>
          </>
        ),
    },
  ]
}

function Rename({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useTexts(accountTexts)
  const [label, setLabel] = useState(device.label)
  const act = useAct<{ factorId: string; label: string }, unknown>('factor.rename')
  const save = async () => {
    const outcome = await act.perform({ factorId: device.id, label: label.trim() })
    if (outcome.ok) onClose()
  }
  return (
    <Modal
      open
      title={t.rename}
      okText={t.save}
      cancelText={t.cancel}
      onOk={() => void save()}
      onCancel={onClose}
      okButtonProps={{ disabled: label.trim() === '', loading: act.pending }}
    >
      {act.refusal && <RefusalAlert refusal={act.refusal} />}
      <Input
        autoFocus
        aria-label={t.label}
        value={label}
        maxLength={60}
        onChange={(event) => setLabel(event.target.value)}
        onPressEnter={() => void save()}
      />
    </Modal>
  )
}

function End({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useTexts(accountTexts)
  const act = useAct<{ factorId: string }, unknown>('factor.end', { confirmed: true, about: device.label })
  const end = async () => {
    const outcome = await act.perform({ factorId: device.id })
    if (outcome.ok) onClose()
  }
  return (
    <Modal
      open
      title={t.end}
      okText={t.end}
      cancelText={t.cancel}
      okButtonProps={{ danger: true, loading: act.pending }}
      onOk={() => void end()}
      onCancel={onClose}
    >
      {act.refusal && <RefusalAlert refusal={act.refusal} />}
      <p>{fill(t.endAsk, { label: device.label })}</p>
    </Modal>
  )
}
