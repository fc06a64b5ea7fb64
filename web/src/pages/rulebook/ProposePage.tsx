import { getRouteApi, useRouter } from '@tanstack/react-router'
import { App, Button, Form, Input, InputNumber, Select } from 'antd'
import { asRefused, useApi } from '../../api/queries.ts'
import { type StoredFile, uploadFile } from '../../api/upload.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { FileDrop } from '../../forms/FileDrop.tsx'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import '../access/access.css'
import './rulebook.css'
import { type QuestionInput, Questionnaire } from './Questionnaire.tsx'
import { ruleTexts } from './texts.ts'
import type { RuleAction, RuleDetail, RuleKind, RuleList } from './types.ts'

const route = getRouteApi('/inside/rules/propose')

/** 提请立、改、废: everything a new version will say, or the reason why there will be none. */
export function ProposePage() {
  const { action = 'create', of } = route.useSearch()
  const t = useTexts(ruleTexts)
  const rule = useApi<RuleDetail>(`rules/${of}`, {}, { enabled: of !== undefined })
  const list = useApi<RuleList>('rules')
  const refused = asRefused(rule.error) ?? asRefused(list.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void list.refetch()} />
  if (!list.data || (of !== undefined && !rule.data)) return <LoadingState label={t.newTitle} />
  return <ProposeForm action={action} rule={rule.data ?? null} posts={list.data.posts} />
}

interface Values {
  effectiveOn: string
  reason: string
  content?: {
    title: string
    code?: string
    kind: RuleKind
    body?: string
    file?: string
    keeperPost: string
    posts?: string[]
    reviewDays: number
    readDays: number
  }
  questions?: QuestionInput[]
}

function ProposeForm({
  action,
  rule,
  posts,
}: {
  action: RuleAction
  rule: RuleDetail | null
  posts: RuleList['posts']
}) {
  const t = useTexts(ruleTexts)
  const pick = usePick()
  const router = useRouter()
  const { message } = App.useApp()
  const [form] = Form.useForm<Values>()
  const act = useAct<object, { proposalId: string }>('rule.propose')
  const base = rule?.versions.findLast((one) => one.action !== 'repeal') ?? null
  const repeal = action === 'repeal'
  const title =
    action === 'create'
      ? t.newTitle
      : fill(repeal ? t.repealTitle : t.amendTitle, { title: base?.title ?? '' })
  const needed = (field: string) => [{ required: true, message: fill(t.needed, { field }) }]
  const send = async ({ effectiveOn, reason, content, questions = [] }: Values) => {
    const quiz = questions.map(({ question, options }) => ({
      question: question.trim(),
      options: lines(options),
    }))
    const outcome = await act.perform({
      action,
      ...(rule ? { documentId: rule.documentId } : {}),
      effectiveOn,
      reason,
      ...(repeal || !content
        ? {}
        : {
            content: {
              ...content,
              code: content.code ?? '',
              body: content.body?.trim() ? content.body : undefined,
              posts: content.posts ?? [],
              quiz,
            },
            answers: questions.map((one) => one.answer),
          }),
    })
    if (!outcome.ok) return
    void message.success(t.saved)
    void router.navigate({ to: '/rules/proposals/$id', params: { id: outcome.result.proposalId } })
  }
  return (
    <>
      <div className="mb-page-head">
        <h1>{title}</h1>
        <p>{action === 'amend' ? t.amendHint : t.formHint}</p>
      </div>
      <EntryForm<Values>
        form={form}
        className="mb-access-fields"
        refusal={act.refusal}
        onRefusalClose={act.clear}
        onSubmit={(values) => void send(values)}
        initialValues={initial(base, repeal)}
      >
        {!repeal && (
          <>
            <Form.Item name={['content', 'title']} label={t.name} rules={needed(t.name)}>
              <Input maxLength={100} />
            </Form.Item>
            <Form.Item name={['content', 'code']} label={t.code}>
              <Input maxLength={60} />
            </Form.Item>
            <Form.Item name={['content', 'kind']} label={t.kind} rules={needed(t.kind)}>
              <Select options={Object.entries(t.kinds).map(([value, label]) => ({ value, label }))} />
            </Form.Item>
          </>
        )}
        <Form.Item
          name="effectiveOn"
          label={repeal ? t.endsOn : t.effectiveOn}
          rules={needed(repeal ? t.endsOn : t.effectiveOn)}
        >
          <Input type="date" />
        </Form.Item>
        {!repeal && (
          <>
            <Form.Item
              name={['content', 'keeperPost']}
              label={t.keeper}
              extra={t.keeperHint}
              rules={needed(t.keeper)}
            >
              <Select
                showSearch={{ optionFilterProp: 'label' }}
                options={posts.filter((one) => one.own).map((one) => ({ value: one.id, label: pick(one) }))}
              />
            </Form.Item>
            <Form.Item name={['content', 'posts']} label={t.posts} extra={t.postsHint}>
              <Select
                mode="multiple"
                showSearch={{ optionFilterProp: 'label' }}
                options={posts.map((one) => ({ value: one.id, label: pick(one) }))}
              />
            </Form.Item>
            <Form.Item
              name={['content', 'reviewDays']}
              label={`${t.reviewEvery} (${fill(t.days, { n: '30–1100' })})`}
              rules={needed(t.reviewEvery)}
            >
              <InputNumber min={30} max={1100} precision={0} />
            </Form.Item>
            <Form.Item
              name={['content', 'readDays']}
              label={`${t.readWithin} (${fill(t.days, { n: '1–90' })})`}
              rules={needed(t.readWithin)}
            >
              <InputNumber min={1} max={90} precision={0} />
            </Form.Item>
            <Form.Item
              name={['content', 'body']}
              label={t.text}
              extra={t.bodyHint}
              className="mb-access-wide"
            >
              <Input.TextArea rows={12} maxLength={30_000} showCount />
            </Form.Item>
            <Form.Item name={['content', 'file']} label={t.file} className="mb-access-wide">
              <OneFile />
            </Form.Item>
            <div className="mb-access-wide">
              <Questionnaire />
            </div>
          </>
        )}
        <Form.Item
          name="reason"
          label={t.reason}
          className="mb-access-wide"
          rules={[{ required: true, whitespace: true, min: 2, message: fill(t.needed, { field: t.reason }) }]}
        >
          <Input.TextArea rows={2} maxLength={1000} showCount />
        </Form.Item>
        <div className="mb-access-wide">
          <Button type="primary" htmlType="submit" loading={act.pending}>
            {t.submit}
          </Button>
        </div>
      </EntryForm>
    </>
  )
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** A form begins with what is in force, so that an amendment is an edit; only the answers are given anew. */
function initial(base: RuleDetail['versions'][number] | null, repeal: boolean): object {
  if (repeal) return {}
  const usual = { content: { reviewDays: 365, readDays: 10 }, questions: [{}] }
  if (!base) return usual
  const { title, code, kind, body, keeperPost, postIds, reviewDays, readDays, quiz } = base
  return {
    content: { title, code, kind, body: body ?? undefined, keeperPost, posts: postIds, reviewDays, readDays },
    questions: quiz?.map((one) => ({ question: one.question, options: one.options.join('\n') })),
  }
}

function OneFile({ onChange }: { onChange?: (file: string) => void }) {
  const t = useTexts(ruleTexts)
  return (
    <FileDrop<StoredFile>
      label={t.file}
      accept={['pdf']}
      bytesMax={50 * 1024 * 1024}
      multiple={false}
      upload={uploadFile}
      onStored={({ file }) => onChange?.(file)}
    />
  )
}
