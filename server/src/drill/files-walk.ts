import type { World } from '../app/world.ts'
import { bindFile } from '../custody/archives/binding.ts'
import { foundFile, reportLoss } from '../custody/archives/incidents.ts'
import {
  askLoan,
  decideLoan,
  giveBack,
  handOut,
  receiveBack,
  signForLoan,
  withdrawLoan,
} from '../custody/archives/loans.ts'
import { recheckFile } from '../custody/archives/scans.ts'
import { endFileOffer, offerFile, shelve, takeFile } from '../custody/archives/transfer.ts'
import type { AnyAct } from '../kernel/act.ts'
import type { Outcome } from '../kernel/perform.ts'
import type { Player } from './custody-model.ts'
import type { WalkReport } from './custody-walk.ts'
import { Draws } from './draws.ts'
import { type FileOf, type FileStep, FilesModel } from './files-model.ts'

const ofFile: AnyAct[] = [
  recheckFile,
  bindFile,
  offerFile,
  takeFile,
  endFileOffer,
  shelve,
  askLoan,
  reportLoss,
  foundFile,
]
const ofLoan: AnyAct[] = [decideLoan, handOut, signForLoan, withdrawLoan, giveBack, receiveBack]

const over = ['rejected', 'withdrawn', 'returned', 'lost']
function draw(model: FilesModel, players: readonly string[], chance: () => number): FileStep {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!
  // Mostly a loan that is not over, the newest of them; at times one that is.
  const open = model.loans.filter(({ state }) => !over.includes(state))
  const among = open.length > 0 && chance() < 0.85 ? open.slice(-3) : model.loans
  const loan = among.length > 0 && chance() < 0.6 ? pick(among) : undefined
  const file = loan?.file ?? pick(model.files)
  const pages = chance() < 0.85 ? file.pages : file.pages - 1
  const common = { pages, box: pick(['01', '02']), outside: chance() < 0.6 }
  // Rarely, or files are lost before they have a history.
  const acts = (loan ? ofLoan : ofFile).filter((act) => act !== reportLoss || chance() < 0.1)
  const steps = acts.flatMap((act) =>
    players.map((who): FileStep => ({ ...common, who, act, ...(loan ? { loan } : { file }) })),
  )
  // Mostly a step that the model allows, so that histories get somewhere; else any.
  const allowed = steps.filter((step) => model.decide(step))
  return allowed.length > 0 && chance() < 0.75 ? pick(allowed) : pick(steps)
}

function inputOf({ act, file, loan, pages, box, outside }: FileStep): object {
  const of = loan ? { loanId: loan.id } : { file: file!.number }
  switch (act) {
    case bindFile:
      return { ...of, pages, cover: 'hard' }
    case recheckFile:
    case handOut:
      return { ...of, pages }
    case shelve:
      return { ...of, room: 'A', rack: '01', box }
    case askLoan:
      return { ...of, outside, purpose: '核对' }
    case decideLoan:
      return { ...of, approve: outside }
    case receiveBack:
      return { ...of, pages, damaged: false, ...(pages === loan!.file.pages ? {} : { note: '缺一页' }) }
    case reportLoss:
    case foundFile:
      return { ...of, note: '演练' }
    default:
      return of
  }
}

interface FilesWalk {
  world: Pick<World, 'pools'>
  district: string
  players: ReadonlyMap<string, Player>
  perform(who: string, act: AnyAct, input: unknown): Promise<Outcome<Record<string, unknown>>>
  /** Two boxes of rack 01 in room A hold what is shelved. */
  seed: number
  steps: number
}

/** Acts that a history of files is made of. */
export const fileActs: readonly AnyAct[] = [...ofFile, ...ofLoan]

/** A random history of case files, step by step against a plain model: what is done or refused, and where every file then is. */
export async function walkFiles(walk: FilesWalk): Promise<WalkReport & { acts: ReadonlySet<AnyAct> }> {
  const { players, perform, seed, steps } = walk
  const acts = new Set<AnyAct>()
  const report: WalkReport = { steps: 0, done: 0, refused: 0, refusals: {}, problems: [], mismatches: 0 }
  const wrong = (problem: string) => {
    report.mismatches++
    if (report.problems.length < 20) report.problems.push(`file step ${report.steps}: ${problem}`)
  }
  const model = new FilesModel(players, await standing(walk))
  const draws = new Draws(seed)
  for (; report.steps < steps; report.steps++) {
    const step = draw(model, [...players.keys()], () => draws.next())
    const becomes = model.decide(step)
    const outcome = await perform(step.who, step.act, inputOf(step))
    const told = `${step.act.type} of ${step.file?.number ?? step.loan!.file.number} by ${step.who}`
    if (outcome.ok) {
      report.done++
      acts.add(step.act)
      if (becomes) becomes(outcome.result)
      else wrong(`${told} was done, and should have been refused`)
    } else {
      report.refused++
      const { code } = outcome.refusal
      report.refusals[code] = (report.refusals[code] ?? 0) + 1
      if (becomes) wrong(`${told} was refused (${code}), and should have been done`)
    }
    const now = await standing(walk)
    for (const [i, { number, place }] of model.files.entries())
      if (now[i]?.place !== place) wrong(`${told}: ${number} is at ${now[i]?.place}, should be at ${place}`)
  }
  return { ...report, acts }
}

/** Files of the office as the database has them; places of persons by the names of the walk. No loan is under way as a walk begins. */
async function standing({ world, district, players }: FilesWalk): Promise<FileOf[]> {
  const { rows } = await world.pools.auditor.query<FileOf & { filed: string; answered: string[] }>(
    `select f.number, f.pages, h.place, f.person_id as filed, null as offer,
       exists (select from archives.recheck c where c.district = f.district and c.file_no = f.no) as checked,
       exists (select from archives.binding g where g.district = f.district and g.file_no = f.no) as bound,
       array(select distinct s.answered_by::text from archives.scan s where s.district = f.district and s.file_no = f.no and s.answered_by is not null) as answered
     from archives.file f join kernel.custody_holding h on h.district = f.district and h.kind = 'file' and h.serials @> f.no
     where f.district = $1 order by f.no`,
    [district],
  )
  const named = (id: string) => [...players].find(([, one]) => one.id === id)?.[0] ?? id
  return rows.map(({ filed, answered, ...one }) => ({
    ...one,
    place: one.place.startsWith('person:') ? named(one.place.slice(7)) : one.place,
    filedBy: named(filed),
    answeredBy: answered.map(named),
  }))
}
