import { StyleProvider } from '@ant-design/cssinjs'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App as AntApp, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { queryClientConfig } from '../api/queries.ts'
import { LanguageProvider, useLanguage } from '../i18n/language.tsx'
import { stillTheme, theme } from './theme.ts'

/** Everything a screen may rely on being around it: language, theme and the store of fetched answers. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient(queryClientConfig))
  return (
    <QueryClientProvider client={client}>
      <LanguageProvider>
        <Themed>{children}</Themed>
      </LanguageProvider>
    </QueryClientProvider>
  )
}

const lessMotion = matchMedia('(prefers-reduced-motion: reduce)')
const onMotionChange = (tell: () => void) => {
  lessMotion.addEventListener('change', tell)
  return () => lessMotion.removeEventListener('change', tell)
}

function Themed({ children }: { children: ReactNode }) {
  const { language } = useLanguage()
  const still = useSyncExternalStore(onMotionChange, () => lessMotion.matches)
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en')
  return (
    <StyleProvider layer>
      <ConfigProvider
        locale={language === 'zh' ? zhCN : enUS}
        theme={still ? stillTheme : theme}
        button={{ autoInsertSpace: false }}
      >
        <AntApp className="mb-app">{children}</AntApp>
      </ConfigProvider>
    </StyleProvider>
  )
}
