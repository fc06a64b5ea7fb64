import { CopyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import './evidence.css'
import { evidenceTexts } from './texts.ts'

/** Text to take away exactly as it stands. Where the browser keeps the clipboard from the page it can still be selected. */
export function Copyable({ text }: { text: string }) {
  const t = useTexts(evidenceTexts)
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <div className="mb-copy">
      <pre>{text}</pre>
      {typeof navigator.clipboard !== 'undefined' && (
        <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={() => void copy()}>
          <span aria-live="polite">{copied ? t.copied : t.copy}</span>
        </Button>
      )}
    </div>
  )
}
