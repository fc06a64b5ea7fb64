import pg from 'pg'
import { expect, test } from 'vitest'
import { type BuiltHome, openTown, pagesOf, type Staff, type Town } from '../../test/town.ts'
import { type Someone, testPassword } from '../../test/world.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { signIn } from '../people/acts.ts'
import {
  accept,
  archive,
  attach,
  checkIdentity,
  firstReview,
  issue,
  print,
  record,
  refuseRegistration,
  resume,
  seal,
  withdraw,
} from './acts.ts'
import { neededMaterials, renewalOfCertificate } from './business.ts'
import { publicCheck, publicNotices } from './check.ts'
import { applyRenewal, endLossNotice, publishLoss } from './renewal.ts'

const opinion = '同意'
const code = (outcome: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  outcome.ok ? 'done' : outcome.refusal.code
const ok = (outcome: { ok: boolean; refusal?: { code: string } }) => {
  if (!outcome.ok) throw new Error(outcome.refusal!.code)
  return (outcome as unknown as { result: Record<string, string> }).result
}

const asked = (home: BuiltHome, why: 'lost' | 'damaged', owners = home.owners) => ({
  unitCode: home.code,
  why,
  statement: why === 'lost' ? '搬家时遗失' : '内页撕裂',
  applicants: owners.map((partyId) => ({ partyId })),
})

/** An accepted application for another certificate, with every material and identity check. */
async function accepted(town: Town, home: BuiltHome, why: 'lost' | 'damaged'): Promise<string> {
  const { clerk } = town.staff
  const { caseId } = ok(await town.as(clerk, applyRenewal, asked(home, why)))
  for (const [i] of home.owners.entries())
    ok(await town.as(clerk, checkIdentity, { caseId, partyNo: i + 1, method: 'card_reader', passed: true }))
  const facts = { renewal: why, agents: false } as Parameters<typeof neededMaterials>[1]
  for (const rule of neededMaterials(renewalOfCertificate, facts))
    ok(
      await town.as(clerk, attach, {
        caseId,
        code: rule.code,
        form: '1',
        pages: 1,
        file: await town.upload(clerk),
      }),
    )
  ok(await town.as(clerk, accept, { caseId, opinion }))
  return caseId!
}

/** The same people the next morning: their sessions have ended meanwhile. */
async function another(town: Town, day: string): Promise<Staff> {
  await town.setClock(`${day}T01:30:00Z`)
  const again = async (who: Someone): Promise<Someone> => {
    const { token } = ok(await town.as(null, signIn, { username: who.username, password: testPassword }))
    return { ...who, token: Buffer.from(token!, 'hex') }
  }
  const staff = {} as Staff
  for (const [post, who] of Object.entries(town.staff)) staff[post as keyof Staff] = await again(who)
  return staff
}

const certificates = (town: Town) =>
  town.superuser<{ number: string; state: string; ended: string | null; live: boolean; token: string }>(
    `select number, state, ended, check_token as token, state not in ('superseded', 'cancelled') as live from register.certificate order by id`,
  )
const notices = async (town: Town) =>
  (
    (await town.kernel.readPublic((tx) => publicNotices.run(tx as never, {} as never, town.deps))) as {
      items: Record<string, unknown>[]
    }
  ).items
const publicly = async (town: Town, token: string) =>
  (
    (await town.kernel.readPublic((tx) => publicCheck.run(tx as never, { token }, town.deps))) as {
      status: { code: string }
    }
  ).status.code
const place = async (town: Town, serial: string) =>
  (
    await town.superuser<{ place: string }>(
      `select place from kernel.custody_holding where kind = 'certificate' and serials @> $1::bigint`,
      [serial],
    )
  )[0]!.place

test('a lost certificate: announced by another than took it in, fifteen working days later re-issued; the old number ends, the new one says 补发', async () => {
  await using town = await openTown([{ owners: [{ name: '演甲' }], seizure: {} }])
  const home = town.homes[0]!
  const caseId = await accepted(town, home, 'lost')
  const { clerk, reviewer } = town.staff
  expect(code(await town.as(clerk, publishLoss, { caseId }))).toBe('same_person')
  expect(code(await town.as(reviewer, firstReview, { caseId, opinion }))).toBe('loss_notice_missing')
  expect(await town.as(reviewer, publishLoss, { caseId })).toMatchObject({
    ok: true,
    result: { until: '2026-03-30' },
  })
  expect(code(await town.as(reviewer, publishLoss, { caseId }))).toBe('loss_notice_given')
  expect(code(await town.as(clerk, resume, { caseId }))).toBe('loss_notice_running')
  expect(code(await town.as(reviewer, endLossNotice, { caseId }))).toBe('loss_notice_running')
  expect(await notices(town)).toEqual([
    expect.objectContaining({
      declaredBy: '演甲',
      from: '2026-03-09',
      until: '2026-03-30',
      state: 'running',
    }),
  ])
  const [old] = await certificates(town)
  expect(await publicly(town, old!.token)).toBe('declared_lost')

  // The last day counts in full.
  const last = await another(town, '2026-03-30')
  expect(code(await town.as(last.reviewer, endLossNotice, { caseId }))).toBe('loss_notice_running')
  const staff = await another(town, '2026-03-31')
  expect(code(await town.as(staff.reviewer, firstReview, { caseId, opinion }))).toBe('suspended')
  ok(await town.as(staff.reviewer, endLossNotice, { caseId }))
  expect((await notices(town))[0]).toMatchObject({ state: 'over', declaredBy: null })
  ok(await town.as(staff.reviewer, firstReview, { caseId, opinion }))
  expect((await certificates(town)).filter((one) => one.live)).toHaveLength(1)
  const { certificateNumber } = ok(await town.as(staff.recorder, record, { caseId, opinion }))
  expect((await certificates(town)).map(({ number, state, ended }) => ({ number, state, ended }))).toEqual([
    { number: old!.number, state: 'cancelled', ended: 'lost' },
    { number: certificateNumber, state: 'recorded', ended: null },
  ])
  expect(await publicly(town, old!.token)).toBe('lost')
  expect(await place(town, '33000000001')).toBe('missing')
  ok(await town.as(staff.printer, print, { caseId, blankSerial: '33000000101', opinion }))
  const [{ remark }] = (await town.superuser<{ remark: string }>(
    `select snapshot ->> 'remark' as remark from register.certificate where case_id = $1`,
    [caseId],
  )) as [{ remark: string }]
  expect(remark).toContain(`补发:原证 ${old!.number} 遗失`)
  ok(await town.as(staff.sealer, seal, { caseId, sealNo: 1, opinion }))
  const given = { caseId, recipient: '演甲', signature: await town.upload(staff.clerk), opinion }
  expect(code(await town.as(staff.clerk, issue, { ...given, oldCertificate: 'taken_back' }))).toBe(
    'old_declared_void',
  )
  ok(await town.as(staff.clerk, issue, { ...given, oldCertificate: 'declared_void' }))
  ok(await town.as(staff.archivist, archive, { caseId, pages: await pagesOf(town, caseId), opinion }))
  expect((await notices(town))[0]).toMatchObject({ state: 'void', declaredBy: null })

  // Of the right nothing changed: same holder since the same day, in two entries.
  const entries = await town.superuser<{
    no: number
    registration: string
    legal_from: string
    holder: string
    notice: string | null
  }>(
    `select e.no, e.registration, e.legal_from::text, p.name as holder, e.body -> 'renewal' ->> 'notice' as notice from register.entry e
       join register.entry_party ep on ep.entry_id = e.id join register.party p on p.id = ep.party_id where e.kind = 'ownership' order by e.no`,
  )
  expect(entries.map(({ no, registration, holder }) => [no, registration, holder])).toEqual([
    [1, '100', '演甲'],
    [2, '900', '演甲'],
  ])
  expect(entries[1]!.legal_from).toBe(entries[0]!.legal_from)
  expect(entries[1]!.notice).toMatch(/^遗失公告330203/)
  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})

test('a damaged certificate is exchanged: the old one is taken back, stamped void, and lies among what will be destroyed', async () => {
  await using town = await openTown([{ owners: [{ name: '演甲' }, { name: '演乙' }], sharing: '1' }])
  const home = town.homes[0]!
  const { clerk, reviewer, recorder, printer, sealer } = town.staff
  const caseId = await accepted(town, home, 'damaged')
  expect(code(await town.as(reviewer, publishLoss, { caseId }))).toBe('not_lost')
  ok(await town.as(reviewer, firstReview, { caseId, opinion }))
  ok(await town.as(recorder, record, { caseId, opinion }))
  ok(await town.as(printer, print, { caseId, blankSerial: '33000000101', opinion }))
  ok(await town.as(sealer, seal, { caseId, sealNo: 1, opinion }))
  const given = { caseId, recipient: '演乙', signature: await town.upload(clerk), opinion }
  expect(
    await town.as(clerk, issue, { ...given, oldCertificate: 'declared_void', voidNotice: '1' }),
  ).toMatchObject({
    refusal: { code: 'old_taken_back', fields: [{ path: 'oldCertificate' }] },
  })
  expect(await town.as(clerk, issue, { ...given, oldCertificate: 'taken_back' })).toMatchObject({
    refusal: { code: 'old_taken_back', fields: [{ path: 'voidPhoto' }] },
  })
  const back = { ...given, oldCertificate: 'taken_back', voidPhoto: 'f'.repeat(64) }
  expect(code(await town.as(clerk, issue, back))).toBe('not_this_file')
  ok(await town.as(clerk, issue, { ...back, voidPhoto: await town.upload(clerk) }))
  expect(await place(town, '33000000001')).toBe('void')
  const [old, made] = await certificates(town)
  expect([old!.ended, await publicly(town, old!.token), await publicly(town, made!.token)]).toEqual([
    'damaged',
    'exchanged',
    'valid',
  ])
  await town.sequencer.drain()
  expect(await verifyEverything(town.pools.auditor, town.deps.vault)).toMatchObject({
    ok: true,
    problems: [],
  })
})

test('who asks, and for what', async () => {
  await using town = await openTown([{ owners: [{ name: '演甲' }, { name: '演乙' }], sharing: '1' }, {}, {}])
  const [joint, other, third] = town.homes as [BuiltHome, BuiltHome, BuiltHome]
  const { clerk, reviewer } = town.staff
  const says = async (input: unknown) => code(await town.as(clerk, applyRenewal, input))
  expect(await says(asked(joint, 'lost', [joint.owners[0]!]))).toBe('holders_renew')
  expect(await says(asked(joint, 'lost', [other.owners[0]!, ...joint.owners]))).toBe('not_holder')
  expect(await says(asked(joint, 'lost', [joint.owners[0]!, joint.owners[0]!]))).toBe('invalid_input')
  expect(await says({ ...asked(joint, 'lost'), unitCode: '330203001001GB00001F99990001' })).toBe(
    'unit_unknown',
  )
  expect(await says({ ...asked(joint, 'lost'), unitCode: '3302' })).toBe('invalid_input')
  await town.superuser(`update register.certificate set state = 'sealed' where right_id = $1`, [
    other.rightId,
  ])
  expect(await says(asked(other, 'lost'))).toBe('nothing_to_renew')
  const caseId = await accepted(town, joint, 'lost')
  expect(await says(asked(joint, 'lost'))).toBe('open_case')

  // Found again: the application is taken back, its notice is dropped and the old certificate stands as before.
  ok(await town.as(reviewer, publishLoss, { caseId }))
  ok(await town.as(clerk, withdraw, { caseId, partyNos: [1, 2], reason: '找到了' }))
  expect((await notices(town))[0]).toMatchObject({ state: 'dropped', declaredBy: null })
  expect(await publicly(town, (await certificates(town))[0]!.token)).toBe('valid')

  // Somebody brings the certificate while the notice runs: the case is refused.
  const claimed = await accepted(town, third, 'lost')
  ok(await town.as(reviewer, publishLoss, { caseId: claimed }))
  ok(await town.as(reviewer, refuseRegistration, { caseId: claimed, grounds: ['证书由他人持有，并未遗失'] }))
})

// Whoever has the app's password, at the SQL prompt, with the session of one colleague: the rules below the code.
test('at the prompt no loss is announced, no certificate ended and no right changed in the name of a renewal', async () => {
  await using town = await openTown([{}, {}])
  const { clerk, reviewer, recorder } = town.staff
  const lost = await accepted(town, town.homes[0]!, 'lost')
  const damaged = await accepted(town, town.homes[1]!, 'damaged')
  ok(await town.as(reviewer, firstReview, { caseId: damaged, opinion }))
  const rows = await town.superuser<{
    id: string
    number: string
    right_id: string
    entry_id: string
    unit_code: string
  }>('select id, number, right_id, entry_id, unit_code from register.certificate order by blank_serial')
  const [first, second] = rows as [(typeof rows)[0], (typeof rows)[0]]
  const joins = (caseId: string, group: string) =>
    `insert into cases.case_handler (district, case_id, duty_group) values ('haishu', '${caseId}', '${group}')`
  const stage = (caseId: string, no: number, id: string) =>
    `insert into cases.stage (district, case_id, round, no, stage, duty_group, second_review, opinion) values ('haishu', '${caseId}', 1, ${no}, '${id}', '${id}', false, 'x')`
  const notice = (days: number, until: string) =>
    `insert into cases.loss_notice (district, case_id, number, certificate_id, certificate_number, declared_by, days, basis, until_day)
     values ('haishu', '${lost}', 'x', '${first.id}', '${first.number}', 'x', ${days}, 'x', '${until}')`
  const entry = (body: string) =>
    `insert into register.entry (district, id, unit_code, right_id, no, supersedes, kind, effect, registration, right_type, body, legal_from, legal_to, case_id)
     select district, '${damaged}', unit_code, right_id, 2, id, kind, 'change', '900', right_type, ${body}, legal_from, legal_to, '${damaged}' from register.entry where id = '${second.entry_id}'`
  const party = (whose: string) =>
    `insert into register.entry_party (district, entry_id, no, party_id, role) select district, '${damaged}', 1, party_id, role from register.entry_party where entry_id = '${whose}'`
  const now = (name: string) => `set constraints ${name} immediate`
  const ends = (id: string, why: string) =>
    `update register.certificate set state = 'cancelled', ended = '${why}' where id = '${id}'`
  const whole = '2026-03-30'
  const tried: [what: string, who: Someone, type: string, statements: string[], says: string][] = [
    [
      'announces for a day',
      reviewer,
      'case.publishLoss',
      [joins(lost, 'first_review'), notice(15, '2026-03-10')],
      '23514 loss_notice_long_enough',
    ],
    [
      'announces for ten days',
      reviewer,
      'case.publishLoss',
      [joins(lost, 'first_review'), notice(10, whole)],
      '23514 loss_notice_long_enough',
    ],
    [
      'announces what they take no part in',
      reviewer,
      'case.publishLoss',
      [notice(15, whole)],
      '23503 loss_notice_handler',
    ],
    [
      'announces in another act',
      reviewer,
      'case.firstReview',
      [joins(lost, 'first_review'), notice(15, whole)],
      '23514 loss_notice_so',
    ],
    [
      'announces it rightly',
      reviewer,
      'case.publishLoss',
      [joins(lost, 'first_review'), notice(15, whole)],
      'done',
    ],
    [
      'ends the notice at once',
      reviewer,
      'case.endLossNotice',
      [
        joins(lost, 'first_review'),
        notice(15, whole),
        `update cases.loss_notice set ended_at = kernel.act_at()`,
      ],
      '23514 loss_notice_so',
    ],
    [
      'reviews before the notice',
      reviewer,
      'case.firstReview',
      [joins(lost, 'first_review'), stage(lost, 2, 'first_review')],
      '23514 stage_after_notice',
    ],
    [
      'makes damage of the loss',
      clerk,
      'case.accept',
      [`update cases.case set body = jsonb_set(body, '{renewal,why}', '"damaged"') where id = '${lost}'`],
      '23514 renewal_said_once',
    ],
    [
      'ends a certificate unrecorded',
      recorder,
      'case.record',
      [ends(second.id, 'damaged')],
      '23514 certificate_renewed_so',
    ],
    [
      'ends that of another case',
      recorder,
      'case.record',
      [joins(damaged, 'recording'), stage(damaged, 4, 'recording'), ends(first.id, 'lost')],
      '23514 certificate_renewed_so',
    ],
    [
      'leaves the right without one',
      recorder,
      'case.record',
      [
        joins(damaged, 'recording'),
        stage(damaged, 4, 'recording'),
        ends(second.id, 'damaged'),
        now('register.followed'),
      ],
      '23514 certificate_followed',
    ],
    [
      'raises the price by the way',
      recorder,
      'case.record',
      [entry(`body || '{"priceFen": 1}'`), party(second.entry_id), now('register.same_right')],
      '23514 renewal_same_right',
    ],
    [
      'puts in another holder',
      recorder,
      'case.record',
      [entry('body'), party(first.entry_id), now('register.same_right')],
      '23514 renewal_same_right',
    ],
    [
      'leaves the holder out',
      recorder,
      'case.record',
      [entry('body'), now('register.same_right')],
      '23514 renewal_same_right',
    ],
    [
      'changes nothing of the right',
      recorder,
      'case.record',
      [entry(`body || '{"renewal": {}}'`), party(second.entry_id), now('register.same_right')],
      'done',
    ],
  ]
  const prompt = await town.prompt('mingbu_app')
  const said: [string, string][] = []
  for (const [what, who, type, statements] of tried) {
    await prompt.query('begin')
    try {
      const { rows: opened } = await prompt.query<{ opened: { status: string } }>(
        `select kernel.open_act($1, $2, null, gen_random_uuid(), sha256('x')) as opened`,
        [who.token, type],
      )
      if (opened[0]!.opened.status !== 'ok') throw new Error(opened[0]!.opened.status)
      for (const statement of statements) await prompt.query(statement)
      said.push([what, 'done'])
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error
      said.push([what, error.constraint ? `${error.code} ${error.constraint}` : error.message])
    } finally {
      await prompt.query('rollback')
    }
  }
  await prompt.end()
  expect(said).toEqual(tried.map(([what, , , , says]) => [what, says]))
})
