import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BuiltHome, type Home, openTown, type Town } from '../../test/town.ts'
import { completeCreditCode } from '../values/creditCode.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import { accept, apply, attach, checkIdentity, decline, firstReview } from './acts.ts'

const opinion = '同意'
type Answer =
  | { ok: true }
  | {
      ok: false
      refusal: {
        code: string
        clause: string | null
        message: { zh: string; en: string }
        fields?: { path: string }[]
      }
    }
const code = (answer: Answer): string => (answer.ok ? 'done' : answer.refusal.code)

const joint: Home = { sharing: '1', owners: [{ name: '演甲' }, { name: '演乙' }] }
const thirds: Home = {
  sharing: '2',
  owners: [
    { name: '演甲', share: [1, 3] },
    { name: '演乙', share: [1, 3] },
    { name: '演丙', share: [1, 3] },
  ],
}
const quarters: Home = {
  sharing: '2',
  owners: [
    { name: '演甲', share: [1, 4] },
    { name: '演乙', share: [3, 4] },
  ],
}

/** Sellers by their place in the home's list of owners, with the share each sells. */
type Sellers = readonly (number | [owner: number, num: number, den: number])[]
const sellers = (home: BuiltHome, list: Sellers) =>
  list.map((one) =>
    Array.isArray(one)
      ? { partyId: home.owners[one[0]], share: { num: one[1], den: one[2] } }
      : { partyId: home.owners[one as number] },
  )

// Outcomes from the Civil Code (301, 305, 399, 406), the Regulation (17) and the rules for mortgages before 2021.
const acceptance: [
  sentence: string,
  home: Home,
  application: { sale?: 'share'; sellers?: Sellers; without?: string[] },
  outcome: string,
][] = [
  ['a sole owner sells', {}, {}, 'done'],
  ['both joint owners sell', joint, { sellers: [0, 1] }, 'done'],
  ['one joint owner sells alone', joint, { sellers: [0] }, 'all_joint_owners'],
  ['two of three equal co-owners sell the whole', thirds, { sellers: [0, 1] }, 'done'],
  ['one of three equal co-owners sells the whole', thirds, { sellers: [0] }, 'two_thirds'],
  ['three quarters sell the whole', quarters, { sellers: [1] }, 'done'],
  ['a co-owner sells their own quarter', quarters, { sale: 'share', sellers: [[0, 1, 4]] }, 'done'],
  ['a co-owner sells less than they hold', quarters, { sale: 'share', sellers: [[1, 1, 4]] }, 'done'],
  [
    'a co-owner sells more than they hold',
    quarters,
    { sale: 'share', sellers: [[0, 1, 2]] },
    'share_too_large',
  ],
  [
    'a sale of a share without telling the other co-owners',
    quarters,
    { sale: 'share', sellers: [[0, 1, 4]], without: ['coowner_notice'] },
    'materials_missing',
  ],
  ['a seized home', { seizure: {} }, {}, 'seized'],
  ['a home with a waiting seizure', { seizure: { waiting: true } }, {}, 'done'],
  [
    'a home whose seizure ran out yesterday',
    { seizure: { legalFrom: '2023-03-08T01:00:00Z', legalTo: '2026-03-08T16:00:00Z' } },
    {},
    'done',
  ],
  [
    'a mortgage of 2022 follows the home',
    { mortgage: { registeredOn: '2022-02-02', transferRestricted: false } },
    {},
    'done',
  ],
  [
    'a mortgage of 2020 without the bank’s consent',
    { mortgage: { registeredOn: '2020-12-31', transferRestricted: null } },
    { without: ['mortgagee_consent'] },
    'mortgage_consent',
  ],
  [
    'a mortgage of 2020 with the bank’s consent',
    { mortgage: { registeredOn: '2020-12-31', transferRestricted: null } },
    {},
    'done',
  ],
  [
    'a mortgage that restricts transfer, without the three-party application',
    { mortgage: { registeredOn: '2023-02-02', transferRestricted: true } },
    { without: ['three_party'] },
    'mortgage_three_party',
  ],
  [
    'a mortgage that restricts transfer, all three applying',
    { mortgage: { registeredOn: '2023-02-02', transferRestricted: true } },
    {},
    'done',
  ],
  [
    'an objection, the buyer not having stated the risk',
    { objection: true },
    { without: ['objection_risk'] },
    'materials_missing',
  ],
  ['an objection, the buyer knowing the risk', { objection: true }, {}, 'done'],
  [
    'an advance notice without its holder’s consent',
    { prenotice: true },
    { without: ['prenotice_consent'] },
    'materials_missing',
  ],
  ['an advance notice with its holder’s consent', { prenotice: true }, {}, 'done'],
  ['no proof of tax', {}, { without: ['tax'] }, 'materials_missing'],
]

