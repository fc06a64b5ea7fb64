import { EyeOutlined } from '@ant-design/icons'
import { Button, Form, Radio } from 'antd'
import { useEffect, useRef } from 'react'
import { purposesOf } from '../../../../server/src/people/duties.ts'
import { useSession } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { registerTexts } from './texts.ts'
import type { FoundUnit, Purpose } from './types.ts'

interface PurposeFormProps {
  unit: FoundUnit
  onChosen: (purpose: Purpose) => void
  onBack: () => void
}

export const purposes: readonly Purpose[] = ['case', 'enquiry', 'inspection', 'quality']

/** Whether some duty serves a purpose. Whether a case is in hand, or a right was given for less, the server says. */
export const serves = (duties: readonly string[], purpose: Purpose): boolean =>
  duties.some((duty) => purposesOf(duty).includes(purpose))

/** Asks why somebody looks at a register page. Nothing is chosen beforehand: a purpose nobody chose says nothing. */
export function PurposeForm({ unit, onChosen, onBack }: PurposeFormProps) {
  const t = useTexts(registerTexts)
  const duties = useSession().data?.duties ?? []
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.querySelector<HTMLInputElement>('input[type=radio]:enabled')?.focus(), [])
  return (
    <section className="mb-panel mb-purpose" ref={panel} aria-labelledby="purpose-title">
      <h2 id="purpose-title">{t.purposeTitle}</h2>
      <p className="mb-wrap">
        <b>{unit.location}</b>
      </p>
      <p className="mb-soft">
        {t.purposeWhy} <ClauseTag clause="6.7" />
      </p>
      <Form<{ purpose: Purpose }>
        layout="vertical"
        requiredMark={false}
        onFinish={({ purpose }) => onChosen(purpose)}
      >
        <Form.Item name="purpose" rules={[{ required: true, message: t.purposeMissing }]}>
          <Radio.Group
            className="mb-purposes"
            aria-labelledby="purpose-title"
            options={purposes.map((purpose) => ({
              value: purpose,
              disabled: !serves(duties, purpose),
              label: (
                <>
                  <b>{t.purposes[purpose]}</b>{' '}
                  <span className="mb-soft">
                    {serves(duties, purpose) ? t.purposeHints[purpose] : t.purposeNotYours}
                  </span>
                </>
              ),
            }))}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" icon={<EyeOutlined aria-hidden />}>
          {t.open}
        </Button>
        <Button type="link" onClick={onBack}>
          {t.back}
        </Button>
      </Form>
    </section>
  )
}
