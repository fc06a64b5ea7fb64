import { expect, test } from 'vitest'
import { clauseName } from './law.ts'

test.each([
  ['6.2', '通知第 6.2 条', 'Clause 6.2 of the notice'],
  ['CC 406', '《民法典》第 406 条', 'Civil Code, art. 406'],
  [
    'Reg 16(3)',
    '《不动产登记暂行条例》第 16 条第 3 项',
    'Interim Regulation on Real Estate Registration, art. 16(3)',
  ],
  ['自然资发〔2021〕54号', '自然资发〔2021〕54号', '自然资发〔2021〕54号'],
] as const)('%s is cited as %s and %s', (clause, zh, en) => {
  expect([clauseName(clause, 'zh'), clauseName(clause, 'en')]).toEqual([zh, en])
})
