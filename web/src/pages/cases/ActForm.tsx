import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, Button, Checkbox, Form, Input, InputNumber, Radio, Select } from 'antd'
import { printedSerial } from '../../../../server/src/values/blankSerial.ts'
import type { StoredFile } from '../../api/upload.ts'
import { uploadFile } from '../../api/upload.ts'
import { useAct } from '../../api/useAct.ts'
import { EntryForm } from '../../forms/EntryForm.tsx'
import { FileDrop } from '../../forms/FileDrop.tsx'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { casePageTexts, deskTexts } from './caseTexts.ts'
import { scanBytesMax } from './MaterialsTab.tsx'
import { SpoilFields, StampPhoto } from './RedoFields.tsx'
import type { CaseView } from './types.ts'

interface ActFormProps {
  view: CaseView
  type: string
  name: string
  onDone: () => void
}

type Values = Record<string, unknown>

/** The form of one act on the case: what the act needs beyond the case itself, and nothing else. */
export function ActForm({ view, type, name, onDone }: ActFormProps) {
  const t = useTexts(deskTexts)
  const pick = usePick()
  const confirmed = view.acts.find((one) => one.type === type)?.confirmed === true
  const about = [view.number, view.unit?.location].filter(Boolean).join(' · ')
  const act = useAct<Values, unknown>(type, { confirmed, about })
  const [form] = Form.useForm<Values>()
  const submit = async (values: Values) => {
    const outcome = await act.perform({ caseId: view.caseId, ...values })
    if (outcome.ok) onDone()
  }
  return (
    <EntryForm<Values>
      form={form}
      onSubmit={(values) => void submit(values)}
      refusal={act.refusal}
      onRefusalClose={act.clear}
      initialValues={initial(view, type, t.defaults, pick)}
    >
      <ActFields view={view} type={type} />
      <Button type="primary" htmlType="submit" loading={act.pending} block>
        {fill(t.submit, { act: name })}
      </Button>
    </EntryForm>
  )
}

/** What a clerk would type most often, so that Ctrl+Enter suffices. */
function initial(
  view: CaseView,
  type: string,
  defaults: Record<string, string>,
  pick: (text: { zh: string; en: string }) => string,
): Values {
  const opinion = defaults[type.replace('case.', '')]
  const missing = view.checklist.filter((rule) => !rule.received).map((rule) => pick(rule.name))
  const blank = view.keeping.find((one) => one.kind === 'certificate')
  const seal = view.keeping.find((one) => one.kind === 'seal')
  const own: Record<string, Values> = {
    'case.supplement': { items: missing.length > 0 ? missing : [''] },
    'case.decline': { reasons: [''] },
    'case.refuse': { grounds: [''] },
    'case.sendBack': { to: 'acceptance' },
    'case.spoil': { reason: 'misprint' },
    'case.reprint': blank ? { blankSerial: printedSerial(blank.edition, blank.from) } : {},
    'case.reseal': seal ? { sealNo: seal.from } : {},
    'case.print': blank ? { blankSerial: printedSerial(blank.edition, blank.from) } : {},
    'case.seal': seal ? { sealNo: seal.from } : {},
    'case.issue': {
      recipient: view.recipients.length === 1 ? view.recipients[0] : undefined,
      oldCertificate: view.body.renewal?.why === 'lost' ? 'declared_void' : 'taken_back',
    },
  }
  return { ...(opinion ? { opinion } : {}), ...own[type] }
}

function ActFields({ view, type }: { view: CaseView; type: string }) {
  switch (type) {
    case 'case.supplement':
      return <Lines name="items" />
    case 'case.decline':
      return <Lines name="reasons" />
    case 'case.refuse':
      return <Lines name="grounds" />
    case 'case.sendBack':
      return <SendBackFields view={view} />
    case 'case.withdraw':
      return <WithdrawFields view={view} />
    case 'case.resume':
    case 'case.take':
    case 'case.release':
      return null
    case 'case.publishLoss':
    case 'case.endLossNotice':
      return <NoticeFields type={type} />
    case 'case.reassign':
      return <ReassignFields view={view} />
    case 'case.print':
      return <PrintFields view={view} />
    case 'case.spoil':
      return <SpoilFields />
    case 'case.reprint':
      return <PrintFields view={view} again />
    case 'case.seal':
      return <SealFields view={view} />
    case 'case.reseal':
      return <SealFields view={view} again />
    case 'case.issue':
      return <IssueFields view={view} />
    case 'case.archive':
      return <ArchiveFields />
    case 'case.record':
      return <RecordFields />
    default:
      return <Opinion />
  }
}

