import { expect, test } from 'vitest'
import { openTown, type Stage } from '../../test/town.ts'
import type { Someone } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { viewRegister } from '../register/acts.ts'
import {
  accept,
  firstReview,
  issue,
  print,
  record,
  refuseRegistration,
  resume,
  seal,
  sendBack,
  supplement,
  withdraw,
} from './acts.ts'

const opinion = '同意'
const code = (outcome: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  outcome.ok ? 'done' : outcome.refusal.code

test('a home is sold: seven people carry it from application to archive, and the register names the buyer', async () => {
  await using town = await openTown([{ owners: [{ name: '演卖方' }] }])
  const [home] = town.homes
  const caseId = await town.bringTo('end', home!)
  const [row] = await town.superuser<{ state: string; number: string; handlers: number }>(
    `select c.state, c.number, (select count(*)::int from cases.case_handler h where h.case_id = c.id) as handlers from cases.case c where id = $1`,
    [caseId],
  )
  expect(row).toMatchObject({ state: 'archived', number: '3302032026030900001', handlers: 6 })

  // Nobody handles the case any more, so nobody looks for it; the head of the centre may see that it was done well.
  expect(
    code(await town.as(town.staff.recorder, viewRegister, { unitCode: home!.code, purpose: 'case' })),
  ).toBe('look_without_case')
  const head = await town.person('head', ['centre_lead'])
  const view = await town.as(head, viewRegister, { unitCode: home!.code, purpose: 'quality' })
  expect(view.ok).toBe(true)
  const page = (
    view as {
      result: {
        state: { ownership: { no: number; parties: { name: string }[] } }
        certificates: { state: string }[]
      }
    }
  ).result
  expect(page.state.ownership.parties.map((party) => party.name)).toEqual(['演买方'])
  expect(page.state.ownership.no).toBe(2)
  expect(page.certificates.map((one) => one.state)).toEqual(['superseded', 'issued'])

  const before = await town.as(head, viewRegister, {
    unitCode: home!.code,
    purpose: 'quality',
    asOf: '2026-03-08',
  })
  expect(
    (before as { result: { state: { ownership: { parties: { name: string }[] } } } }).result.state.ownership
      .parties[0]!.name,
  ).toBe('演卖方')

  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})

// Clause 6.2: whoever did one of these steps tries the next one, which belongs to somebody else.
const byStage: [
  stage: Exclude<Stage, 'end' | 'issue'>,
  previous: keyof Awaited<ReturnType<typeof openTown>>['staff'],
][] = [
  ['first_review', 'clerk'],
  ['second_review', 'reviewer'],
  ['recording', 'secondReviewer'],
  ['printing', 'recorder'],
  ['sealing', 'printer'],
  ['archive', 'clerk'],
]
test.each(byStage)(
  'before %s, the %s who did the step before tries it too and is refused with clause 6.2',
  async (stage, previous) => {
    await using town = await openTown([
      { mortgage: { registeredOn: '2022-02-02', transferRestricted: false } },
    ])
    const caseId = await town.bringTo(stage, town.homes[0]!)
    const own = await town.step(stage, caseId, town.staff[previous])
    expect(own).toMatchObject({ ok: false, refusal: { code: 'same_person', clause: '6.2' } })
    const [recorded] = await town.superuser<{ n: number }>(
      `select count(*)::int as n from kernel.act where outcome = 'refused' and refusal = 'same_person' and person_id = $1`,
      [town.staff[previous].id],
    )
    expect(recorded!.n).toBe(1)
    expect(code(await town.step(stage, caseId))).toBe('done')
  },
)

test('a live mortgage follows the unit onto the buyer, keeps its rank, and the mortgagee is told', async () => {
  await using town = await openTown([{ mortgage: { registeredOn: '2022-02-02', transferRestricted: false } }])
  const caseId = await town.bringTo('printing', town.homes[0]!)
  const rows = await town.superuser<{ no: number; rank: string; mortgagor: string }>(
    `select e.no, e.body ->> 'rank' as rank, (select p.name from register.entry_party ep join register.party p on p.id = ep.party_id where ep.entry_id = e.id and ep.role = 'mortgagor') as mortgagor
     from register.entry e where kind = 'mortgage' order by no`,
  )
  expect(rows).toEqual([
    { no: 1, rank: '1', mortgagor: '演业主1' },
    { no: 2, rank: '1', mortgagor: '演买方' },
  ])
  const notices = await town.superuser<{ kind: string }>(
    'select kind from cases.notice where case_id = $1 order by at, id',
    [caseId],
  )
  expect(notices.map((one) => one.kind)).toEqual(['acceptance_receipt', 'approval_form', 'mortgagee'])
})

test('a case sent back is done again from there by the same people, and by nobody else’s second hand', async () => {
  await using town = await openTown([{}])
  const { clerk, reviewer, recorder, otherClerk } = town.staff
  const caseId = await town.bringTo('recording', town.homes[0]!)
  expect(
    code(await town.as(recorder, sendBack, { caseId, to: 'first_review', reason: '合同页不清晰' })),
  ).toBe('done')
  // The recorder handled the case in the recording group; sending back did not free them for the review.
  expect(await town.as(recorder, firstReview, { caseId, opinion })).toMatchObject({
    ok: false,
    refusal: { code: 'same_person', clause: '6.2' },
  })
  expect(code(await town.as(reviewer, firstReview, { caseId, opinion }))).toBe('done')
  expect(code(await town.as(recorder, sendBack, { caseId, to: 'acceptance', reason: '补充签字' }))).toBe(
    'done',
  )
  expect(code(await town.as(reviewer, accept, { caseId, opinion }))).toBe('same_person')
  expect(code(await town.as(otherClerk, accept, { caseId, opinion }))).toBe('done')
  expect(code(await town.as(clerk, firstReview, { caseId, opinion }))).toBe('same_person')
  expect(code(await town.as(reviewer, firstReview, { caseId, opinion }))).toBe('done')
  expect(code(await town.as(recorder, record, { caseId, opinion }))).toBe('done')
  const rounds = await town.superuser<{ round: number; stage: string; carried: boolean }>(
    'select round, stage, carried_from is not null as carried from cases.stage where case_id = $1 order by round, no',
    [caseId],
  )
  expect(rounds.map((row) => `${row.round} ${row.stage}${row.carried ? ' carried' : ''}`)).toEqual([
    '1 acceptance',
    '1 first_review',
    '2 acceptance carried',
    '2 first_review',
    '3 acceptance',
    '3 first_review',
    '3 recording',
  ])
  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({ ok: true })
})

test('what is missing is told once; meanwhile nothing goes on, and the days until it is in do not count', async () => {
  await using town = await openTown([{}], { now: '2026-03-09T01:30:00Z' })
  const { clerk, reviewer } = town.staff
  const caseId = await town.bringTo('first_review', town.homes[0]!)
  const due = async () =>
    (
      await town.superuser<{ promised_due: string; legal_due: string }>(
        'select promised_due, legal_due from cases.case where id = $1',
        [caseId],
      )
    )[0]!
  const first = await due()
  // Accepted on Monday 9 March: three working days end on Thursday the 12th, thirty on 21 April (清明 lies between).
  expect(first).toEqual({ promised_due: '2026-03-12T09:00:00Z', legal_due: '2026-04-21T09:00:00Z' })
  expect(code(await town.as(reviewer, supplement, { caseId, items: ['合同缺第三页'] }))).toBe('done')
  expect(code(await town.as(reviewer, firstReview, { caseId, opinion }))).toBe('suspended')
  expect(code(await town.as(reviewer, supplement, { caseId, items: ['又缺'] }))).toBe('suspended')
  await town.setClock('2026-03-16T01:30:00Z')
  const again = await town.person('clerk9', ['acceptance'])
  expect(code(await town.as(again, resume, { caseId }))).toBe('done')
  // Five working days stood still.
  expect(await due()).toEqual({ promised_due: '2026-03-19T09:00:00Z', legal_due: '2026-04-28T09:00:00Z' })
  const fresh = await town.person('reviewer9', ['first_review'])
  expect(code(await town.as(fresh, supplement, { caseId, items: ['还缺'] }))).toBe('one_notice_only')
  expect(clerk.id).not.toBe(again.id)
})

test('before the legal moment a case can be stopped, after it no longer', async () => {
  await using town = await openTown([{}, {}, {}])
  const { clerk, reviewer, recorder } = town.staff
  const [one, two, three] = town.homes
  const stopped = await town.bringTo('first_review', one!)
  expect(code(await town.as(clerk, withdraw, { caseId: stopped, partyNos: [1], reason: '不卖了' }))).toBe(
    'all_applicants_withdraw',
  )
  expect(
    code(await town.as(clerk, withdraw, { caseId: stopped, partyNos: [1, 2], reason: '双方合意解除合同' })),
  ).toBe('done')
  expect(code(await town.as(reviewer, firstReview, { caseId: stopped, opinion }))).toBe('case_closed')
  const refused = await town.bringTo('first_review', two!)
  expect(
    code(
      await town.as(reviewer, refuseRegistration, {
        caseId: refused,
        grounds: ['申请人不是登记簿记载的权利人'],
      }),
    ),
  ).toBe('done')
  const recorded = await town.bringTo('printing', three!)
  expect(code(await town.as(clerk, withdraw, { caseId: recorded, partyNos: [1, 2], reason: '晚了' }))).toBe(
    'too_late_to_stop',
  )
  expect(
    code(await town.as(recorder, sendBack, { caseId: recorded, to: 'acceptance', reason: '晚了' })),
  ).toBe('too_late_to_stop')
  expect(code(await town.as(recorder, refuseRegistration, { caseId: recorded, grounds: ['晚了'] }))).toBe(
    'too_late_to_stop',
  )
  // The right is free again after a withdrawal.
  expect(await town.apply(one!)).toMatch(/^[0-9a-f-]{36}$/)
})

test('blanks and seals are used only by those who keep them, and never in the wrong order', async () => {
  await using town = await openTown([{}])
  const { printer, sealer, clerk } = town.staff
  const caseId = await town.bringTo('printing', town.homes[0]!)
  const refusals = async (steps: [Someone, Parameters<typeof town.as>[1], object][]) => {
    const found = []
    for (const [who, act, input] of steps)
      found.push(code(await town.as(who, act, { caseId, opinion, ...input })))
    return found
  }
  expect(
    await refusals([
      [sealer, seal, { sealNo: 1 }],
      [printer, print, { blankSerial: '33000000001' }],
      [printer, print, { blankSerial: '1' }],
    ]),
  ).toEqual(['not_printed', 'blank_not_held', 'invalid_input'])
  expect(
    await refusals([
      [printer, print, { blankSerial: '33000000150' }],
      [printer, print, { blankSerial: '33000000151' }],
    ]),
  ).toEqual(['done', 'wrong_order'])
  expect(
    await refusals([
      [sealer, seal, { sealNo: 2 }],
      [sealer, seal, { sealNo: 1 }],
    ]),
  ).toEqual(['seal_not_held', 'done'])
  const signature = await town.upload(clerk)
  const hand = { signature, oldCertificate: 'taken_back' }
  expect(
    await refusals([
      [clerk, issue, { ...hand, recipient: '演路人' }],
      [clerk, issue, { ...hand, recipient: '演买方', signature: 'b'.repeat(64) }],
      [clerk, issue, { ...hand, recipient: '演买方', oldCertificate: 'declared_void' }],
      [clerk, issue, { ...hand, recipient: '演买方' }],
    ]),
  ).toEqual(['recipient_unknown', 'not_this_file', 'old_certificate_back', 'done'])
  const holdings = await town.superuser<{ serials: string; place: string }>(
    `select serials::text, place from kernel.custody_holding where kind = 'certificate' order by lower(serials)`,
  )
  expect(holdings.map((row) => `${row.serials} ${row.place.split(':')[0]}`)).toEqual([
    '[33000000001,33000000002) holder',
    '[33000000101,33000000150) person',
    '[33000000150,33000000151) holder',
    '[33000000151,33000000201) person',
  ])
})

test('two people take the same step at the same moment: one does it, the other hears that it is done', async () => {
  await using town = await openTown([{}])
  const caseId = await town.bringTo('acceptance', town.homes[0]!)
  const answers = await Promise.all([
    town.as(town.staff.clerk, accept, { caseId, opinion }),
    town.as(town.staff.otherClerk, accept, { caseId, opinion }),
  ])
  expect(answers.map(code).sort()).toEqual(['done', 'wrong_order'])
})

test('two certificates printed by one keeper at the same moment from one run of blanks both go through', async () => {
  await using town = await openTown([{}, {}])
  const cases = [
    await town.bringTo('printing', town.homes[0]!),
    await town.bringTo('printing', town.homes[1]!),
  ]
  const answers = await Promise.all(
    cases.map((caseId, i) =>
      town.as(town.staff.printer, print, { caseId, blankSerial: String(33_000_000_130 + i), opinion }),
    ),
  )
  expect(answers.map(code)).toEqual(['done', 'done'])
})