describe('acceptance', () => {
  let town: Town
  beforeAll(async () => {
    town = await openTown(acceptance.map(([, home]) => home))
  })
  afterAll(() => town[Symbol.asyncDispose]())

  test.each(acceptance.map((row, i) => [row[0], row, i] as const))(
    '%s',
    async (_sentence, [, home, application, outcome], i) => {
      const built = town.homes[i]!
      const list = application.sellers ?? (home.owners ?? [0]).map((_, owner) => owner)
      const shares =
        application.sale === 'share'
          ? { sale: 'share', sharing: '2', transferees: [{ ...town.buyer(), share: shareOf(list) }] }
          : {}
      const caseId = await town.apply(built, { transferors: sellers(built, list), ...shares })
      await town.collect(caseId, { without: application.without ?? [] })
      const answer = (await town.as(town.staff.clerk, accept, { caseId, opinion })) as Answer
      expect(code(answer)).toBe(outcome)
      const [row] = await town.superuser<{ state: string; numbered: boolean }>(
        'select state, number is not null as numbered from cases.case where id = $1',
        [caseId],
      )
      expect(row).toEqual(
        outcome === 'done' ? { state: 'in_progress', numbered: true } : { state: 'applied', numbered: false },
      )
    },
  )
})

function shareOf(list: Sellers) {
  const [one] = list
  return Array.isArray(one) ? { num: one[1], den: one[2] } : { num: 1, den: 1 }
}

test('the refusal of a seized home says whose order blocks it and who can lift it, in both languages', async () => {
  await using town = await openTown([{ seizure: {} }])
  const caseId = await town.apply(town.homes[0]!)
  await town.collect(caseId)
  const answer = (await town.as(town.staff.clerk, accept, { caseId, opinion })) as Extract<
    Answer,
    { ok: false }
  >
  expect(answer.refusal.message.zh).toBe(
    '该不动产已被查封，不能转移。查封机关：演示区人民法院；文号：(2026)浙演执12号；只能由该机关、其上级或其委托的法院送达解封文书后解除。',
  )
  expect(answer.refusal.message.en).toContain('演示区人民法院')
  const [finding] = await town.superuser<{ refusal: string; clause: string }>(
    `select refusal, clause from kernel.act where outcome = 'refused' order by seq desc limit 1`,
  )
  expect(finding).toEqual({ refusal: 'seized', clause: 'CC 399' })
  const declined = await town.as(town.staff.clerk, decline, { caseId, reasons: ['该不动产已被依法查封'] })
  expect(declined.ok).toBe(true)
})

test('a seizure that is recorded after acceptance stops every later step', async () => {
  await using town = await openTown([{}])
  const caseId = await town.bringTo('first_review', town.homes[0]!)
  const [{ act_id: act } = { act_id: '' }] = await town.superuser<{ act_id: string }>(
    'select act_id from register.entry limit 1',
  )
  await town.superuser(
    `insert into register.entry (district, unit_code, right_id, no, kind, effect, registration, body, legal_from, recorded_at, act_id)
     values ('haishu', $1, gen_random_uuid(), 1, 'seizure', 'create', '800', '{"organ":"演示中院","document":"(2026)浙演执99号","servedAt":"2026-03-09"}', kernel.now(), kernel.now(), $2)`,
    [town.homes[0]!.code, act],
  )
  expect(code((await town.as(town.staff.reviewer, firstReview, { caseId, opinion })) as Answer)).toBe(
    'seized',
  )
})

