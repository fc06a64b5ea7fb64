import { type Problem, problem } from './problem.ts'

/** Characters that show nothing or reorder what is shown; a name with one looks like another name. */
const hidden: readonly [RegExp, string, string, string][] = [
  [
    /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u,
    'bidi',
    '改变文字方向的字符',
    'a character that changes text direction',
  ],
  [
    /\u034f|[\u200b-\u200d\u2060-\u2064\ufeff\u00ad\u180e\u115f\u1160\u3164\uffa0]/u,
    'zero_width',
    '不可见字符',
    'an invisible character',
  ],
  [/[\ufff9-\ufffb\u{e0000}-\u{e007f}]/u, 'zero_width', '不可见字符', 'an invisible character'],
  [/\p{Cs}|\p{Noncharacter_Code_Point}|\ufffd/u, 'broken', '损坏的字符', 'a broken character'],
]

/** As stored: composed (NFC), outer spaces gone, runs of spaces single. Full-width letters are kept as typed. */
export const normaliseText = (value: string): string =>
  value
    .normalize('NFC')
    .trim()
    .replace(/[ \u3000]+/g, ' ')

/**
 * What is wrong with a line of free text, or null. Codes in order: `empty`, `too_long`, `control`, `bidi`,
 * `zero_width`, `broken`. Length counts characters as people do, not UTF-16 units.
 * @param options.max Most characters, 200 unless given.
 * @param options.lines Whether line breaks and tabs are allowed; false unless given.
 */
export function textProblem(value: string, { max = 200, lines = false } = {}): Problem | null {
  if (value.trim() === '') return problem('empty', '不能为空', 'Must not be empty')
  const length = [...value].length
  if (length > max)
    return problem(
      'too_long',
      `不能超过 ${max} 个字,现有 ${length} 个`,
      `At most ${max} characters; this has ${length}`,
    )
  if (/[\p{Cc}\u2028\u2029]/u.test(lines ? value.replace(/[\n\t]|\r\n/g, '') : value))
    return problem(
      'control',
      '含有控制字符或换行,请删除后重新输入',
      'Contains a control character or line break; please retype',
    )
  for (const [pattern, code, zh, en] of hidden) {
    if (pattern.test(value))
      return problem(code, `含有${zh},请删除后重新输入`, `Contains ${en}; please retype`)
  }
  return null
}

/**
 * What is wrong with the name of a person or organisation, or null: as `textProblem`, at most 100 characters, and
 * `not_a_name` without any letter. Rare characters, the middle dot of long names and brackets are fine.
 */
export function nameProblem(value: string): Problem | null {
  const found = textProblem(value, { max: 100 })
  if (found) return found
  if (!/\p{L}/u.test(value))
    return problem('not_a_name', '姓名或名称至少要有一个文字', 'A name needs at least one letter')
  return /[<>{}\\|^`]/.test(value)
    ? problem('not_a_name', '姓名或名称含有不应出现的符号', 'A name cannot contain this symbol')
    : null
}
