import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { reviewSurvey, submitSurvey } from '../cadastre/survey/acts.ts'
import {
  accept,
  apply,
  archive,
  attach,
  checkIdentity,
  decline,
  firstReview,
  issue,
  print,
  record,
  refuseRegistration,
  seal,
  secondReview,
  sendBack,
  storeFile,
  supplement,
  withdraw,
} from '../cases/acts.ts'
import { neededMaterials, saleOfExistingHome } from '../cases/business.ts'
import { materialFacts, saleOf } from '../cases/rules.ts'
import { caseSubject } from '../cases/subject.ts'
import { generateCity } from '../city/generate.ts'
import { unitsOf } from '../city/generateStaff.ts'
import type { CityPlan, PlanCase, PlanPost, PlanUnit } from '../city/plan.ts'
import { bindFile } from '../custody/archives/binding.ts'
import { addBoxes, inspectRoom, openRoom } from '../custody/archives/rooms.ts'
import { answerScan, measureScans, recheckFile } from '../custody/archives/scans.ts'
import { offerFile, shelve, takeFile } from '../custody/archives/transfer.ts'
import { startCount, submitCount } from '../custody/count.ts'
import { registerSeal } from '../custody/seals.ts'
import { moveClock } from '../evidence/clock.ts'
import { type AnyAct, isRefusal } from '../kernel/act.ts'
import { demoScan, demoSignature } from '../papers/demo-scan.ts'
import { signIn } from '../people/acts.ts'
import { enrol } from '../people/enrol.ts'
import { addDemoFactors } from '../people/factors.ts'
import { loadOrganisation } from '../people/posts.ts'
import { StartupError } from '../platform/startup-error.ts'
import { loadRegister } from '../register/load.ts'
import { planSampling } from '../supervision/sampling/acts.ts'
import { printedSerial } from '../values/blankSerial.ts'
import { officialCalendar } from '../values/load.ts'
import { inspectionSteps } from './demo-inspections.ts'
import { meetingSteps } from './demo-meetings.ts'
import { type DemoHands, ruleSteps } from './demo-rules.ts'
import { demoCodes, demoPasskey, performConfirmed, type SoftwarePasskey } from './software-passkey.ts'
import type { World } from './world.ts'

/** Everybody in the demo city signs in with this. */
export const demoPassword = 'mingbu-demo-2026'

const zone = 'Asia/Shanghai'

/**
 * Fills an empty installation with the demo city: people enrolled, existing holdings taken over, and cases played
 * through the real acts by the people whose duty they are, on the days they would have happened. Marked as demo
 * for ever; refuses an installation that holds anybody.
 */
export async function seedDemo(
  world: World,
  { seed, units }: { seed: number; units: number },
  say: (words: string) => unknown,
) {
  const started = performance.now()
  const admin = await world.admin()
  try {
    const anyone = await admin.query('select 1 from kernel.person limit 1')
    if (anyone.rowCount)
      throw new StartupError('This installation already holds people; the demo city fills only an empty one.')
    const now = Temporal.Now.instant()
    let plan: CityPlan
    try {
      plan = generateCity({ seed, units, asOf: now.toZonedDateTimeISO(zone).toPlainDate().toString() })
    } catch (error) {
      if (error instanceof RangeError) throw new StartupError(error.message)
      throw error
    }
    await admin.query(`insert into kernel.setting values ('demo', 'true') on conflict (name) do nothing`)
    world.deps.demo = true
    const setClock = (at: Temporal.Instant) =>
      admin.query('update kernel.clock set ahead = $1::timestamptz - now()', [at.toString()])
    const loader = new DemoLoader(world, plan, setClock, now)
    await loader.setClockBack(now.subtract({ hours: 24 * 40 }))
    await loader.loadOrganisation()
    say(`Enrolling ${plan.staff.length} people …`)
    await loader.enrolPeople()
    await loader.giveFactors()
    say(`Taking over ${plan.units.length} units …`)
    await loader.takeOver()
    await loader.registerSeals()
    say(`Playing ${plan.cases.length} cases …`)
    await loader.playCases()
    await admin.query(`update kernel.clock set ahead = '0'`)
    await admin.query(
      `update kernel.session set ended_at = kernel.now(), end_reason = 'signed_out' where ended_at is null`,
    )
    await admin.query('analyze')
    await world.sequencer.drain()
    return {
      seed,
      units: plan.units.length,
      people: plan.staff.length,
      cases: plan.cases.length,
      ms: Math.round(performance.now() - started),
    }
  } finally {
    await admin.query(`update kernel.clock set ahead = '0'`)
    await admin.end()
  }
}

/** Posts in an order in which each comes after the one that leads it. */
function leadersFirst(posts: readonly PlanPost[]): PlanPost[] {
  const placed: PlanPost[] = []
  while (placed.length < posts.length) {
    const next = posts.filter(
      (post) =>
        !placed.includes(post) && (post.leader === null || placed.some((one) => one.id === post.leader)),
    )
    if (next.length === 0) throw new Error('the posts of the plan lead one another in a ring')
    placed.push(...next)
  }
  return placed
}