test('identity: nobody is accepted unseen, a failed check counts until one passes, an agent is checked in the party’s stead', async () => {
  await using town = await openTown([{}])
  const { clerk } = town.staff
  const agent = { name: '演代理', idNumber: completeIdNumber('33020319850505121'), basis: 'notarised' }
  const caseId = await town.apply(town.homes[0]!, {
    transferors: [{ partyId: town.homes[0]!.owners[0], agent }],
  })
  for (const material of ['application', 'identity', 'certificate', 'contract', 'tax', 'mandate']) {
    await town.as(clerk, attach, {
      caseId,
      code: material,
      form: '1',
      pages: 1,
      file: await town.upload(clerk),
    })
  }
  const check = (partyNo: number, passed: boolean) =>
    town.as(clerk, checkIdentity, { caseId, partyNo, method: 'card_reader', passed })
  const tries: string[] = []
  const attempt = async () => tries.push(code((await town.as(clerk, accept, { caseId, opinion })) as Answer))
  await attempt()
  await check(1, true)
  await attempt()
  await check(2, false)
  await attempt()
  await check(2, true)
  await attempt()
  expect(tries).toEqual(['identity_missing', 'identity_missing', 'identity_missing', 'done'])
  const checks = await town.superuser<{ whom: string }>(
    'select whom from cases.identity_check order by party_no',
  )
  expect(checks.map((row) => row.whom)).toEqual(['agent', 'party', 'party'])
})

