import type pg from 'pg'
import { expect, test } from 'vitest'
import { type Archive, measured, openArchive } from '../../../test/archive.ts'
import { openStore } from '../../../test/store.ts'
import type { Someone } from '../../../test/world.ts'
import { Draws } from '../../drill/draws.ts'
import { verifyEverything } from '../../evidence/verify.ts'
import type { AnyAct } from '../../kernel/act.ts'
import { foundFile, reportLoss } from './incidents.ts'
import { askLoan, decideLoan, giveBack, handOut, receiveBack, signForLoan, withdrawLoan } from './loans.ts'
import { recheckFile } from './scans.ts'
import { endFileOffer, offerFile, shelve, takeFile } from './transfer.ts'

type Name = 'archivist' | 'second' | 'head' | 'leader' | 'clerk'
const duties: Record<Name, readonly string[]> = {
  archivist: ['archiving'],
  second: ['archiving'],
  head: ['centre_lead'],
  leader: ['district_lead'],
  clerk: ['acceptance'],
}
const names = Object.keys(duties) as Name[]
const keeps = (who: Name) => duties[who].includes('archiving')
const leads = (who: Name) => who === 'head' || who === 'leader'

interface File {
  number: string
  pages: number
  place: string
  checked: boolean
  offer: Name | null
}
interface Loan {
  id: string
  file: File
  outside: boolean
  borrower: Name
  decidedBy: Name | null
  handedBy: Name | null
  home: string
  state: string
}
const active = ['handed', 'out', 'returning']

/** What the clauses say becomes of files and loans, as plain objects: nothing shared with the book but the names of its acts. */
class Model {
  readonly files: File[]
  readonly loans: Loan[] = []
  constructor(files: File[]) {
    this.files = files
  }
  #loanOf = (file: File) => this.loans.find((one) => one.file === file && active.includes(one.state))

  /** Tries a step: null when it is refused, else what is to be done once the book has done it too. */
  decide(step: Step): ((made: Record<string, unknown>) => void) | null {
    const { who, act, file, loan, pages } = step
    const busy = file && this.#loanOf(file)
    const set = (more: Partial<File>) => () => void Object.assign(file!, more)
    if (file)
      switch (act) {
        case recheckFile:
          return (keeps(who) || who === 'head') &&
            !file.checked &&
            who !== 'archivist' &&
            pages === file.pages
            ? set({ checked: true })
            : null
        case offerFile:
          return keeps(who) && file.place === who && !busy && file.checked && !file.offer
            ? set({ offer: who })
            : null
        case takeFile:
          return keeps(who) && file.offer && file.offer !== who ? set({ offer: null, place: 'store' }) : null
        case endFileOffer:
          return keeps(who) && file.offer ? set({ offer: null }) : null
        case shelve:
          return keeps(who) && (file.place === 'store' || file.place.startsWith('shelf')) && !busy
            ? set({ place: `shelf:A/01/${step.box}` })
            : null
        case askLoan:
          return file.place !== 'missing' && (file.place.startsWith('shelf') || busy)
            ? ({ loanId }) =>
                void this.loans.push({
                  id: String(loanId),
                  file,
                  outside: step.outside,
                  borrower: who,
                  decidedBy: null,
                  handedBy: null,
                  home: '',
                  state: 'asked',
                })
            : null
        case reportLoss:
          return (keeps(who) || leads(who)) && file.place !== 'missing' && busy?.state !== 'handed'
            ? () => {
                Object.assign(file, { place: 'missing', offer: null })
                if (busy) busy.state = 'lost'
              }
            : null
        case foundFile:
          return keeps(who) && file.place === 'missing' ? set({ place: 'store' }) : null
      }
    if (!loan) return null
    const on = this.#loanOf(loan.file)
    const to =
      (state: string, more: Partial<Loan> = {}, place = loan.file.place) =>
      () => {
        Object.assign(loan, { state, ...more })
        loan.file.place = place
      }
    switch (act) {
      case decideLoan:
        return leads(who) && loan.state === 'asked' && loan.outside && loan.borrower !== who
          ? to(step.outside ? 'approved' : 'rejected', { decidedBy: who })
          : null
      case handOut:
        return keeps(who) &&
          (loan.state === 'approved' || (loan.state === 'asked' && !loan.outside)) &&
          ![loan.borrower, loan.decidedBy].includes(who) &&
          !on &&
          loan.file.place.startsWith('shelf') &&
          pages === loan.file.pages
          ? to('handed', { handedBy: who, home: loan.file.place })
          : null
      case signForLoan:
        return loan.state === 'handed' && loan.borrower === who ? to('out', {}, who) : null
      case withdrawLoan:
        return (['asked', 'approved', 'handed'].includes(loan.state) && loan.borrower === who) ||
          (loan.state === 'handed' && loan.handedBy === who)
          ? to('withdrawn')
          : null
      case giveBack:
        return loan.state === 'out' && loan.borrower === who ? to('returning') : null
      case receiveBack:
        return keeps(who) && loan.state === 'returning' && loan.borrower !== who
          ? to('returned', {}, loan.home)
          : null
    }
    return null
  }
}

