/** The languages of the house; Chinese is what a new visitor sees. */
export type Language = 'zh' | 'en'

export const languages: readonly Language[] = ['zh', 'en']

/** A sentence in both languages, as the server sends it. */
export interface Text {
  zh: string
  en: string
}

/** Words of one screen or one family of components: plain sentences, nested at most by topic. */
export interface Words {
  readonly [key: string]: string | Words
}

type SameShape<W> = { readonly [K in keyof W]: W[K] extends string ? string : SameShape<W[K]> }

/** A dictionary: Chinese and English side by side, the same keys in both. */
export interface Texts<W extends Words> {
  zh: W
  en: SameShape<W>
}

/**
 * Declares a dictionary. English with a key too few or too many does not compile; `texts.test.ts` walks every
 * `texts.ts` again at run time and also compares the `{placeholders}`.
 */
export function defineTexts<const W extends Words>(zh: W, en: SameShape<W>): Texts<SameShape<W>> {
  return { zh: zh as SameShape<W>, en } as Texts<SameShape<W>>
}

/** Fills `{name}` from `values`; a name without a value stays as it is, so a mistake is seen and not hidden. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  )
}