/** To whom, out of those who may do the next step, or to nobody: then it waits in the pool. */
function ReassignFields({ view }: { view: CaseView }) {
  const t = useTexts(deskTexts)
  return (
    <>
      <Form.Item name="personId" label={t.giveTo}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t.toPool}
          options={view.mayBeGiven.map((one) => ({ value: one.id, label: one.name }))}
        />
      </Form.Item>
      <Form.Item name="reason" label={t.reason} rules={[{ required: true, min: 2, message: t.reason }]}>
        <Input.TextArea rows={2} maxLength={500} showCount />
      </Form.Item>
    </>
  )
}

function Opinion() {
  const t = useTexts(deskTexts)
  return (
    <Form.Item name="opinion" label={t.opinion} rules={[{ required: true, message: t.opinion }]}>
      <Input.TextArea rows={2} maxLength={1000} showCount />
    </Form.Item>
  )
}

/** Several sentences, each on its own line. */
function Lines({ name }: { name: 'items' | 'reasons' | 'grounds' }) {
  const t = useTexts(deskTexts)
  const label = name === 'items' ? t.items : t.reasons
  return (
    <Form.List name={name}>
      {(fields, { add, remove }) => (
        <fieldset className="mb-fieldset">
          <legend>{label}</legend>
          {fields.map((field, i) => (
            <div key={field.key} className="mb-line-field">
              <Form.Item name={field.name} rules={[{ required: true, min: 2, max: 300, message: label }]}>
                <Input.TextArea rows={1} maxLength={300} aria-label={`${label} ${i + 1}`} />
              </Form.Item>
              {fields.length > 1 && (
                <Button
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={fill(t.removeLine, { n: i + 1 })}
                  onClick={() => remove(field.name)}
                />
              )}
            </div>
          ))}
          <Button
            size="small"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => add('')}
            disabled={fields.length >= 20}
          >
            {t.add}
          </Button>
        </fieldset>
      )}
    </Form.List>
  )
}

function SendBackFields({ view }: { view: CaseView }) {
  const t = useTexts(deskTexts)
  const pick = usePick()
  const done = view.stages.filter(
    (stage) => stage.done && ['acceptance', 'first_review', 'second_review'].includes(stage.id),
  )
  return (
    <>
      <Form.Item name="to" label={t.backTo} rules={[{ required: true }]}>
        <Select options={done.map((stage) => ({ value: stage.id, label: pick(stage.name) }))} />
      </Form.Item>
      <Reason />
    </>
  )
}

function Reason() {
  const t = useTexts(deskTexts)
  return (
    <Form.Item name="reason" label={t.reason} rules={[{ required: true, min: 2, message: t.reason }]}>
      <Input.TextArea rows={2} maxLength={500} showCount />
    </Form.Item>
  )
}

function WithdrawFields({ view }: { view: CaseView }) {
  const t = useTexts(deskTexts)
  return (
    <>
      <Form.Item name="partyNos" label={t.withdrawers} rules={[{ required: true, message: t.withdrawers }]}>
        <Checkbox.Group options={view.parties.map((party) => ({ value: party.no, label: party.name }))} />
      </Form.Item>
      <Reason />
    </>
  )
}

function RecordFields() {
  const t = useTexts(deskTexts)
  return (
    <>
      <Alert type="warning" showIcon title={t.legalMoment} className="mb-form-note" />
      <Opinion />
    </>
  )
}

