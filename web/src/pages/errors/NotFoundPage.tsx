import { Link } from '@tanstack/react-router'
import { Result } from 'antd'
import { useTexts } from '../../i18n/language.tsx'
import { errorTexts } from './texts.ts'

/** For addresses nobody knows. */
export function NotFoundPage() {
  const t = useTexts(errorTexts)
  return (
    <main className="mb-lone">
      <Result
        status="404"
        icon={<span className="mb-big-code">404</span>}
        title={t.notFoundTitle}
        subTitle={t.notFoundBody}
        extra={<Link to="/">{t.home}</Link>}
      />
    </main>
  )
}