// Every field of the application, wrong in every way we can think of: the answer names the field, nothing is written.
const good = { kind: 'person', name: '演买方', idNumber: completeIdNumber('33020319900101123') }
const company = {
  kind: 'company',
  name: '宁波演示有限公司',
  idNumber: completeCreditCode('91330200MA2XXXXX1'),
}
const wrong: [sentence: string, change: object, code: string, path: string | null][] = [
  [
    'a unit code with 27 characters',
    { unitCode: '330203001001GB00001F0001000' },
    'invalid_input',
    'unitCode',
  ],
  ['a unit code of another city', { unitCode: '310115001001GB00001F00010001' }, 'invalid_input', 'unitCode'],
  ['a unit that does not exist', { unitCode: '330203001001GB00001F00019999' }, 'unit_unknown', 'unitCode'],
  ['a price of nothing', { priceFen: 0 }, 'invalid_input', 'priceFen'],
  ['a price with half a fen', { priceFen: 1.5 }, 'invalid_input', 'priceFen'],
  ['a price as text', { priceFen: '100' }, 'invalid_input', 'priceFen'],
  ['a price beyond all money', { priceFen: 1e300 }, 'invalid_input', 'priceFen'],
  ['no contract number', { contractNumber: '' }, 'invalid_input', 'contractNumber'],
  ['an endless contract number', { contractNumber: 'x'.repeat(61) }, 'invalid_input', 'contractNumber'],
  ['another business', { business: 'T99' }, 'invalid_input', 'business'],
  ['no seller', { transferors: [] }, 'invalid_input', 'transferors'],
  [
    'a seller who is no holder',
    { transferors: [{ partyId: '00000000-0000-7000-8000-000000000000' }] },
    'not_holder',
    null,
  ],
  ['a seller who is no id', { transferors: [{ partyId: 'me' }] }, 'invalid_input', 'transferors.0.partyId'],
  ['no buyer', { transferees: [] }, 'invalid_input', 'transferees'],
  ['fifty-one buyers', { transferees: Array(51).fill(good) }, 'invalid_input', 'transferees'],
  [
    'a buyer without a name',
    { transferees: [{ ...good, name: ' ' }] },
    'invalid_input',
    'transferees.0.name',
  ],
  [
    'a name with a control character',
    { transferees: [{ ...good, name: '演\u0000买' }] },
    'invalid_input',
    'transferees.0.name',
  ],
  [
    'an identity number with a wrong check digit',
    {
      transferees: [
        { ...good, idNumber: `${good.idNumber.slice(0, 17)}${good.idNumber.endsWith('1') ? '2' : '1'}` },
      ],
    },
    'invalid_input',
    'transferees.0.idNumber',
  ],
  [
    'an identity number born on 30 February',
    { transferees: [{ ...good, idNumber: completeIdNumber('33020319900230123') }] },
    'invalid_input',
    'transferees.0.idNumber',
  ],
  [
    'a credit code with a wrong check character',
    {
      transferees: [
        {
          ...company,
          idNumber: `${company.idNumber.slice(0, 17)}${company.idNumber.endsWith('A') ? 'B' : 'A'}`,
        },
      ],
    },
    'invalid_input',
    'transferees.0.idNumber',
  ],
  [
    'the same buyer twice, once in lower case with spaces',
    { sharing: '1', transferees: [company, { ...company, idNumber: ` ${company.idNumber.toLowerCase()} ` }] },
    'invalid_input',
    'transferees.1.idNumber',
  ],
  ['two buyers who hold alone', { transferees: [good, company] }, 'invalid_input', 'sharing'],
  [
    'shares that add up to 5/6',
    {
      sharing: '2',
      transferees: [
        { ...good, share: { num: 1, den: 2 } },
        { ...company, share: { num: 1, den: 3 } },
      ],
    },
    'shares_not_whole',
    'transferees.0.share',
  ],
  [
    'a share of 3/2',
    {
      sharing: '2',
      transferees: [
        { ...good, share: { num: 3, den: 2 } },
        { ...company, share: { num: 1, den: 2 } },
      ],
    },
    'invalid_input',
    'transferees.0.share',
  ],
  [
    'a share of 0/1',
    {
      sharing: '2',
      transferees: [
        { ...good, share: { num: 0, den: 1 } },
        { ...company, share: { num: 1, den: 1 } },
      ],
    },
    'invalid_input',
    'transferees.0.share.num',
  ],
  ['a field the form does not have', { isAdmin: true }, 'invalid_input', 'isAdmin'],
  ['an endless remark', { remark: 'x'.repeat(501) }, 'invalid_input', 'remark'],
]

describe('a wrong application', () => {
  test('every wrong field is named, nothing is written, and the right application goes through', async () => {
    await using town = await openTown([{}])
    const base = {
      business: 'T01',
      unitCode: town.homes[0]!.code,
      sale: 'whole',
      sharing: '0',
      priceFen: 1000,
      contractNumber: '1',
      transferors: [{ partyId: town.homes[0]!.owners[0] }],
      transferees: [good],
    }
    const found: unknown[] = []
    for (const [sentence, change] of wrong) {
      const answer = (await town.as(town.staff.clerk, apply, { ...base, ...change })) as Answer
      found.push([sentence, code(answer), answer.ok ? null : (answer.refusal.fields?.[0]?.path ?? null)])
    }
    expect(found).toEqual(wrong.map(([sentence, , wanted, path]) => [sentence, wanted, path]))
    expect(await town.superuser('select 1 from cases.case')).toEqual([])
    const right = {
      ...base,
      unitCode: ` ${base.unitCode.slice(0, 6)} ${base.unitCode.slice(6).toLowerCase()}`,
      transferees: [{ ...good, idNumber: ` ${good.idNumber.toLowerCase()}` }],
    }
    expect(code((await town.as(town.staff.clerk, apply, right)) as Answer)).toBe('done')
    expect(code((await town.as(town.staff.otherClerk, apply, right)) as Answer)).toBe('open_case')
  })
})
