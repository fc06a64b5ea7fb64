import { randomBytes, randomUUID } from 'node:crypto'
import { demoPasskey, type SoftwarePasskey } from '../server/src/app/software-passkey.ts'
import { demoScan, demoSignature } from '../server/src/papers/demo-scan.ts'
import { completeIdNumber } from '../server/src/values/idNumber.ts'
import { connections } from './acts.ts'
import { HttpClient } from './httpClient.ts'
import type { Installation } from './installation.ts'
import type { Figures } from './measure.ts'
import { openReplay } from './replay.ts'
import { takeTurns } from './turns.ts'

/** Someone signed in. A person does one thing at a time: who is busy lets the next case wait. */
interface Person {
  headers: Record<string, string>
  passkey: SoftwarePasskey
  busy: Promise<unknown>
}

/** The seven who take one sale from application to archive. */
interface Team {
  clerk: Person
  reviewers: [Person, Person]
  recorder: Person
  printer: Person
  sealer: Person
  archivist: Person
  /** Takes the number of the next blank the printer holds. */
  nextBlank: () => number
}

/** Who plays cases, and on which units: every player owns one unit, which goes from buyer to buyer. */
export interface Stage {
  /** One player per unit. Each plays one whole case a time and returns the milliseconds of each of its acts. */
  players: (() => Promise<number[]>)[]
  close(): void
}

const opinion = '材料齐全,符合要求,同意。'
/** Every sale is signed by the seller's agent, which asks for a second review and so for a seventh person. */
const agent = { name: '代理甲', idNumber: completeIdNumber('33020319750101111'), basis: 'notarised' }
const materials = ['application', 'identity', 'certificate', 'contract', 'tax', 'mandate']

/**
 * Gives each of `count` players a unit with a plain ownership and a team of its office: one of its three clerks, and
 * the colleagues all of the office's players share.
 */
export async function setStage(installation: Installation, count: number): Promise<Stage> {
  const units = await freeUnits(installation, count)
  const blanks = await giveAllBlanks(installation)
  const signedIn = new Map<string, Promise<Person>>()
  const { secrets, deps } = installation.world
  const person = (username: string): Promise<Person> => {
    const known =
      signedIn.get(username) ??
      installation.signIn(username).then((headers) => ({
        headers,
        passkey: demoPasskey(secrets, deps.origin, username),
        busy: Promise.resolve(),
      }))
    signedIn.set(username, known)
    return known
  }
  const teams: Team[] = []
  for (const [i, { district }] of units.entries()) {
    const before = units.slice(0, i).filter((one) => one.district === district).length
    const as = (post: string) => person(`${district}.${post}`)
    teams.push({
      clerk: await as(`clerk${(before % 3) + 1}`),
      reviewers: [await as('reviewer1'), await as('reviewer2')],
      recorder: await as('recorder1'),
      printer: await as('certs1'),
      sealer: await as('seals1'),
      archivist: await as('archive1'),
      nextBlank: blanks.get(district)!,
    })
  }
  const papers = { scan: await demoScan('申请材料'), signature: await demoSignature('买受人') }
  const clients = await Promise.all(units.map(() => HttpClient.open(installation.port)))
  return {
    players: units.map(
      ({ code }, i) =>
        () =>
          playSale(clients[i]!, teams[i]!, code, papers),
    ),
    close: () => {
      for (const client of clients) client.close()
    },
  }
}

/** Units in the hands of an owner and free of everything else, office by office in turn. */
async function freeUnits(
  { world }: Installation,
  count: number,
): Promise<{ district: string; code: string }[]> {
  const { rows } = await world.pools.auditor.query<{ district: string; code: string }>(
    `select l.district, l.unit_code as code from register.live l
     where l.kind = 'ownership'
       and not exists (select from register.live o where o.district = l.district and o.unit_code = l.unit_code and o.kind <> 'ownership')
       and not exists (select from cases.case k where k.district = l.district and k.unit_code = l.unit_code)
     order by row_number() over (partition by l.district order by l.unit_code), l.district limit $1`,
    [count],
  )
  if (rows.length < count) throw new Error(`the demo city has ${rows.length} free units, ${count} are needed`)
  return rows
}

/** Hands every fresh certificate blank to its office's printer, whose demo stock of a hundred would not last. */
async function giveAllBlanks({ world }: Installation): Promise<Map<string, () => number>> {
  const admin = await world.admin()
  try {
    const { rows } = await admin.query<{ district: string; first: number; until: number }>(
      `with keeper as (select district, place, lower(serials) as first from kernel.custody_holding where kind = 'certificate' and place like 'person:%')
       update kernel.custody_holding h set place = k.place from keeper k
       where h.district = k.district and h.kind = 'certificate' and h.place = 'store'
       returning h.district, k.first, upper(h.serials) as until`,
    )
    return new Map(
      rows.map(({ district, first, until }) => {
        let next = first
        return [
          district,
          () => {
            if (next >= until) throw new Error(`${district} has no blank left; fewer seconds need fewer`)
            return next++
          },
        ]
      }),
    )
  } finally {
    await admin.end()
  }
}

interface Papers {
  scan: Uint8Array
  signature: Uint8Array
}

