import { Button } from 'antd'
import { useLanguage } from '../i18n/language.tsx'

/** Changes between Chinese and English. Named in the language it leads to, because its reader may know no other. */
export function LanguageSwitch({ onDark = false }: { onDark?: boolean }) {
  const { language, setLanguage } = useLanguage()
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <Button
      type="text"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      className={onDark ? 'mb-header-button' : ''}
      onClick={() => setLanguage(other)}
    >
      {other === 'zh' ? '中文' : 'English'}
    </Button>
  )
}