const ranges = (view: CaseView, kind: 'certificate' | 'seal'): string =>
  view.keeping
    .filter((one) => one.kind === kind)
    .slice(0, 3)
    .map((one) =>
      one.to - one.from === 1 ? `${one.edition}${one.from}` : `${one.edition}${one.from}–${one.to - 1}`,
    )
    .join('、')

function PrintFields({ view, again = false }: { view: CaseView; again?: boolean }) {
  const t = useTexts(deskTexts)
  const held = ranges(view, 'certificate')
  return (
    <>
      <Form.Item
        name="blankSerial"
        label={t.blankSerial}
        extra={held ? fill(t.blankHint, { ranges: held }) : t.noBlank}
        rules={[{ required: true, message: t.blankSerial }]}
      >
        <Input className="mb-code" maxLength={12} autoComplete="off" />
      </Form.Item>
      {!again && <Opinion />}
    </>
  )
}

function SealFields({ view, again = false }: { view: CaseView; again?: boolean }) {
  const t = useTexts(deskTexts)
  const held = ranges(view, 'seal')
  return (
    <>
      <Form.Item
        name="sealNo"
        label={t.sealNo}
        extra={held ? fill(t.sealHint, { ranges: held }) : t.noSeal}
        rules={[{ required: true, message: t.sealNo }]}
      >
        <InputNumber min={1} precision={0} controls={false} />
      </Form.Item>
      {!again && <Opinion />}
    </>
  )
}

/** The signature pad's picture as a form value: its content hash. */
function Signature({ value, onChange }: { value?: string; onChange?: (file: string) => void }) {
  const t = useTexts(deskTexts)
  return (
    <>
      <FileDrop<StoredFile>
        label={t.signature}
        accept={['png', 'jpeg']}
        bytesMax={scanBytesMax}
        multiple={false}
        upload={uploadFile}
        onStored={({ file }) => onChange?.(file)}
      />
      {value && <span className="mb-good-text">{t.signed}</span>}
    </>
  )
}

function IssueFields({ view }: { view: CaseView }) {
  const t = useTexts(deskTexts)
  const texts = useTexts(casePageTexts)
  const old = Form.useWatch('oldCertificate')
  return (
    <>
      <Form.Item name="recipient" label={t.recipient} rules={[{ required: true, message: t.recipient }]}>
        <Select options={view.recipients.map((one) => ({ value: one, label: one }))} />
      </Form.Item>
      <Form.Item name="signature" label={t.signature} rules={[{ required: true, message: t.signature }]}>
        <Signature />
      </Form.Item>
      <Form.Item
        name="oldCertificate"
        label={fill(texts.bracketed, { what: t.oldCertificate, more: texts.certificate })}
      >
        <Radio.Group
          options={[
            { value: 'taken_back', label: t.taken_back },
            { value: 'declared_void', label: t.declared_void },
          ]}
        />
      </Form.Item>
      {view.body.renewal?.why === 'damaged' && (
        <Form.Item name="voidPhoto" label={t.oldStamped} rules={[{ required: true, message: t.oldStamped }]}>
          <StampPhoto />
        </Form.Item>
      )}
      {old === 'declared_void' && view.body.renewal === undefined && (
        <Form.Item name="voidNotice" label={t.voidNotice} rules={[{ required: true, message: t.voidNotice }]}>
          <Input maxLength={60} />
        </Form.Item>
      )}
      <Opinion />
    </>
  )
}

/** What announcing a loss, or ending its notice, means. */
function NoticeFields({ type }: { type: string }) {
  const t = useTexts(deskTexts)
  const text = type === 'case.publishLoss' ? t.announceHint : t.noticeEndHint
  return <Alert type="info" showIcon title={text} className="mb-form-note" />
}

function ArchiveFields() {
  const t = useTexts(deskTexts)
  return (
    <>
      <Form.Item
        name="pages"
        label={t.filePages}
        extra={t.countPages}
        rules={[{ required: true, message: t.filePages }]}
      >
        <InputNumber min={1} max={9999} precision={0} />
      </Form.Item>
      <Opinion />
    </>
  )
}
