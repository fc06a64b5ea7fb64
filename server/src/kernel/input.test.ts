import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { InputCheck, sensitiveFields } from './input.ts'

const Buyer = Type.Object(
  {
    name: Type.String({ title: '姓名|Name', minLength: 1 }),
    idNumber: Type.String({ title: '身份证号|Identity number', pattern: '^\\d{17}[\\dX]$' }),
  },
  { additionalProperties: false },
)

/** One field of every kind a form of the house uses. */
const Form = Type.Object(
  {
    name: Type.String({ title: '姓名|Name', minLength: 1, maxLength: 4 }),
    reason: Type.Optional(Type.String({ title: '理由|Reason', minLength: 3 })),
    id: Type.Optional(Type.String({ title: '编号|Id', format: 'uuid' })),
    code: Type.Optional(Type.String({ title: '代码|Code', pattern: '^[A-Z]{2}$' })),
    share: Type.Optional(Type.Integer({ title: '份额|Share', minimum: 1, maximum: 100 })),
    area: Type.Optional(Type.Number({ title: '面积|Area', exclusiveMinimum: 0, exclusiveMaximum: 10 })),
    demo: Type.Optional(Type.Boolean({ title: '演示|Demo' })),
    kind: Type.Optional(Type.Union([Type.Literal('house'), Type.Literal('land')], { title: '种类|Kind' })),
    fixed: Type.Optional(Type.Literal('v1', { title: '版本|Version' })),
    buyers: Type.Optional(Type.Array(Buyer, { title: '买方|Buyers', minItems: 1, maxItems: 2 })),
    address: Type.Optional(
      Type.Object({ road: Type.String({ title: '道路|Road' }) }, { title: '地址|Address' }),
    ),
    untitled: Type.Optional(Type.String({ maxLength: 1 })),
  },
  { additionalProperties: false },
)
const check = new InputCheck(Form)
const ada = { name: 'Ada', idNumber: '330203198001011234' }

// What is wrong, where, and both sentences a clerk reads. Each sentence names the field as the screen does.
test.each([
  ['a missing field', {}, 'name', '“姓名”不能为空', '“Name” is required'],
  ['an empty text', { name: '' }, 'name', '“姓名”不能为空', '“Name” is required'],
  ['a text too long', { name: 'abcde' }, 'name', '“姓名”最多 4 个字', '“Name” may have at most 4 characters'],
  [
    'a text too short',
    { name: 'a', reason: 'ab' },
    'reason',
    '“理由”至少 3 个字',
    '“Reason” needs at least 3 characters',
  ],
  [
    'an unknown field',
    { name: 'a', hidden: 1 },
    'hidden',
    '“hidden”不是本表的字段',
    '“hidden” is not a field of this form',
  ],
  [
    'a format missed',
    { name: 'a', id: 'seven' },
    'id',
    '“编号”的格式不正确',
    '“Id” is not in the expected form',
  ],
  [
    'a pattern missed',
    { name: 'a', code: 'ab' },
    'code',
    '“代码”的格式不正确',
    '“Code” is not in the expected form',
  ],
  ['a number too small', { name: 'a', share: 0 }, 'share', '“份额”不能小于 1', '“Share” must be at least 1'],
  [
    'a number too large',
    { name: 'a', share: 101 },
    'share',
    '“份额”不能大于 100',
    '“Share” must be at most 100',
  ],
  [
    'a number at its open lower end',
    { name: 'a', area: 0 },
    'area',
    '“面积”必须大于 0',
    '“Area” must be more than 0',
  ],
  [
    'a number at its open upper end',
    { name: 'a', area: 10 },
    'area',
    '“面积”必须小于 10',
    '“Area” must be less than 10',
  ],
  [
    'a text where a whole number belongs',
    { name: 'a', share: '7' },
    'share',
    '“份额”的类型不对，应为整数',
    '“Share” has the wrong type; a whole number expected',
  ],
  [
    'a fraction where a whole number belongs',
    { name: 'a', share: 1.5 },
    'share',
    '“份额”的类型不对，应为整数',
    '“Share” has the wrong type; a whole number expected',
  ],
  [
    'a text where a number belongs',
    { name: 'a', area: 'x' },
    'area',
    '“面积”的类型不对，应为数字',
    '“Area” has the wrong type; a number expected',
  ],
  [
    'a number where yes or no belongs',
    { name: 'a', demo: 1 },
    'demo',
    '“演示”的类型不对，应为是或否',
    '“Demo” has the wrong type; yes or no expected',
  ],
  [
    'a number where text belongs',
    { name: 5 },
    'name',
    '“姓名”的类型不对，应为文字',
    '“Name” has the wrong type; text expected',
  ],
  [
    'null where text belongs',
    { name: null },
    'name',
    '“姓名”的类型不对，应为文字',
    '“Name” has the wrong type; text expected',
  ],
  [
    'a text where a list belongs',
    { name: 'a', buyers: 'Ada' },
    'buyers',
    '“买方”的类型不对，应为列表',
    '“Buyers” has the wrong type; a list expected',
  ],
  [
    'a list where a group belongs',
    { name: 'a', address: [] },
    'address',
    '“地址”的类型不对，应为一组字段',
    '“Address” has the wrong type; a group of fields expected',
  ],
  [
    'a choice nobody offers',
    { name: 'a', kind: 'ship' },
    'kind',
    '“种类”不是允许的选项',
    '“Kind” is not one of the allowed values',
  ],
  [
    'a constant missed',
    { name: 'a', fixed: 'v2' },
    'fixed',
    '“版本”不是允许的选项',
    '“Version” is not one of the allowed values',
  ],
  [
    'a list too short',
    { name: 'a', buyers: [] },
    'buyers',
    '“买方”至少要有 1 项',
    '“Buyers” needs at least 1 item(s)',
  ],
  [
    'a list too long',
    { name: 'a', buyers: [ada, ada, ada] },
    'buyers',
    '“买方”最多 2 项',
    '“Buyers” may have at most 2 items',
  ],
  [
    'a field inside a list',
    { name: 'a', buyers: [ada, { ...ada, idNumber: '1' }] },
    'buyers.1.idNumber',
    '“身份证号”的格式不正确',
    '“Identity number” is not in the expected form',
  ],
  [
    'a field missing inside a list',
    { name: 'a', buyers: [{ name: 'Ada' }] },
    'buyers.0.idNumber',
    '“身份证号”不能为空',
    '“Identity number” is required',
  ],
  [
    'a field missing inside a group',
    { name: 'a', address: {} },
    'address.road',
    '“道路”不能为空',
    '“Road” is required',
  ],
  [
    'a field without a title',
    { name: 'a', untitled: 'ab' },
    'untitled',
    '“untitled”最多 1 个字',
    '“untitled” may have at most 1 characters',
  ],
])('%s is said of its own field in both languages', (_, input, path, zh, en) => {
  expect(check.problems(input)).toEqual([{ path, message: { zh, en } }])
})