/** One sale of a whole home, from reading who may sell it to the archive. Returns the milliseconds of each act. */
async function playSale(client: HttpClient, team: Team, unitCode: string, papers: Papers): Promise<number[]> {
  const times: number[] = []
  const send = async (
    who: Person,
    path: string,
    body: () => string | Buffer,
    contentType = 'application/json',
  ) => {
    const sending = who.busy.then(async () => {
      const from = performance.now()
      const answer = await client.send('POST', path, { ...who.headers, 'content-type': contentType }, body())
      times.push(performance.now() - from)
      return answer
    })
    who.busy = sending.catch(() => {})
    const answer = await sending
    if (answer.status !== 200)
      throw new Error(`${path} answered ${answer.status}: ${answer.body.slice(0, 300)}`)
    return JSON.parse(answer.body)
  }
  const act = async (who: Person, type: string, input: () => object) =>
    (await send(who, `/api/acts/${type}`, () => JSON.stringify({ requestId: randomUUID(), input: input() })))
      .result
  /** As at a screen: the command first, then the act over the signature of its hash. */
  const confirmed = async (who: Person, type: string, input: object) => {
    const asked = { requestId: randomUUID(), input }
    const { nonce, challenge } = await send(who, `/api/prepare/${type}`, () => JSON.stringify(asked))
    const assertion = who.passkey.assert(Buffer.from(challenge, 'hex'))
    const confirmation = { kind: 'passkey', ...assertion }
    await send(who, `/api/acts/${type}`, () => JSON.stringify({ ...asked, nonce, confirmation }))
  }
  const upload = async (type: string, bytes: Uint8Array): Promise<string> => {
    const boundary = randomUUID()
    const part = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="scan"\r\ncontent-type: ${type}\r\n\r\n`
    // A comment behind the end makes each scan a file of its own without changing what it shows.
    const body = Buffer.concat([
      Buffer.from(part),
      bytes,
      Buffer.from(`\n% ${randomUUID()}\r\n--${boundary}--\r\n`),
    ])
    return (await send(team.clerk, '/api/files', () => body, `multipart/form-data; boundary=${boundary}`))
      .file
  }

  const { holders } = (await act(team.clerk, 'register.holders', () => ({ unitCode }))) as {
    holders: { partyId: string }[]
  }
  const buyer = `买受人${randomBytes(3).toString('hex')}`
  const { caseId } = await act(team.clerk, 'case.apply', () => ({
    business: 'T01',
    unitCode,
    sale: 'whole',
    sharing: '0',
    priceFen: 188_000_000,
    contractNumber: `甬房买卖第${randomBytes(5).toString('hex')}号`,
    transferors: holders.map((holder) => ({ partyId: holder.partyId, agent })),
    transferees: [{ kind: 'person', name: buyer, idNumber: someIdNumber(), phone: '13800000000' }],
  }))
  for (let partyNo = 1; partyNo <= holders.length + 1; partyNo++) {
    await act(team.clerk, 'case.checkIdentity', () => ({
      caseId,
      partyNo,
      method: 'card_reader',
      passed: true,
    }))
  }
  for (const code of materials) {
    const file = await upload('application/pdf', papers.scan)
    await act(team.clerk, 'case.attach', () => ({ caseId, code, form: '1', pages: 2, file }))
  }
  await act(team.clerk, 'case.accept', () => ({ caseId, opinion }))
  await act(team.reviewers[0], 'case.firstReview', () => ({ caseId, opinion }))
  await act(team.reviewers[1], 'case.secondReview', () => ({ caseId, opinion }))
  await confirmed(team.recorder, 'case.record', { caseId, opinion })
  await act(team.printer, 'case.print', () => ({
    caseId,
    blankSerial: String(team.nextBlank()).padStart(11, '0'),
    opinion,
  }))
  await confirmed(team.sealer, 'case.seal', { caseId, sealNo: 1, opinion })
  const signature = await upload('image/png', papers.signature)
  await act(team.clerk, 'case.issue', () => ({
    caseId,
    recipient: buyer,
    signature,
    oldCertificate: 'taken_back',
    opinion,
  }))
  // Two pages of each material, the receipt and the approval form.
  await act(team.archivist, 'case.archive', () => ({ caseId, pages: materials.length * 2 + 2, opinion }))
  return times
}

let persons = 0
/** A valid identity number nobody else in the bench has. */
function someIdNumber(): string {
  const n = persons++
  const born = Temporal.PlainDate.from('1950-01-01')
    .add({ days: n % 15_000 })
    .toString()
    .replaceAll('-', '')
  return completeIdNumber(`330203${born}${String(100 + Math.floor(n / 15_000)).padStart(3, '0')}`)
}

/** What was measured with one number of cases under way. */
export interface CasesRun {
  /** Cases under way at the same time. */
  concurrency: number
  /** Cases per second through HTTP, evidence on; milliseconds per act. */
  product: Figures
  withoutEvidence: Figures
  /** The same rows by the bare driver, one commit per act. */
  floor: Figures
}

/** Measures whole sales at each concurrency. `actsPerCase` is that of the case the floor repeats. */
export async function measureCases(
  installation: Installation,
  concurrencies: readonly number[],
  seconds: number,
  say: (words: string) => unknown,
): Promise<{ runs: CasesRun[]; actsPerCase: number }> {
  const most = Math.max(...concurrencies)
  const stage = await setStage(installation, most)
  try {
    await stage.players[0]!()
    const { rows } = await installation.world.pools.auditor.query<{ seq: number }>(
      'select max(seq) as seq from kernel.act',
    )
    const acts = await stage.players[0]!()
    const replay = await openReplay(installation, rows[0]!.seq, most, connections)
    try {
      const ways = { product: stage.players, withoutEvidence: stage.players, floor: replay.workers }
      const runs: CasesRun[] = []
      for (const concurrency of concurrencies) {
        say(`${concurrency} cases at a time …`)
        runs.push({ concurrency, ...(await takeTurns(installation, ways, concurrency, seconds, say)) })
      }
      return { runs, actsPerCase: acts.length }
    } finally {
      await replay.close()
    }
  } finally {
    stage.close()
  }
}
