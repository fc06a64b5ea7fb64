import { Form, Input, Select } from 'antd'
import { useApi } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { FormModal } from '../people/FormModal.tsx'
import { windowTexts } from './texts.ts'

interface Quota {
  post: string
  quota: 'bureau' | 'head' | 'middle' | 'none'
  since: string
  reason: string
}

/** What a post owes from a day on; posts nobody spoke of owe by their level. */
export function QuotaModal({ district, onClose }: { district: string; onClose: () => void }) {
  const t = useTexts(windowTexts)
  const pick = usePick()
  const posts = useApi<{ items: { id: string; zh: string; en: string }[] }>('posts', { district })
  const needed = (field: string) => [{ required: true, message: fill(t.required, { field }) }]
  const quotas = district === 'city' ? (['bureau', 'none'] as const) : (['head', 'middle', 'none'] as const)
  return (
    <FormModal<Quota>
      title={t.setQuota}
      hint={t.setQuotaHint}
      type="window.setQuota"
      confirmed={false}
      input={(values) => ({ district, ...values })}
      done={t.setQuota}
      onClose={onClose}
    >
      <Form.Item name="post" label={t.post} rules={needed(t.post)}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          loading={posts.isPending}
          options={posts.data?.items.map((one) => ({ value: one.id, label: pick(one) }))}
        />
      </Form.Item>
      <Form.Item name="quota" label={t.quota} rules={needed(t.quota)}>
        <Select
          options={quotas.map((one) => ({
            value: one,
            label: one === 'none' ? t.quotaNone : t.quotas[one],
          }))}
        />
      </Form.Item>
      <Form.Item name="since" label={t.since} rules={needed(t.since)}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="reason" label={t.reason} rules={needed(t.reason)}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </FormModal>
  )
}
