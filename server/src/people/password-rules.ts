import type { FieldProblem, Text } from '../kernel/refusal.ts'
import { registrationOffices } from '../values/districts.ts'
import { commonPasswords } from './common-passwords.ts'

/** Shortest password. With three of four kinds of characters: GB/T 22239 8.1.4.1 a as it is practised. */
export const lengthMin = 10

/** What is said of one person and may not stand in their password. */
export interface Whose {
  username: string
  name: string | null
}

/**
 * Words that stand in passwords before anything personal does: what leaked lists begin with, in Chinese and English,
 * phrases of digits that sound like a sentence, and the words of this house. Compared after `skeleton`.
 */
const common = [
  'password passwd admin root user login welcome qwerty azerty letmein monkey dragon master superman iloveyou',
  'test guest demo system default changeme secret abc abcd aaaa computer internet',
  'woaini woaiwojia wodemima mima zhongguo china beijing zhejiang ningbo ningboshi yonghu guanliyuan',
  'mingbu budongchan bdcdj dengji dengjizhongxin fangchan ziran ziranziyuan guotu',
  'xiaoming wangwei zhangwei liwei lili zhangsan lisi wangwu nihao',
  '5201314 520520 1314520 1314 520 7758521 7758258 147258 159357 789456 456852 112233 123123 123321 100200',
  '888888 666666 168168 518518 951753 987654 147852369 741852963',
  '明簿 密码 管理员 不动产 登记 中心 宁波 我爱你 中国',
].flatMap((line) => line.split(' '))

/** How many variants are derived at most: each costs a derivation. */
const variantsMax = 13

/** Rows of a keyboard, and its columns as fingers walk them. */
const walks = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1234567890',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol',
  '0987654321',
]
const alphabet = 'abcdefghijklmnopqrstuvwxyz'

const officeWords = registrationOffices.flatMap((office) => [
  office.id,
  office.name.zh.replace(/[区市县]$/, ''),
  ...office.name.en.toLowerCase().split(/[^a-z]+/),
])

const look: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
}

/** A password as a person thinks of it: one width and case, letters for the signs that stand for them. */
export const skeleton = (password: string): string =>
  plain(password).replace(/[013457 8@$!|]/g, (sign) => look[sign] ?? sign)

const plain = (password: string): string => password.normalize('NFKC').toLowerCase()
const reversed = (text: string): string => [...text].reverse().join('')

/** What is wrong with a new password, as problems of the field `password`; empty when nothing is. Pure. */
export function passwordProblems(password: string, whose: Whose): FieldProblem[] {
  const say = (zh: string, en: string): FieldProblem => ({
    path: 'password',
    message: { zh, en } satisfies Text,
  })
  const found: FieldProblem[] = []
  if ([...password].length < lengthMin)
    found.push(say(`至少 ${lengthMin} 个字符`, `It needs at least ${lengthMin} characters`))
  if (kinds(password) < 3)
    found.push(
      say(
        '须含大写字母、小写字母、数字、其他字符中的三种',
        'It needs three of: capitals, small letters, digits, other characters',
      ),
    )
  const forms = [plain(password), skeleton(password)]
  const holds = (word: string) => forms.some((form) => form.includes(word) || form.includes(reversed(word)))
  const own = [...whose.username.toLowerCase().split(/[^a-z]+/), plain(whose.name ?? '')].filter(
    (word) => [...word].length >= 2 && !/^[a-z]{1,2}$/.test(word),
  )
  if (own.some(holds))
    found.push(say('不能含有本人的姓名或用户名', 'It may not contain your name or user name'))
  if (
    officeWords
      .filter((word) => word.length >= 2 && word !== 'district' && word !== 'city')
      .some((word) => (/^[a-z]{1,3}$/.test(word) ? false : holds(word)))
  )
    found.push(
      say('不能含有登记机构或所在城市的名称', 'It may not contain the name of an office or of the city'),
    )
  if (isCommon(password) || rest(password).length < 6)
    found.push(
      say(
        '过于常见：除常用词、连续数字和键盘顺序外所剩太少',
        'It is too common: little is left besides well-known words, runs of digits and keyboard rows',
      ),
    )
  return found
}

