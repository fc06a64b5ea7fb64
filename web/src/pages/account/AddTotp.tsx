import { useQuery } from '@tanstack/react-query'
import { Form, Input, Modal } from 'antd'
import QRCode from 'qrcode'
import { getQuery } from '../../api/client.ts'
import { asRefused } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useTexts } from '../../i18n/language.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { LoadingState } from '../../ui/states.tsx'
import type { AddProps, Offer } from './AddPasskey.tsx'
import { accountTexts } from './texts.ts'

interface Values {
  label: string
  code: string
}

/** Shows a new secret once, as a QR code drawn here and as text, and registers it with its first code. */
export function AddTotp({ act: type, onClose, onAdded = onClose }: AddProps) {
  const t = useTexts(accountTexts)
  const [form] = Form.useForm<Values>()
  const act = useAct<object, unknown>(type, { confirmed: type === 'factor.add', about: t.totp })
  const offer = useQuery({
    queryKey: ['factor-offer'],
    // Asked once while the dialog is open: another answer would be another secret.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => {
      const { totp } = await getQuery<Offer>('factors/offer', {}, signal)
      return { ...totp, qr: await QRCode.toDataURL(totp.uri, { margin: 2, width: 200 }) }
    },
  })
  const submit = async ({ label, code }: Values) => {
    const outcome = await act.perform({ label: label.trim(), totp: { offer: offer.data!.offer, code } })
    if (outcome.ok) onAdded()
  }
  const refusal = act.refusal ?? asRefused(offer.error)?.refusal
  return (
    <Modal
      open
      title={t.addTotp}
      okText={t.register}
      cancelText={t.cancel}
      okButtonProps={{ disabled: !offer.data, loading: act.pending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <div className="mb-confirm">
        <p>{t.scan}</p>
        {refusal && <RefusalAlert refusal={refusal} />}
        {offer.isPending && <LoadingState label={t.addTotp} />}
        {offer.data && (
          <div className="mb-qr">
            <img src={offer.data.qr} alt={t.qr} width={200} height={200} />
            <span>
              {t.secret} <code className="mb-code">{offer.data.secret}</code>
            </span>
          </div>
        )}
        <Form<Values>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ label: t.totpName }}
          onFinish={(values) => void submit(values)}
        >
          <Form.Item
            name="label"
            label={t.label}
            rules={[{ required: true, whitespace: true, message: t.label }]}
          >
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item
            name="code"
            label={t.code}
            rules={[{ required: true, pattern: /^\d{6}$/, message: t.codeMissing }]}
          >
            <Input
              autoFocus
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              className="mb-code"
            />
          </Form.Item>
          <button type="submit" hidden />
        </Form>
      </div>
    </Modal>
  )
}
