import { expect, test } from 'vitest'
import { nameProblem, normaliseText, textProblem } from './text.ts'

test.each<[string, string | null, string]>([
  ['演小明', null, 'an ordinary name'],
  ['阿卜杜拉·买买提', null, 'a long name with its dot'],
  ['㛃𬍛', null, 'rare characters, one outside the first plane'],
  ['葛󠄀', null, 'a character with its variant selector'],
  ["O'Brien, Mary-Jane", null, 'a foreign name'],
  ['宁波演示置业有限公司（筹）', null, 'a company'],
  ['', 'empty', 'nothing'],
  [' \u3000 ', 'empty', 'only spaces'],
  ['张\n三', 'control', 'a line break'],
  ['张\u0000三', 'control', 'a null character'],
  ['张\u202e三', 'bidi', 'turned around'],
  ['张\u2066三', 'bidi', 'isolated'],
  ['张\u200b三', 'zero_width', 'a space without width'],
  ['\ufeff张三', 'zero_width', 'a byte order mark'],
  ['张\u034f三', 'zero_width', 'an invisible joiner'],
  ['张\ud800三', 'broken', 'half a character'],
  ['张\ufffd三', 'broken', 'a character lost on the way'],
  ['12345', 'not_a_name', 'digits'],
  ['<b>张三</b>', 'not_a_name', 'markup'],
  ['演'.repeat(101), 'too_long', 'a hundred and one characters'],
  ['𬍛'.repeat(100), null, 'a hundred characters of two units each'],
])('name %j: %s (%s)', (name, expected) => {
  expect(nameProblem(name)?.code ?? null).toBe(expected)
})

test('remarks may have lines, and still nothing hidden', () => {
  expect(textProblem('第一行\n\t第二行\r\n', { lines: true })).toBeNull()
  expect(textProblem('第一行\n第二行')?.code).toBe('control')
  expect(textProblem('一\u0007二', { lines: true })?.code).toBe('control')
  expect(textProblem('一\r二', { lines: true })?.code).toBe('control')
  expect(textProblem('一\u200b二', { lines: true })?.code).toBe('zero_width')
})

test('the sentence says how long it may be', () => {
  expect(textProblem('abcdef', { max: 5 })?.message.en).toBe('At most 5 characters; this has 6')
})

test('stored composed, with single spaces', () => {
  expect(normaliseText('  José \u3000 García ')).toBe('José García')
})
