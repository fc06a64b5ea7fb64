import { randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  accept,
  apply,
  archive,
  attach,
  checkIdentity,
  firstReview,
  issue,
  print,
  record,
  seal,
  secondReview,
  storeFile,
} from '../src/cases/acts.ts'
import { neededMaterials, saleOfExistingHome } from '../src/cases/business.ts'
import { materialFacts } from '../src/cases/rules.ts'
import { loadCase } from '../src/cases/subject.ts'
import { takeOverSeals } from '../src/custody/seal-life.ts'
import { type AnyAct, isRefusal } from '../src/kernel/act.ts'
import type { Outcome } from '../src/kernel/perform.ts'
import { demoSignature } from '../src/papers/demo-scan.ts'
import { loadRegister } from '../src/register/load.ts'
import { completeIdNumber } from '../src/values/idNumber.ts'
import { homeUnitCode } from '../src/values/unitCode.ts'
import { openTestWorld, type Someone, type TestWorld } from './world.ts'

/** Someone who holds a home in the small town of a test. */
export interface Owner {
  name: string
  share?: [num: number, den: number]
}

/** A home as a test describes it; everything else about it is ordinary. */
export interface Home {
  owners?: Owner[]
  /** 0 alone, 1 jointly, 2 by shares. */
  sharing?: '0' | '1' | '2'
  mortgage?: { registeredOn: string; transferRestricted: boolean | null }
  seizure?: { waiting?: boolean; legalFrom?: string; legalTo?: string }
  objection?: boolean
  prenotice?: boolean
}

/** What a test knows of a home it had made. */
export interface BuiltHome {
  code: string
  rightId: string
  /** Party ids in the order of `owners`. */
  owners: string[]
}

/** Staff of one office, each with the duties of one post. */
export interface Staff {
  clerk: Someone
  otherClerk: Someone
  reviewer: Someone
  secondReviewer: Someone
  recorder: Someone
  printer: Someone
  sealer: Someone
  archivist: Someone
}

/** A test world with staff in Haishu, homes on one parcel, a hundred blanks with the printer and one seal. */
export interface Town extends TestWorld {
  staff: Staff
  homes: BuiltHome[]
  /** Enters an application for the sale of a home; every owner sells to one buyer unless told otherwise. */
  apply(home: BuiltHome, more?: Record<string, unknown>): Promise<string>
  /** Identity checks and every material the checklist asks for. */
  collect(caseId: string, options?: { without?: string[]; who?: Someone }): Promise<void>
  /** Takes a case to just before `stage`, each step by the right person. */
  bringTo(stage: Stage, home: BuiltHome, more?: Record<string, unknown>): Promise<string>
  /** Does the next step of a case by whom it belongs to. */
  step(stage: Stage, caseId: string, who?: Someone): Promise<Outcome<never>>
  buyer(name?: string): { kind: 'person'; name: string; idNumber: string }
  upload(who: Someone): Promise<string>
}

export type Stage =
  | 'acceptance'
  | 'first_review'
  | 'second_review'
  | 'recording'
  | 'printing'
  | 'sealing'
  | 'issue'
  | 'archive'
  | 'end'

const district = 'haishu'
const parcel = '330203001001GB00001'
const building = `${parcel}F0001`
const square = JSON.stringify({
  type: 'Polygon',
  coordinates: [
    [
      [121.54, 29.87],
      [121.541, 29.87],
      [121.541, 29.871],
      [121.54, 29.871],
      [121.54, 29.87],
    ],
  ],
})
const box = '((121.541,29.871),(121.54,29.87))'
const firstBlank = 33_000_000_001
const seconds = (at: string) => `${at}T01:00:00Z`