/** Made when a password is first judged, and kept as skeletons: case and signs for letters make no other password of one. */
let known: ReadonlySet<string> | null = null
function isCommon(password: string): boolean {
  known ??= new Set([...commonPasswords()].map(skeleton))
  return known.has(skeleton(password))
}

/** How many of four kinds of characters a password has. */
export function kinds(password: string): number {
  return [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{Lu}\p{Ll}\p{Nd}]/u].filter((kind) => kind.test(password))
    .length
}

/** The different characters left of a password without common words, walks, runs, years and repetitions, read in whichever way leaves fewer. */
function rest(password: string): string {
  const words = [...common, ...runs()]
  const left = [
    without(plain(password), words.map(plain)),
    without(skeleton(password), words.map(skeleton)),
  ].map((text) => [...new Set(text.replace(/(19|20)\d\d|\s/g, ''))].join(''))
  return left.sort((a, b) => a.length - b.length)[0]!
}

const without = (text: string, words: readonly string[]): string =>
  [...words].sort((a, b) => b.length - a.length).reduce((left, word) => left.replaceAll(word, ' '), text)

/** Every stretch of four and more along a keyboard row, the digits or the alphabet, in both directions. */
function runs(): string[] {
  return [...walks, alphabet].flatMap((line) =>
    [line, reversed(line)].flatMap((row) => {
      const found: string[] = []
      for (let from = 0; from < row.length; from++)
        for (let to = from + 4; to <= Math.min(row.length, from + 10); to++) found.push(row.slice(from, to))
      return found
    }),
  )
}

/** Whether a new password is the old one in other clothes: case, signs for letters, what stands at its end, its reverse, or two edits. */
export function isNear(password: string, old: string): boolean {
  const [a, b] = [skeleton(password), skeleton(old)]
  const core = (text: string) => plain(text).replace(/^[\d\W_]+|[\d\W_]+$/gu, '')
  return (
    a === b ||
    a === reversed(b) ||
    (core(password).length >= 4 && core(password) === core(old)) ||
    (b.length >= 6 && (a.includes(b) || b.includes(a))) ||
    distance(plain(password), plain(old)) <= 2
  )
}

/** Insertions, deletions, replacements and swaps of neighbours from one text to the other. */
function distance(from: string, to: string): number {
  const [a, b] = [[...from], [...to]]
  if (Math.abs(a.length - b.length) > 2) return 3
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  )
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(table[i - 1]![j]! + 1, table[i]![j - 1]! + 1, table[i - 1]![j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, table[i - 2]![j - 2]! + 1)
      table[i]![j] = best
    }
  return table[a.length]![b.length]!
}

/**
 * Forms of a new password under which one of the last five may be known. Of those only verifiers are kept, so this finds what a
 * hash can find: case turned, a number at the end counted up or down or left off, the reverse, signs for letters and back. An edit
 * in the middle of an older password than the present one goes unseen.
 */
export function variantsOf(password: string): string[] {
  const end = /^(.*?)(\d{1,6})(\W*)$/su.exec(password)
  const counted = end
    ? [-2, -1, 1, 2].map(
        (step) =>
          `${end[1]}${String(Math.max(0, Number(end[2]) + step)).padStart(end[2]!.length, '0')}${end[3]}`,
      )
    : []
  const [first = '', ...others] = [...password]
  const turned = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase())
  const found = [
    password.toLowerCase(),
    password.toUpperCase(),
    [...password].map(turned).join(''),
    turned(first) + others.join(''),
    first.toUpperCase() + others.join('').toLowerCase(),
    reversed(password),
    password.replace(/[\d\W_]+$/u, ''),
    password.slice(0, -1),
    skeleton(password),
    ...counted,
  ]
  return [...new Set(found)].filter((one) => one !== password && one.length > 0).slice(0, variantsMax)
}