const bytea = (bytes: Uint8Array): string => `\\x${Buffer.from(bytes).toString('hex')}`
const fractionOf = (text: string): { num: number; den: number } => {
  const [num = 1, den = 1] = text.split('/').map(Number)
  return { num, den }
}

/** Plays one plan into one installation. Ids of what it makes are kept by the plan's keys. */
class DemoLoader {
  readonly #world: World
  readonly #plan: CityPlan
  readonly #setClock: (at: Temporal.Instant) => Promise<unknown>
  readonly #now: Temporal.Instant
  readonly #seedToken: Buffer
  readonly #persons = new Map<string, string>()
  readonly #parties = new Map<string, string>()
  readonly #sessions = new Map<string, { token: Buffer; until: Temporal.Instant }>()
  /** Blanks in store when the demo begins. */
  readonly #inStore: { district: string; kind: string; first: number; last: number }[] = []
  /** Whose session a token opens, so that they confirm what they do in it. */
  readonly #usernames = new Map<Uint8Array, string>()
  readonly #nextBlank = new Map<string, number>()

  constructor(
    world: World,
    plan: CityPlan,
    setClock: (at: Temporal.Instant) => Promise<unknown>,
    now: Temporal.Instant,
  ) {
    this.#world = world
    this.#plan = plan
    this.#setClock = setClock
    this.#now = now
    this.#seedToken = Buffer.from(world.secrets.services.seed!, 'hex')
  }