interface Step {
  who: Name
  act: AnyAct
  file?: File
  loan?: Loan
  pages: number
  box: string
  outside: boolean
}
const ofFile: AnyAct[] = [
  recheckFile,
  offerFile,
  takeFile,
  endFileOffer,
  shelve,
  askLoan,
  reportLoss,
  foundFile,
]
const ofLoan: AnyAct[] = [decideLoan, handOut, signForLoan, withdrawLoan, giveBack, receiveBack]

function draw(model: Model, chance: () => number): Step {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!
  const loan = model.loans.length > 0 && chance() < 0.6 ? pick(model.loans.slice(-6)) : undefined
  const file = loan?.file ?? pick(model.files)
  const pages = chance() < 0.85 ? file.pages : file.pages - 1
  const common = { pages, box: pick(['01', '02']), outside: chance() < 0.6 }
  // Rarely, or files are lost before they have a history.
  const acts = (loan ? ofLoan : ofFile).filter((act) => act !== reportLoss || chance() < 0.1)
  const steps = acts.flatMap((act) =>
    names.map((who): Step => ({ ...common, who, act, ...(loan ? { loan } : { file }) })),
  )
  // Mostly a step that the model allows, so that histories get somewhere; else any.
  const allowed = steps.filter((step) => model.decide(step))
  return allowed.length > 0 && chance() < 0.75 ? pick(allowed) : pick(steps)
}

function inputOf({ act, file, loan, pages, box, outside }: Step): object {
  const of = loan ? { loanId: loan.id } : { file: file!.number }
  switch (act) {
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

async function whereAll(client: pg.Client, people: Record<Name, Someone>): Promise<string[]> {
  const { rows } = await client.query<{ place: string }>(
    `select h.place from archives.file f join kernel.custody_holding h on h.district = f.district and h.kind = 'file' and h.serials @> f.no order by f.no`,
  )
  return rows.map(({ place }) => names.find((name) => place === `person:${people[name].id}`) ?? place)
}

test.each([7, 9])(
  'a random history of files agrees with the plain model on every step, seed %i',
  async (seed) => {
    await using store = await openStore([{}, {}, {}])
    const archive: Archive = await openArchive(store)
    const { head, leader, clerk } = store.keepers
    const people = { archivist: archive.archivist, second: archive.second, head, leader, clerk }
    const files: File[] = []
    for (const home of [0, 1, 2]) {
      const number = await archive.fileOf(home)
      await measured(store, archive, number)
      files.push({
        number,
        pages: await archive.pages(number),
        place: 'archivist',
        checked: false,
        offer: null,
      })
    }
    const model = new Model(files)
    const client = await store.admin()
    const draws = new Draws(seed)
    const chance = () => draws.next()
    const done = new Set<AnyAct>()
    let refused = 0
    for (let no = 0; no < 90; no++) {
      const step = draw(model, chance)
      const becomes = model.decide(step)
      const outcome = await store.as(people[step.who], step.act, inputOf(step))
      const told = `${no}: ${step.act.type} by ${step.who} ${outcome.ok ? '' : outcome.refusal.code}`
      expect([told, outcome.ok]).toEqual([told, becomes !== null])
      if (outcome.ok) {
        becomes!(outcome.result)
        done.add(step.act)
      } else refused++
      expect([told, await whereAll(client, people)]).toEqual([told, model.files.map(({ place }) => place)])
    }
    expect(refused).toBeGreaterThan(10)
    expect([...ofFile, ...ofLoan].filter((act) => !done.has(act)).map((act) => act.type)).toEqual([])
    await client.end()
    await store.sequencer.drain()
    expect((await verifyEverything(store.pools.auditor, store.deps.vault)).problems).toEqual([])
  },
  120_000,
)