test.each([
  ['everything at its lower edge', { name: 'a', reason: 'abc', share: 1, area: 0.01, buyers: [ada] }],
  [
    'everything at its upper edge',
    { name: 'abcd', share: 100, area: 9.99, buyers: [ada, ada], untitled: 'x' },
  ],
  [
    'one of the choices',
    {
      name: 'a',
      kind: 'land',
      fixed: 'v1',
      demo: false,
      id: '0190a000-0000-7000-8000-000000000000',
      code: 'NB',
      address: { road: '中山路' },
    },
  ],
  ['text of any script', { name: '王小𠮷' }],
])('%s passes', (_, input) => {
  expect(check.problems(input)).toEqual([])
})

test.each([
  ['nothing at all', undefined],
  ['null', null],
  ['a text', 'Ada'],
  ['a number', 7],
  ['a list', [1]],
])('%s instead of a form is refused as a whole', (_, input) => {
  const [problem] = check.problems(input)
  expect(problem).toEqual({
    path: '',
    message: {
      zh: '“内容”的类型不对，应为一组字段',
      en: '“内容” has the wrong type; a group of fields expected',
    },
  })
})

test('several faults are all named, one per field, and no more than a hundred', () => {
  const problems = check.problems({ share: 0, code: 'ab', kind: 'ship', extra: true })
  expect(problems.map((one) => one.path).sort()).toEqual(['code', 'extra', 'kind', 'name', 'share'])
  const many = new InputCheck(Type.Object({ rows: Type.Array(Type.String({ maxLength: 1 })) }))
  expect(many.problems({ rows: Array(300).fill('ab') }).length).toBeLessThanOrEqual(100)
})

// PostgreSQL stores neither, so they must be refused as input and not met as a fault.
test.each([
  ['a NUL character', 'a\u0000b'],
  ['half a surrogate pair', 'a\ud800'],
])('%s is refused wherever it hides', (_, bad) => {
  const sentence = { zh: '“姓名”含有无法保存的字符', en: '“Name” contains a character that cannot be stored' }
  expect(check.problems({ name: bad })).toEqual([{ path: 'name', message: sentence }])
  expect(check.problems({ name: 'a', buyers: [{ ...ada, name: bad }] })).toEqual([
    { path: 'buyers.0.name', message: sentence },
  ])
  const [key] = check.problems({ name: 'a', [bad]: 1 })
  expect(key!.message.en).toContain('contains a character that cannot be stored')
  expect(JSON.stringify(key)).not.toMatch(/\\u0000|\\ud800/)
})

test('sensitive fields are those whose schema says so', () => {
  const schema = Type.Object({
    idNumber: Type.String({ sensitive: true }),
    name: Type.String(),
    phone: Type.Optional(Type.String({ sensitive: true })),
  })
  expect([...sensitiveFields(schema)].sort()).toEqual(['idNumber', 'phone'])
  expect(sensitiveFields(Type.Object({})).size).toBe(0)
})