  async #perform<T>(act: AnyAct, token: Uint8Array | null, input: unknown): Promise<T> {
    const from = { address: '127.0.0.1', workstation: 'demo' }
    const outcome = await performConfirmed(this.#world.kernel, act, { token, input, from }, () =>
      this.#passkey(this.#usernames.get(token!)!),
    )
    if (!outcome.ok)
      throw new Error(
        `demo: ${act.type} was refused: ${outcome.refusal.message.en} ${JSON.stringify(outcome.refusal.fields ?? '')}`,
      )
    return outcome.result as T
  }

  /** Only an act sets the clock back, so that the log says from where on its days are played. */
  async setClockBack(to: Temporal.Instant): Promise<void> {
    await this.#perform(moveClock, this.#seedToken, { to: to.toString() })
  }

  /** Units and posts of every office, before anybody holds one. */
  async loadOrganisation(): Promise<void> {
    for (const district of this.#plan.districts)
      await this.#perform(loadOrganisation, this.#seedToken, {
        district: district.id,
        units: unitsOf(district).map(({ id, kind, parent, name }) => ({
          id,
          kind,
          ...(parent ? { parent } : {}),
          nameZh: name.zh,
          nameEn: name.en,
        })),
        posts: leadersFirst(
          this.#plan.posts.filter((post) => (post.office === 'city') === district.isCity),
        ).map(({ id, name, unit, duties, risk, level, leader, measures }) => ({
          id,
          nameZh: name.zh,
          nameEn: name.en,
          unit,
          duties,
          risk,
          measuresZh: measures.zh,
          measuresEn: measures.en,
          ...(level ? { level } : {}),
          ...(leader ? { leader } : {}),
        })),
      })
  }

  async enrolPeople(): Promise<void> {
    const queue = [...this.#plan.staff]
    const one = async () => {
      for (let staff = queue.shift(); staff; staff = queue.shift()) {
        const posts = this.#plan.posts.filter((post) => staff.posts.includes(post.id))
        const { personId } = await this.#perform<{ personId: string }>(enrol, this.#seedToken, {
          district: staff.district,
          name: staff.name,
          idNumber: staff.idNumber,
          username: staff.username,
          password: demoPassword,
          posts: posts.map((post) => ({ id: post.id, ...post.name })),
          duties: [...new Set(posts.flatMap((post) => post.duties))],
          demo: true,
        })
        this.#persons.set(staff.key, personId)
      }
    }
    await Promise.all(Array.from({ length: 4 }, one))
  }

  #passkey(username: string): SoftwarePasskey {
    const { secrets, deps } = this.#world
    return demoPasskey(secrets, deps.origin, username)
  }

  /** A passkey with which their past is played, and codes that the demo shows to whoever tries it out. */
  async giveFactors(): Promise<void> {
    const { secrets, deps } = this.#world
    const factors = this.#plan.staff.flatMap(({ key, username }) => {
      const person = this.#persons.get(key)!
      const passkey = this.#passkey(username)
      const codes = demoCodes(secrets, username)
      return [
        {
          person,
          kind: 'passkey',
          label: '演示密钥',
          rpId: passkey.rpId,
          credential: Buffer.from(passkey.credential, 'base64url').toString('hex'),
          key: Buffer.from(passkey.publicKey).toString('hex'),
        },
        {
          person,
          kind: 'totp',
          label: '演示验证器',
          sealed: deps.vault.seal(codes).toString('hex'),
          digest: createHash('sha256').update(codes).digest('hex'),
        },
      ]
    })
    await this.#perform(addDemoFactors, this.#seedToken, { factors })
  }

  /** One act per office: its parcels, buildings, units, parties, entries, certificates, blanks and seals. */
  async takeOver(): Promise<void> {
    for (const office of this.#plan.districts) {
      const input = this.#holdingsOf(office.id)
      if (input) await this.#perform(loadRegister, this.#seedToken, input)
    }
  }

  #holdingsOf(district: string) {
    const { plan } = { plan: this.#plan }
    const mine = <T extends { district: string }>(all: readonly T[]) =>
      all.filter((one) => one.district === district)
    const units = mine(plan.units)
    if (units.length === 0) return null
    const parcels = mine(plan.parcels)
    const used = new Set<string>()
    const rightOf = new Map<string, { id: string; no: number; entry: string }>()
    const entries: Record<string, unknown>[] = []
    const entryParties: Record<string, unknown>[] = []
    const certificates: Record<string, unknown>[] = []
    const usedBlanks: number[] = []
    const party = (key: string): string => {
      used.add(key)
      const name = `${district}/${key}`
      const known = this.#parties.get(name) ?? randomUUID()
      this.#parties.set(name, known)
      return known
    }
    const entry = (row: {
      unit: string
      right: string
      no: number
      supersedes: string | null
      kind: string
      registration: string
      body: object
      from: string
      to?: string | null
      rightType?: string
    }) => {
      const id = randomUUID()
      entries.push({
        district,
        id,
        unit_code: row.unit,
        right_id: row.right,
        no: row.no,
        supersedes: row.supersedes,
        kind: row.kind,
        effect: row.no === 1 ? 'create' : 'change',
        registration: row.registration,
        right_type: row.rightType ?? null,
        body: row.body,
        legal_from: row.from,
        legal_to: row.to ?? null,
        case_id: null,
      })
      return id
    }
    const parties = (entryId: string, list: { key: string; role: string; share?: string | null }[]) =>
      list.forEach(({ key, role, share }, i) => {
        const exact = share ? fractionOf(share) : null
        entryParties.push({
          district,
          entry_id: entryId,
          no: i + 1,
          party_id: party(key),
          role,
          share_num: exact?.num ?? null,
          share_den: exact?.den ?? null,
        })
      })

    for (const one of mine(plan.ownerships).sort((a, b) => (a.registeredAt < b.registeredAt ? -1 : 1))) {
      const before = one.previous ? rightOf.get(one.previous) : undefined
      const right = { id: before?.id ?? randomUUID(), no: (before?.no ?? 0) + 1, entry: '' }
      const body = {
        sharing: one.sharing,
        rightType: one.rightType,
        rightNature: one.landRightNature,
        houseNature: one.houseNature,
        termFrom: one.landTerm.from,
        termTo: one.landTerm.to,
        reason: one.reason.zh,
        certificateNumber: one.certificate.number,
        ...(one.priceFen === null ? {} : { priceFen: one.priceFen }),
      }
      right.entry = entry({
        unit: one.unitCode,
        right: right.id,
        no: right.no,
        supersedes: before?.entry ?? null,
        kind: 'ownership',
        registration: right.no === 1 ? '100' : '200',
        body,
        from: one.registeredAt,
        rightType: one.rightType,
      })
      rightOf.set(one.key, right)
      parties(
        right.entry,
        one.holders.map((holder) => ({
          key: holder.party,
          role: 'holder',
          share: one.sharing === '2' ? holder.share : null,
        })),
      )
      const serial = Number(one.certificate.blankSerial)
      usedBlanks.push(serial)
      certificates.push({
        district,
        number: one.certificate.number,
        kind: 'certificate',
        unit_code: one.unitCode,
        right_id: right.id,
        entry_id: right.entry,
        case_id: null,
        state: one.status === 'current' ? 'issued' : 'superseded',
        blank_serial: serial,
        check_token: randomBytes(16).toString('base64url'),
      })
    }
    for (const one of mine(plan.mortgages)) {
      const body = {
        mode: one.kind,
        amountFen: one.amountFen,
        debtFrom: one.debtTerm.from,
        debtTo: one.debtTerm.to,
        scope: one.scope,
        transferRestricted: one.transferRestricted,
        rank: one.rank,
        registeredOn: one.registeredAt.slice(0, 10),
        proofNumber: one.proof.number,
      }
      const id = entry({
        unit: one.unitCode,
        right: randomUUID(),
        no: 1,
        supersedes: null,
        kind: 'mortgage',
        registration: '100',
        body,
        from: one.registeredAt,
        rightType: '23',
      })
      const owners = plan.ownerships.find((owner) => owner.key === one.ownership)!.holders
      parties(id, [
        { key: one.mortgagee, role: 'mortgagee' },
        ...owners.map((owner) => ({ key: owner.party, role: 'mortgagor' })),
      ])
    }
    for (const one of mine(plan.seizures)) {
      const waiting = one.kind === '2'
      const body = {
        organ: one.organ,
        document: one.documentNumber,
        cause: one.caseNumber,
        scope: one.scope,
        servedAt: one.servedAt,
        waiting,
        executors: one.executors.map((executor) => executor.name),
      }
      const to = one.term
        ? Temporal.PlainDate.from(one.term.to).add({ days: 1 }).toZonedDateTime(zone).toInstant().toString()
        : null
      const id = entry({
        unit: one.unitCode,
        right: randomUUID(),
        no: 1,
        supersedes: null,
        kind: 'seizure',
        registration: '800',
        body,
        from: one.registeredAt,
        to,
      })
      parties(id, [
        { key: one.debtor, role: 'debtor' },
        { key: one.applicant, role: 'applicant' },
      ])
    }
    for (const one of mine(plan.objections)) {
      const id = entry({
        unit: one.unitCode,
        right: randomUUID(),
        no: 1,
        supersedes: null,
        kind: 'objection',
        registration: '600',
        body: { matter: one.matter, proofNumber: one.proof.number },
        from: one.registeredAt,
      })
      parties(id, [{ key: one.applicant, role: 'applicant' }])
    }
    for (const one of mine(plan.prenotices)) {
      const id = entry({
        unit: one.unitCode,
        right: randomUUID(),
        no: 1,
        supersedes: null,
        kind: 'prenotice',
        registration: '700',
        body: { kind: one.kind, priceFen: one.priceFen, proofNumber: one.proof.number },
        from: one.registeredAt,
      })
      parties(id, [
        { key: one.holder, role: 'holder' },
        ...one.obligors.map((key) => ({ key, role: 'obligor' })),
      ])
    }
    const { vault } = this.#world.deps
    return {
      district,
      source: `demo city, seed ${plan.options.seed}`,
      unitCodes: units.map((unit) => ({ code: unit.code, district })),
      parcels: parcels.map((one) => ({
        district,
        code: one.code,
        location: one.location,
        area: one.geometry.area,
        land_use: one.landUse,
        nature: one.landRightNature,
        term_from: one.term.from,
        term_to: one.term.to,
        geometry: one.geometry.text,
        bounds: boxText(one.geometry.box),
      })),
      buildings: mine(plan.buildings).map((one) => ({
        district,
        code: one.code,
        parcel_code: one.parcelCode,
        name: one.name,
        floors_above: one.floorsAbove,
        floors_below: one.floorsBelow,
        structure: one.structure,
        completed_on: one.completedOn,
        geometry: one.geometry.text,
        bounds: boxText(one.geometry.box),
      })),
      units: units.map((one) => ({
        district,
        code: one.code,
        parcel_code: one.parcelCode,
        building_code: one.buildingCode,
        location: one.location,
        floor: String(one.floor),
        room: one.room,
        use: one.use,
        area: one.area,
        inner_area: one.innerArea,
        shared_area: one.sharedArea,
      })),
      parties: plan.parties
        .filter((one) => used.has(one.key))
        .map((one) => {
          const number = one.kind === 'person' ? one.idNumber : one.creditCode
          return {
            district,
            id: party(one.key),
            kind: one.kind,
            name: one.name,
            id_type: one.kind === 'person' ? '1' : '8',
            id_hash: bytea(vault.searchHash(number)),
            id_sealed: bytea(vault.seal(number)),
            phone_sealed: bytea(vault.seal(one.phone)),
          }
        }),
      entries,
      entryParties,
      certificates,
      ...this.#custodyOf(district, usedBlanks),
    }
  }

  /** Fresh blanks in store, a hundred of them with the certificate keeper, used ones with their holders; seals with their keepers. */
  #custodyOf(district: string, usedBlanks: number[]) {
    const lines: Record<string, unknown>[] = []
    const ranges: Record<string, unknown>[] = []
    const line = (kind: string, serials: string, movement: string, from: string | null, to: string) =>
      lines.push({ district, kind, edition: '', serials, movement, from_place: from, to_place: to })
    const keeper = this.#plan.staff.find(
      (one) => one.district === district && one.posts.includes('certificate_keeper'),
    )
    for (const range of this.#plan.blankRanges.filter((one) => one.district === district)) {
      const { kind } = range
      const first = Number(range.first)
      const end = first + range.count
      ranges.push({ kind, edition: '', serials: `[${first},${end})`, district })
      line(kind, `[${first},${end})`, 'receive', null, 'store')
      const drawn = keeper && kind === 'certificate' ? first + 100 : first
      if (drawn > first) {
        const place = `person:${this.#persons.get(keeper!.key)}`
        line(kind, `[${first},${drawn})`, 'issue', 'store', place)
        this.#nextBlank.set(district, first)
      }
      this.#inStore.push({ district, kind, first: drawn, last: end - 1 })
    }
    for (const [from, to] of runs(usedBlanks)) {
      ranges.push({ kind: 'certificate', edition: '', serials: `[${from},${to})`, district })
      line('certificate', `[${from},${to})`, 'receive', null, 'holder')
    }
    this.#plan.seals
      .filter((one) => one.district === district)
      .forEach((one, i) => {
        const place = `person:${this.#persons.get(one.keeper)}`
        line('seal', `[${i + 1},${i + 2})`, 'receive', null, place)
      })
    return { serialRanges: ranges, custodyLines: lines }
  }

  /** The seals that came with the register enter it under their keepers, as the head of each centre says. */
  async registerSeals(): Promise<void> {
    const at = this.#now.subtract({ hours: 24 * 40 })
    for (const { id: district } of this.#plan.districts) {
      const own = this.#plan.seals.filter((one) => one.district === district)
      if (own.length === 0) continue
      const clerk = await this.#as(`${district}.clerk1`, at)
      const image = await this.#store(clerk, Readable.from([demoSignature('演章')]), 'image/png')
      const head = await this.#as(`${district}.head`, at)
      for (const [i, { kind, name, number, keeper }] of own.entries())
        await this.#perform(registerSeal, head, {
          no: i + 1,
          kind,
          name,
          number,
          keeperId: this.#persons.get(keeper),
          position: kind === 'registration' ? '发证室保险柜' : '查询室保险柜',
          image,
        })
      // Receipts and notices bear the office's electronic seal; who keeps its seal of ink answers for it.
      await this.#perform(registerSeal, head, {
        no: own.length + 1,
        kind: 'acceptance',
        name: own[0]!.name.replace(/登记专用章$/, '登记受理专用章'),
        number: `${own[0]!.number}-E`,
        keeperId: this.#persons.get(own[0]!.keeper),
        position: '电子印章系统',
        image,
        electronic: true,
      })
    }
  }

  /** Plays every case, survey and stock-take step by step, all interleaved in the order of time, so that log and clock agree. */
  async playCases(): Promise<void> {
    const steps = [
      ...this.#plan.cases.flatMap((one) => this.#stepsOf(one)),
      ...this.#surveys(),
      ...this.#stockTakes(),
      this.#archive(),
      ...ruleSteps(this.#hands()),
      ...meetingSteps(this.#hands()),
      ...inspectionSteps(this.#hands(), (key) => this.#persons.get(key)!),
      this.#sampling(),
    ]
    steps.sort((a, b) => Temporal.Instant.compare(a.at, b.at))
    for (const step of steps) {
      await this.#setClock(step.at)
      await step.run()
    }
  }

  /** What parts of the demo in other files act with. */
  #hands(): DemoHands {
    return {
      now: this.#now,
      calendar: this.#world.deps.calendar,
      person: (username) =>
        this.#persons.get(this.#plan.staff.find((one) => one.username === username)!.key)!,
      as: (username, at) => this.#as(username, at),
      perform: (act, token, input) => this.#perform(act, token, input),
    }
  }

  /** Surveys of units no case asks for: one accepted, one sent back with its problems, one that waits for its review. */
  #surveys(): { at: Temporal.Instant; run: () => Promise<void> }[] {
    const busy = new Set(this.#plan.cases.map((one) => one.unitCode))
    const units = this.#plan.units.filter((unit) => unit.district === 'haishu' && unit.use !== '11')
    const at = this.#now
      .toZonedDateTimeISO(zone)
      .subtract({ days: 9 })
      .with({ hour: 10, minute: 20, second: 0 })
    return units
      .filter((unit) => !busy.has(unit.code))
      .slice(-3)
      .flatMap((unit, i) =>
        this.#survey(
          unit,
          i === 2 ? at.add({ days: 8 }) : at.add({ hours: i }),
          (['accepted', 'returned', null] as const)[i]!,
        ),
      )
  }

  #survey(unit: PlanUnit, at: Temporal.ZonedDateTime, outcome: 'accepted' | 'returned' | null) {
    let surveyId = ''
    const submit = async (token: Buffer) => {
      const lines = [`不动产单元号:${unit.code}`, `坐落:${unit.location}`, `建筑面积:${unit.area}`]
      const file = await this.#store(
        token,
        Readable.from([demoScan('权籍调查成果报告', lines)]),
        'application/pdf',
      )
      const { area, innerArea, sharedArea } = unit
      const measured = {
        kind: 'recheck',
        surveyedBy: '演示测绘院',
        surveyedOn: at.subtract({ days: 3 }).toPlainDate().toString(),
      }
      const input = { unitCode: unit.code, ...measured, area, innerArea, sharedArea, file }
      surveyId = (await this.#perform<{ surveyId: string }>(submitSurvey, token, input)).surveyId
    }
    const review = async (token: Buffer) => {
      const problems = outcome === 'returned' ? [{ item: 'drawing', words: '分户图缺比例尺和指北针。' }] : []
      const opinion = outcome === 'returned' ? '图件不全，请一次补齐。' : '逐项核对无误。'
      await this.#perform(reviewSurvey, token, { surveyId, outcome, problems, opinion })
    }
    const step = (moment: Temporal.ZonedDateTime, who: string, run: (token: Buffer) => Promise<void>) => ({
      at: moment.toInstant(),
      run: async () => run(await this.#as(`${unit.district}.${who}`, moment.toInstant())),
    })
    const first = step(at, 'survey1', submit)
    return outcome ? [first, step(at.add({ days: 1 }), 'surveyreview1', review)] : [first]
  }

  /** Yesterday the bureau planned a sampling of Haishu; the value that decides comes tomorrow, so nobody knows yet what is drawn. */
  #sampling(): { at: Temporal.Instant; run: () => Promise<void> } {
    const today = this.#now.toZonedDateTimeISO(zone).toPlainDate()
    const valueOn = today.add({ days: 1 })
    const at = today
      .subtract({ days: 1 })
      .toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from('19:30') })
      .toInstant()
    return {
      at,
      run: async () => {
        await this.#perform(planSampling, await this.#as('city.inspector1', at), {
          district: 'haishu',
          source: 'cases',
          strataBy: 'kind',
          fromDay: today.subtract({ days: 60 }).toString(),
          toDay: today.subtract({ days: 1 }).toString(),
          size: 2,
          valueKind: 'exchange',
          valueName: `上证综合指数 ${valueOn} 收盘点位`,
          valueRule: '两位小数，例如 3412.07；当日休市的，取其后第一个交易日的收盘点位',
          valueOn: valueOn.toString(),
        })
      },
    }
  }

  /** Twelve days ago the head of each centre counted the store (4.6), and it agreed. */
  #stockTakes(): { at: Temporal.Instant; run: () => Promise<void> }[] {
    const at = this.#now
      .subtract({ hours: 24 * 12 })
      .toZonedDateTimeISO(zone)
      .with({ hour: 16, minute: 40, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 })
      .toInstant()
    return this.#plan.districts.map(({ id: district }) => ({
      at,
      run: async () => {
        for (const kind of ['certificate', 'proof'] as const) {
          const ranges = this.#inStore.filter((one) => one.district === district && one.kind === kind)
          if (ranges.length === 0) continue
          const head = await this.#as(`${district}.head`, at)
          const { countId } = await this.#perform<{ countId: string }>(startCount, head, {
            kind,
            edition: '',
            of: 'store',
          })
          await this.#perform(submitCount, head, {
            countId,
            ranges: ranges.map(({ first, last }) => ({
              first: printedSerial('', first),
              last: printedSerial('', last),
            })),
          })
        }
      },
    }))
  }

  /** Twelve days ago Haishu had its store room: files made up until then were checked, handed over and shelved (4.1). */
  #archive(): { at: Temporal.Instant; run: () => Promise<void> } {
    const at = this.#now
      .subtract({ hours: 24 * 12 })
      .toZonedDateTimeISO(zone)
      .with({ hour: 15, minute: 20, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 })
      .toInstant()
    const run = async () => {
      const [head, first, second] = await Promise.all(
        ['head', 'archive1', 'archive2'].map((role) => this.#as(`haishu.${role}`, at)),
      )
      await this.#perform(openRoom, head!, { code: 'A', name: '一号库房' })
      for (const rack of ['01', '02'])
        await this.#perform(addBoxes, first!, { room: 'A', rack, first: 1, last: 8 })
      const seen = { fire: true, theft: true, damp: true, temperatureTenths: 196, humidityTenths: 524 }
      await this.#perform(inspectRoom, second!, { room: 'A', ...seen })
      const files = await this.#world.kernel.read(
        first!,
        ({ tx }) =>
          tx.rows<{
            file: string
            pages: number
          }>`select number as file, pages from archives.file where district = 'haishu' order by no`,
      )
      if (isRefusal(files)) throw new Error(files.message.en)
      for (const { file, pages } of files) {
        await this.#scans(first!, file)
        await this.#perform(recheckFile, second!, { file, pages })
        await this.#perform(bindFile, first!, { file, pages, cover: 'soft' })
        await this.#perform(offerFile, first!, { file })
        await this.#perform(takeFile, second!, { file })
        await this.#perform(shelve, second!, { file, room: 'A', rack: '01', box: '01' })
      }
    }
    return { at, run }
  }

  /** Scans of a file measured, and what is warned of answered: the demo's papers all look much the same. */
  async #scans(archivist: Buffer, file: string): Promise<void> {
    await this.#perform(measureScans, archivist, { file })
    const warned = await this.#world.kernel.read(
      archivist,
      ({ tx }) => tx.rows<{ no: number }>`
        select s.material_no as no from archives.scan s join archives.file f on f.district = s.district and f.no = s.file_no
        where f.district = 'haishu' and f.number = ${file} and s.flags <> '{}' order by 1`,
    )
    if (isRefusal(warned)) throw new Error(warned.message.en)
    for (const { no } of warned)
      await this.#perform(answerScan, archivist, {
        file,
        materialNo: no,
        answer: '演示样本：版式相同，每份只有一页；内容已与原件核对。',
      })
  }

  /** Someone of an office with a role, signed in at the present demo time. */
  async #as(username: string, at: Temporal.Instant): Promise<Buffer> {
    const open = this.#sessions.get(username)
    if (open && Temporal.Instant.compare(at, open.until) < 0) return open.token
    const { token } = await this.#perform<{ token: string }>(signIn, null, {
      username,
      password: demoPassword,
      workstation: 'demo',
    })
    const made = { token: Buffer.from(token, 'hex'), until: at.add({ hours: 10 }) }
    this.#sessions.set(username, made)
    this.#usernames.set(made.token, username)
    return made.token
  }

  #stepsOf(plan: PlanCase): { at: Temporal.Instant; run: () => Promise<void> }[] {
    const { district } = plan
    const index = this.#plan.cases.indexOf(plan)
    const clerk = `${district}.clerk${(index % 3) + 1}`
    let caseId = ''
    const steps: { who: string; run: (token: Buffer) => Promise<unknown> }[] = []
    const step = (who: string, run: (token: Buffer) => Promise<unknown>) => steps.push({ who, run })
    const act = (who: string, what: AnyAct, input: Record<string, unknown>) =>
      step(who, (token) => this.#perform(what, token, { caseId, ...input }))
    const say = plan.reason?.zh ?? '材料齐全,符合要求。'

    step(clerk, async (token) => {
      caseId = (await this.#perform<{ caseId: string }>(apply, token, this.#application(plan))).caseId
    })
    const stage = plan.stage
    if (stage !== 'applied') {
      step(clerk, (token) => this.#collect(token, caseId, plan))
      if (stage === 'not_accepted') act(clerk, decline, { reasons: [say] })
      else if (stage === 'supplement_needed')
        act(clerk, supplement, { items: plan.missing.map((one) => one.zh) })
      else {
        act(clerk, accept, { opinion: '材料齐全,符合法定形式,予以受理。' })
        this.#afterAcceptance(plan, district, clerk, say, act, step, () => caseId)
      }
    }
    return this.#timed(plan, steps)
  }

  #afterAcceptance(
    plan: PlanCase,
    district: string,
    clerk: string,
    say: string,
    act: (who: string, what: AnyAct, input: Record<string, unknown>) => void,
    step: (who: string, run: (token: Buffer) => Promise<unknown>) => void,
    caseId: () => string,
  ): void {
    const [one, two] = [`${district}.reviewer1`, `${district}.reviewer2`]
    const reached = (...stages: PlanCase['stage'][]) => stages.includes(plan.stage)
    if (reached('accepted')) return
    if (reached('withdrawn')) {
      const parties = plan.sellers.length + plan.buyers.length
      act(clerk, withdraw, { partyNos: Array.from({ length: parties }, (_, i) => i + 1), reason: say })
      return
    }
    if (reached('returned')) {
      act(one, sendBack, { to: 'acceptance', reason: say })
      return
    }
    if (reached('refused')) {
      act(one, refuseRegistration, { grounds: [say] })
      return
    }
    act(one, firstReview, { opinion: '经审核,权属清楚,材料齐全,同意。' })
    if (reached('first_reviewed')) return
    step(two, async (token) => {
      const asks = await this.#world.kernel.read(
        token,
        (ctx) =>
          ctx.tx.one<{
            second_review: boolean
          }>`select second_review from cases.case where id = ${caseId()}::uuid`,
      )
      if ('second_review' in asks && asks.second_review)
        await this.#perform(secondReview, token, { caseId: caseId(), opinion: '复审同意。' })
    })
    if (reached('second_reviewed')) return
    act(`${district}.recorder1`, record, { opinion: '核准登簿。' })
    if (reached('recorded')) return
    step(`${district}.certs1`, async (token) => {
      const serial = this.#nextBlank.get(district)!
      this.#nextBlank.set(district, serial + 1)
      await this.#perform(print, token, {
        caseId: caseId(),
        blankSerial: String(serial),
        opinion: '已核对,缮证。',
      })
    })
    if (reached('printed')) return
    act(`${district}.seals1`, seal, { sealNo: 1, opinion: '已核对证书内容,用印。' })
    if (reached('sealed')) return
    step(clerk, async (token) => {
      const agent = plan.agent?.side === 'buyers' ? plan.agent.party : plan.buyers[0]!.party
      const recipient = this.#plan.parties.find((party) => party.key === agent)!.name
      const signature = await this.#store(token, Readable.from([demoSignature(recipient)]), 'image/png')
      await this.#perform(issue, token, {
        caseId: caseId(),
        recipient,
        signature,
        oldCertificate: 'taken_back',
        opinion: '已核对领证人身份。',
      })
    })
    if (reached('issued')) return
    step(`${district}.archive1`, async (token) => {
      const counted = await this.#world.kernel.read(
        token,
        (ctx) => ctx.tx.one<{ pages: number }>`select archives.pages_listed(${caseId()}::uuid) as pages`,
      )
      if (isRefusal(counted)) throw new Error(counted.message.en)
      await this.#perform(archive, token, {
        caseId: caseId(),
        pages: counted.pages,
        opinion: '卷内材料齐全，页数相符。',
      })
    })
  }

  #application(plan: PlanCase) {
    const person = (key: string) => this.#plan.parties.find((party) => party.key === key)!
    const agent = (side: 'sellers' | 'buyers') => {
      if (plan.agent?.side !== side) return {}
      const who = person(plan.agent.party)
      return {
        agent: { name: who.name, idNumber: who.kind === 'person' ? who.idNumber : '', basis: 'notarised' },
      }
    }
    const partial = plan.soldShare !== '1' && plan.soldShare !== '1/1'
    return {
      business: 'T01',
      unitCode: plan.unitCode,
      sale: partial ? 'share' : 'whole',
      sharing: plan.buyerSharing,
      priceFen: plan.priceFen,
      contractNumber: `甬房买卖(${plan.contractOn.slice(0, 4)})第${plan.contractOn.replaceAll('-', '').slice(4)}${String(this.#plan.cases.indexOf(plan) + 1).padStart(3, '0')}号`,
      transferors: plan.sellers.map((key) => ({
        partyId: this.#parties.get(`${plan.district}/${key}`)!,
        ...agent('sellers'),
      })),
      transferees: plan.buyers.map((buyer) => {
        const who = person(buyer.party)
        return {
          kind: who.kind === 'person' ? 'person' : 'company',
          name: who.name,
          idNumber: who.kind === 'person' ? who.idNumber : who.creditCode,
          phone: who.phone,
          ...(plan.buyerSharing === '2' ? { share: fractionOf(buyer.share) } : {}),
          ...agent('buyers'),
        }
      }),
    }
  }

  /** Identity checks and scans of everything the checklist asks for and the plan does not call missing. */
  async #collect(token: Buffer, caseId: string, plan: PlanCase): Promise<void> {
    const state = await this.#world.kernel.read(token, (ctx) => caseSubject.load(ctx.tx, caseId, false))
    if (!state || !('parties' in state)) throw new Error(`demo: case ${plan.key} cannot be read`)
    for (const party of state.parties) {
      await this.#perform(checkIdentity, token, {
        caseId,
        partyNo: party.no,
        method: party.kind === 'person' ? 'card_reader' : 'company_register',
        passed: true,
      })
    }
    const rules = neededMaterials(saleOfExistingHome, materialFacts(state))
    const left =
      plan.stage === 'supplement_needed'
        ? rules.filter((rule) => !['tax', 'mortgagee_consent', 'three_party'].includes(rule.code))
        : rules
    for (const rule of left) {
      const file = await this.#store(
        token,
        Readable.from([demoScan(rule.name.zh, scanLines({ ...state, body: saleOf(state) }))]),
        'application/pdf',
      )
      await this.#perform(attach, token, {
        caseId,
        code: rule.code,
        form: rule.code === 'identity' ? '2' : '1',
        pages: rule.code === 'contract' ? 6 : 2,
        file,
      })
    }
  }

  async #store(token: Buffer, source: Readable, type: string): Promise<string> {
    const taken = await this.#world.deps.files.take(source, type)
    if (typeof taken === 'string') throw new Error(`demo: a scan was refused: ${taken}`)
    await this.#perform(storeFile, token, { file: taken.sha256, media: taken.type, bytes: taken.size })
    return taken.sha256
  }

  /** Spreads steps over working hours from the day the case began, never past now. */
  #timed(
    plan: PlanCase,
    steps: { who: string; run: (token: Buffer) => Promise<unknown> }[],
  ): { at: Temporal.Instant; run: () => Promise<void> }[] {
    const calendar = officialCalendar({ allowUnpublished: true })
    const offset = this.#plan.cases.indexOf(plan)
    let at = Temporal.PlainDate.from(plan.startedOn)
      .toZonedDateTime({ timeZone: zone, plainTime: '09:10' })
      .add({ minutes: offset * 3 })
    return steps.map(({ who, run }, i) => {
      if (i > 0) at = at.add({ minutes: i < 3 ? 12 : 95 })
      if (at.hour >= 16) at = at.add({ days: 1 }).with({ hour: 9, minute: 5 + (offset % 50) })
      while (calendar.isWorkingDay(at.toPlainDate()) === false) at = at.add({ days: 1 })
      const latest = this.#now.subtract({ seconds: (steps.length - i) * 2 })
      const moment = Temporal.Instant.compare(at.toInstant(), latest) < 0 ? at.toInstant() : latest
      return { at: moment, run: async () => void (await run(await this.#as(who, moment))) }
    })
  }
}

/** What a demo scan says: whose case it is of, in words that are plainly invented. */
const scanLines = (state: {
  unitCode: string
  body: { contractNumber: string }
  parties: readonly { side: string; name: string }[]
}): string[] => [
  `不动产单元号:${state.unitCode}`,
  `合同编号:${state.body.contractNumber}`,
  ...state.parties.map((party) => `${party.side === 'transferor' ? '转让人' : '受让人'}:${party.name}`),
]

/** West, south, east, north as PostgreSQL's box. */
const boxText = ([west, south, east, north]: readonly [number, number, number, number]): string =>
  `((${east},${north}),(${west},${south}))`

/** Half-open runs of consecutive numbers. */
function runs(numbers: readonly number[]): [number, number][] {
  const made: [number, number][] = []
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = made.at(-1)
    if (last && last[1] === n) last[1] = n + 1
    else made.push([n, n + 1])
  }
  return made
}