/** Opens a town with these homes. The clock stands at `now`. */
export async function openTown(
  homes: readonly Home[],
  { now = '2026-03-09T01:30:00Z' }: { now?: string } = {},
): Promise<Town> {
  const world = await openTestWorld({ now })
  const staff: Staff = {
    clerk: await world.person('clerk', ['acceptance', 'issuing']),
    otherClerk: await world.person('clerk2', ['acceptance', 'issuing']),
    reviewer: await world.person('reviewer', ['first_review', 'second_review']),
    secondReviewer: await world.person('reviewer2', ['first_review', 'second_review']),
    recorder: await world.person('recorder', ['recording']),
    printer: await world.person('printer', ['printing', 'certificate_keeping']),
    sealer: await world.person('sealer', ['sealing', 'seal_keeping']),
    archivist: await world.person('archivist', ['archiving']),
  }
  const { input, built } = registerOf(world, homes, staff)
  const seed = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const loaded = await world.as(seed, loadRegister, input)
  if (!loaded.ok) throw new Error(`the town was not built: ${loaded.refusal.message.en}`)
  const keptBy = { no: 1, kind: 'registration', name: '不动产登记专用章', number: '演-1' }
  const impression = await world.deps.files.take(Readable.from([demoSignature('专用章')]), 'image/png')
  if (typeof impression === 'string') throw new Error(`the picture of the seal was refused: ${impression}`)
  const seals = [
    { ...keptBy, keeperId: staff.sealer.id, position: '二楼发证室保险柜', image: impression.sha256 },
  ]
  const sealed = await world.as(seed, takeOverSeals, { district, seals })
  if (!sealed.ok) throw new Error(`the seal was not taken over: ${sealed.refusal.message.en}`)
  let buyers = 0
  let blanks = 0
  const done = async (who: Someone, act: AnyAct, what: unknown): Promise<Record<string, unknown>> => {
    const outcome = await world.as(who, act, what)
    if (!outcome.ok)
      throw new Error(
        `${act.type} by ${who.username} was refused: ${outcome.refusal.code} ${outcome.refusal.message.en}`,
      )
    return outcome.result
  }
  const town: Town = {
    ...world,
    staff,
    homes: built,
    buyer(name = '演买方') {
      buyers++
      return {
        kind: 'person',
        name,
        idNumber: completeIdNumber(`3302031990010${String(1000 + buyers).padStart(4, '0')}`),
      }
    },
    async upload(who) {
      const file = randomBytes(32).toString('hex')
      await done(who, storeFile, { file, media: 'image/png', bytes: 10 })
      return file
    },
    async apply(home, more = {}) {
      const result = await done(staff.clerk, apply, {
        business: 'T01',
        unitCode: home.code,
        sale: 'whole',
        sharing: '0',
        priceFen: 123_456_700,
        contractNumber: '甬房买卖(2026)第0001号',
        transferors: home.owners.map((partyId) => ({ partyId })),
        transferees: [town.buyer()],
        ...more,
      })
      return String(result.caseId)
    },
    async collect(caseId, { without = [], who = staff.clerk } = {}) {
      const state = await world.kernel.read(who.token, (ctx) => loadCase(ctx.tx, caseId, false))
      if (isRefusal(state) || state === null) throw new Error('no such case')
      for (const party of state.parties)
        await done(who, checkIdentity, { caseId, partyNo: party.no, method: 'card_reader', passed: true })
      for (const rule of neededMaterials(saleOfExistingHome, materialFacts(state))) {
        if (!without.includes(rule.code))
          await done(who, attach, {
            caseId,
            code: rule.code,
            form: '1',
            pages: 2,
            file: await town.upload(who),
          })
      }
    },
    async step(stage, caseId, who) {
      const opinion = '同意'
      switch (stage) {
        case 'acceptance':
          return world.as(who ?? staff.clerk, accept, { caseId, opinion })
        case 'first_review':
          return world.as(who ?? staff.reviewer, firstReview, { caseId, opinion })
        case 'second_review':
          return world.as(who ?? staff.secondReviewer, secondReview, { caseId, opinion })
        case 'recording':
          return world.as(who ?? staff.recorder, record, { caseId, opinion })
        case 'printing':
          return world.as(who ?? staff.printer, print, {
            caseId,
            blankSerial: String(firstBlank + 100 + blanks++),
            opinion,
          })
        case 'sealing':
          return world.as(who ?? staff.sealer, seal, { caseId, sealNo: 1, opinion })
        case 'issue': {
          const clerk = who ?? staff.clerk
          const signature = clerk.username.startsWith('clerk') ? await town.upload(clerk) : 'a'.repeat(64)
          return world.as(clerk, issue, {
            caseId,
            recipient: '演买方',
            signature,
            oldCertificate: 'taken_back',
            opinion,
          })
        }
        default:
          return world.as(who ?? staff.archivist, archive, {
            caseId,
            pages: await pagesOf(world, caseId),
            opinion,
          })
      }
    },
    async bringTo(stage, home, more = {}) {
      const caseId = await town.apply(home, more)
      await town.collect(caseId)
      for (;;) {
        const next = await nextStageOf(world, staff.clerk, caseId)
        if (next === null || next === stage) return caseId
        const outcome = await town.step(next as Stage, caseId)
        if (!outcome.ok)
          throw new Error(`${next} was refused: ${outcome.refusal.code} ${outcome.refusal.message.en}`)
      }
    },
  }
  return town
}

