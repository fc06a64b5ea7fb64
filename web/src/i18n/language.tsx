import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react'
import { type Formats, formatsFor } from './format.ts'
import type { Language, Text, Texts, Words } from './texts.ts'

interface Speaking {
  language: Language
  setLanguage: (language: Language) => void
}

const LanguageContext = createContext<Speaking | null>(null)
const storageKey = 'mingbu.language'

/** The language chosen earlier on this machine, else Chinese. A browser that forbids storage gets Chinese. */
export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

/** Gives everything inside it one language, keeps the choice on this machine and tells the browser (`<html lang>`). */
export function LanguageProvider({ initial, children }: { initial?: Language; children: ReactNode }) {
  const [language, choose] = useState<Language>(() => initial ?? rememberedLanguage())
  const setLanguage = useCallback((next: Language) => {
    try {
      localStorage.setItem(storageKey, next)
    } catch {
      // The switch still works for this visit.
    }
    choose(next)
  }, [])
  useLayoutEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const speaking = useMemo(() => ({ language, setLanguage }), [language, setLanguage])
  return <LanguageContext value={speaking}>{children}</LanguageContext>
}

/** The present language and how to change it. */
export function useLanguage(): Speaking {
  const speaking = useContext(LanguageContext)
  if (!speaking) throw new Error('useLanguage outside LanguageProvider')
  return speaking
}

/** The dictionary in the present language. */
export function useTexts<W extends Words>(texts: Texts<W>): W {
  return texts[useLanguage().language] as W
}

/** Picks the present language out of a text the server sent. */
export function usePick(): (text: Text) => string {
  const { language } = useLanguage()
  return useCallback((text) => text[language], [language])
}

/** Dates, numbers, money and areas as the present language writes them, in Asia/Shanghai. */
export function useFormats(): Formats {
  return formatsFor(useLanguage().language)
}
