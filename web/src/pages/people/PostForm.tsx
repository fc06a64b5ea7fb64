import { Form, Input, Select } from 'antd'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { FormModal } from './FormModal.tsx'
import { peopleTexts } from './texts.ts'
import type { PostRow, UnitRow } from './types.ts'

interface PostFormProps {
  post: PostRow | null
  district: string
  organisation: { units: UnitRow[]; items: PostRow[] }
  onClose: () => void
}

/** Proposes a post, new or changed. */
export function PostForm({ post, district, organisation, onClose }: PostFormProps) {
  const t = useTexts(peopleTexts)
  const pick = usePick()
  const required = [{ required: true, message: t.required }]
  type Values = Record<string, unknown>
  return (
    <FormModal<Values>
      title={post ? `${t.proposePost}${t.colon}${pick(post)}` : t.proposePost}
      hint={t.postsHint}
      type="people.proposePost"
      done={t.proposed}
      onClose={onClose}
      initial={
        post
          ? {
              id: post.id,
              nameZh: post.zh,
              nameEn: post.en,
              unit: post.unit,
              duties: post.duties,
              risk: post.risk,
              measuresZh: post.measures_zh,
              measuresEn: post.measures_en,
              level: post.level,
              leader: post.leader,
            }
          : { duties: [], risk: 'medium' }
      }
      input={(values) => ({
        district,
        post: Object.fromEntries(
          Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
        ),
      })}
    >
      <Form.Item name="id" label={t.postId} rules={required} hidden={post !== null}>
        <Input maxLength={40} className="mb-code" autoComplete="off" />
      </Form.Item>
      <Form.Item name="nameZh" label={t.postName} rules={required}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item name="nameEn" label={t.postNameEn} rules={required}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name="unit" label={t.unit} rules={required}>
        <Select<string> options={organisation.units.map((one) => ({ value: one.id, label: pick(one) }))} />
      </Form.Item>
      <Form.Item name="duties" label={t.duties}>
        <Select<string[]>
          mode="multiple"
          optionFilterProp="label"
          options={dutyTable.duties.map((duty) => ({ value: duty.id, label: pick(duty.name) }))}
        />
      </Form.Item>
      <Form.Item name="risk" label={t.risk} rules={required}>
        <Select<string> options={Object.entries(t.risks).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="measuresZh" label={t.measures} rules={required}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
      <Form.Item name="measuresEn" label={t.measuresEn} rules={required}>
        <Input.TextArea rows={3} maxLength={1500} />
      </Form.Item>
      <Form.Item name="level" label={t.level}>
        <Select<string>
          allowClear
          options={Object.entries(t.levels).map(([value, label]) => ({ value, label }))}
        />
      </Form.Item>
      <Form.Item name="leader" label={t.leader}>
        <Select<string>
          allowClear
          options={organisation.items
            .filter((one) => one.id !== post?.id)
            .map((one) => ({ value: one.id, label: pick(one) }))}
        />
      </Form.Item>
    </FormModal>
  )
}