async function nextStageOf(world: TestWorld, who: Someone, caseId: string): Promise<string | null> {
  const found = await world.kernel.read(
    who.token,
    (ctx) =>
      ctx.tx.one<{ next_stage: string | null }>`select next_stage from cases.case where id = ${caseId}::uuid`,
  )
  if (isRefusal(found)) throw new Error(found.code)
  return found.next_stage
}

/** How many pages the file of a case has: of its materials, and of the papers it was given. */
export async function pagesOf(world: Pick<TestWorld, 'superuser'>, caseId: string): Promise<number> {
  const [row] = await world.superuser<{ pages: number }>(
    `select ((select coalesce(sum(pages), 0) from cases.material where case_id = $1)
       + (select coalesce(sum((body ->> 'pages')::int), 0) from cases.notice where case_id = $1 and file is not null and kind <> 'archive_list'))::int as pages`,
    [caseId],
  )
  return row!.pages
}

const bytea = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`

function registerOf(world: TestWorld, homes: readonly Home[], staff: Staff) {
  const { vault } = world.deps
  const parties: Record<string, unknown>[] = []
  const entries: Record<string, unknown>[] = []
  const entryParties: Record<string, unknown>[] = []
  const certificates: Record<string, unknown>[] = []
  const party = (name: string, kind = 'person') => {
    const id = randomUUID()
    const number = completeIdNumber(`3302031970010${String(1000 + parties.length).padStart(4, '0')}`)
    parties.push({
      district,
      id,
      kind,
      name,
      id_type: '1',
      id_hash: bytea(vault.searchHash(number)),
      id_sealed: bytea(vault.seal(number)),
    })
    return id
  }
  const entry = (
    unit: string,
    kind: string,
    registration: string,
    body: object,
    from: string,
    to: string | null,
    named: [string, string, Owner['share']?][],
    rightId: string = randomUUID(),
  ) => {
    const id = randomUUID()
    const right_type = kind === 'ownership' ? '4' : kind === 'mortgage' ? '23' : null
    entries.push({
      district,
      id,
      unit_code: unit,
      right_id: rightId,
      no: 1,
      supersedes: null,
      kind,
      effect: 'create',
      registration,
      right_type,
      body,
      legal_from: from,
      legal_to: to,
      case_id: null,
    })
    for (const [i, [party_id, role, share]] of named.entries()) {
      entryParties.push({
        district,
        entry_id: id,
        no: i + 1,
        party_id,
        role,
        share_num: share?.[0] ?? null,
        share_den: share?.[1] ?? null,
      })
    }
    return { id, rightId }
  }
  const built = homes.map((home, i): BuiltHome => {
    const code = homeUnitCode(parcel, 1, i + 1)
    const owners = (home.owners ?? [{ name: `演业主${i + 1}` }]).map((owner) => ({
      ...owner,
      id: party(owner.name),
    }))
    const body = {
      sharing: home.sharing ?? '0',
      rightType: '4',
      rightNature: '102',
      termFrom: '2001-01-01',
      termTo: '2071-01-01',
      reason: '买卖',
    }
    const own = entry(
      code,
      'ownership',
      '100',
      body,
      seconds('2015-05-05'),
      null,
      owners.map((owner) => [owner.id, 'holder', owner.share]),
    )
    certificates.push({
      district,
      number: `浙(2015)宁波市海曙不动产权第${String(i + 1).padStart(7, '0')}号`,
      kind: 'certificate',
      unit_code: code,
      right_id: own.rightId,
      entry_id: own.id,
      case_id: null,
      state: 'issued',
      blank_serial: firstBlank + i,
      check_token: randomBytes(16).toString('base64url'),
    })
    if (home.mortgage) {
      const { registeredOn, transferRestricted } = home.mortgage
      entry(
        code,
        'mortgage',
        '100',
        {
          mode: '1',
          amountFen: 80_000_000,
          debtFrom: registeredOn,
          debtTo: '2045-01-01',
          scope: '本金',
          rank: 1,
          registeredOn,
          transferRestricted,
        },
        seconds(registeredOn),
        null,
        [
          [party('演甲银行', 'bank'), 'mortgagee'],
          ...owners.map((owner): [string, string] => [owner.id, 'mortgagor']),
        ],
      )
    }
    if (home.seizure) {
      const {
        waiting = false,
        legalFrom = '2026-01-05T01:00:00Z',
        legalTo = '2029-01-05T01:00:00Z',
      } = home.seizure
      entry(
        code,
        'seizure',
        '800',
        { organ: '演示区人民法院', document: '(2026)浙演执12号', servedAt: legalFrom, waiting },
        legalFrom,
        waiting ? null : legalTo,
        [[owners[0]!.id, 'debtor']],
      )
    }
    if (home.objection)
      entry(code, 'objection', '600', { matter: '权属争议' }, seconds('2026-02-01'), null, [
        [party('演异议人'), 'applicant'],
      ])
    if (home.prenotice)
      entry(code, 'prenotice', '700', { kind: '1' }, seconds('2026-02-01'), null, [
        [party('演预告人'), 'holder'],
      ])
    return { code, rightId: own.rightId, owners: owners.map((owner) => owner.id) }
  })
  const line = (kind: string, from: number, to: number, place: string) => ({
    district,
    kind,
    edition: '',
    serials: `[${from},${to})`,
    movement: 'receive',
    from_place: null,
    to_place: place,
  })
  const custody: [kind: string, from: number, to: number, place: string][] = [
    ['certificate', firstBlank, firstBlank + homes.length, 'holder'],
    ['certificate', firstBlank + 100, firstBlank + 200, `person:${staff.printer.id}`],
    ['seal', 1, 2, `person:${staff.sealer.id}`],
  ]
  const unitCodes = built.map(({ code }) => ({ code, district }))
  const input = {
    district,
    source: 'a test town',
    unitCodes,
    parcels: [
      {
        district,
        code: parcel,
        location: '宁波市海曙区演示路1号',
        area: '1000.00',
        land_use: '0701',
        nature: '102',
        term_from: '2001-01-01',
        term_to: '2071-01-01',
        geometry: square,
        bounds: box,
      },
    ],
    buildings: [
      {
        district,
        code: building,
        parcel_code: parcel,
        name: '1幢',
        floors_above: 6,
        floors_below: 0,
        structure: '3',
        completed_on: '2003-01-01',
        geometry: square,
        bounds: box,
      },
    ],
    units: built.map(({ code }, i) => ({
      district,
      code,
      parcel_code: parcel,
      building_code: building,
      location: `宁波市海曙区演示路1号1幢${i + 1}室`,
      floor: '1',
      room: String(i + 1),
      use: '10',
      area: '88.88',
      inner_area: '70.00',
      shared_area: '18.88',
    })),
    parties,
    entries,
    entryParties,
    serialRanges: [
      { kind: 'certificate', edition: '', serials: `[${firstBlank},${firstBlank + 200})`, district },
    ],
    certificates,
    custodyLines: custody.map((one) => line(...one)),
  }
  return { input, built }
}
