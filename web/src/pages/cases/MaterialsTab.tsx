import { CheckCircleFilled, ExclamationCircleFilled } from '@ant-design/icons'
import { App, Form, InputNumber, Select } from 'antd'
import { useState } from 'react'
import { codeName, SJLX } from '../../../../server/src/values/dictionaries.ts'
import { type StoredFile, uploadFile } from '../../api/upload.ts'
import { useAct } from '../../api/useAct.ts'
import { FileDrop } from '../../forms/FileDrop.tsx'
import { useLanguage, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { openDrawable } from '../../ui/drawable.ts'
import { clauseName } from '../../ui/law.ts'
import { MaterialsViewer } from '../../ui/MaterialsViewer.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { casePageTexts } from './caseTexts.ts'
import { type CaseView, fileAddress } from './types.ts'

/** Largest scan the server takes, in bytes. */
export const scanBytesMax = 50 * 1024 * 1024

interface Attach {
  caseId: string
  code: string
  form: string
  pages: number
  file: string
}

/** The checklist, what came in for it, and each scan beside the list. */
export function MaterialsTab({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const { language } = useLanguage()
  return (
    <>
      <section className="mb-panel">
        <h2>{t.checklist}</h2>
        <ul className="mb-checklist">
          {view.checklist.map((rule) => (
            <li key={rule.code} className={rule.received ? 'mb-check-in' : 'mb-check-out'}>
              {rule.received ? <CheckCircleFilled aria-hidden /> : <ExclamationCircleFilled aria-hidden />}
              <span>{pick(rule.name)}</span>
              <small>
                {rule.received ? t.received : t.missing} · {clauseName(rule.basis, language)}
              </small>
            </li>
          ))}
        </ul>
      </section>
      {view.availability['case.attach']?.enabled && <TakeIn view={view} />}
      <section className="mb-panel">
        {view.materials.length === 0 ? (
          <EmptyState label={t.noMaterials} />
        ) : (
          <MaterialsViewer
            materials={view.materials.map((material) => ({
              id: String(material.no),
              name: nameOf(view, material.code, pick),
              pages: material.pages,
              source: fileAddress(view.caseId, material.file),
              note: pick(codeName(SJLX, material.form)),
            }))}
          />
        )}
      </section>
    </>
  )
}

const nameOf = (view: CaseView, code: string, pick: (text: { zh: string; en: string }) => string): string => {
  const rule = [...view.checklist, ...view.otherMaterials].find((one) => one.code === code)
  return rule ? pick(rule.name) : code
}

/** Takes in one scan after another; the next missing material is chosen by itself. */
function TakeIn({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const { message } = App.useApp()
  const attach = useAct<Attach, unknown>('case.attach')
  const firstMissing = view.checklist.find((rule) => !rule.received)?.code ?? view.checklist[0]?.code ?? ''
  const [chosen, setChosen] = useState<string | null>(null)
  const [form, setForm] = useState('1')
  const [counted, setCounted] = useState<{ file: string; pages: number | null } | null>(null)
  const code = chosen ?? firstMissing

  const take = async (file: string, pages: number) => {
    const outcome = await attach.perform({ caseId: view.caseId, code, form, pages, file })
    if (!outcome.ok) return
    setChosen(null)
    setCounted(null)
    message.success(fill(t.takenIn, { name: nameOf(view, code, pick), pages }))
  }
  const stored = async ({ file }: StoredFile, scan: File) => {
    const drawable = await openDrawable(scan).catch(() => null)
    if (!drawable) return setCounted({ file, pages: null })
    const { pages } = drawable
    drawable.close()
    await take(file, pages)
  }
  return (
    <section className="mb-panel">
      <h2>{t.takeIn}</h2>
      {attach.refusal && <RefusalAlert refusal={attach.refusal} onClose={attach.clear} />}
      <Form layout="vertical" className="mb-inline-form">
        <Form.Item label={t.material} htmlFor="take-in-code">
          <Select
            id="take-in-code"
            value={code}
            onChange={setChosen}
            popupMatchSelectWidth={false}
            options={[...view.checklist, ...view.otherMaterials].map((rule) => ({
              value: rule.code,
              label: pick(rule.name),
            }))}
          />
        </Form.Item>
        <Form.Item label={t.form} htmlFor="take-in-form">
          <Select
            id="take-in-form"
            value={form}
            onChange={setForm}
            options={SJLX.items.map((item) => ({ value: item.code, label: pick(item.name) }))}
          />
        </Form.Item>
        {counted && (
          <Form.Item label={t.pages} htmlFor="take-in-pages" help={t.unreadablePages}>
            <InputNumber
              id="take-in-pages"
              min={1}
              max={999}
              precision={0}
              value={counted.pages}
              onChange={(pages) => setCounted({ ...counted, pages })}
              onPressEnter={() => counted.pages && void take(counted.file, counted.pages)}
            />
          </Form.Item>
        )}
      </Form>
      <FileDrop<StoredFile>
        key={view.materials.length}
        label={nameOf(view, code, pick)}
        accept={['pdf', 'jpeg', 'png', 'tiff']}
        bytesMax={scanBytesMax}
        multiple={false}
        upload={uploadFile}
        onStored={(file, scan) => void stored(file, scan)}
      />
    </section>
  )
}
