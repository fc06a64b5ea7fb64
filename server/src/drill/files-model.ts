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
import type { Player } from './custody-model.ts'

export interface FileOf {
  number: string
  pages: number
  place: string
  checked: boolean
  bound: boolean
  filedBy: string
  answeredBy: readonly string[]
  offer: string | null
}
export interface LoanOf {
  id: string
  file: FileOf
  outside: boolean
  borrower: string
  decidedBy: string | null
  handedBy: string | null
  home: string
  state: string
}
const active = ['handed', 'out', 'returning']

/** What the clauses say becomes of files and loans, as plain objects: nothing shared with the book but the names of its acts. */
export class FilesModel {
  readonly files: FileOf[]
  readonly loans: LoanOf[] = []
  readonly #players: ReadonlyMap<string, Player>
  constructor(players: ReadonlyMap<string, Player>, files: FileOf[]) {
    this.#players = players
    this.files = files
  }
  #has = (who: string, ...duties: string[]) =>
    duties.some((duty) => this.#players.get(who)!.duties.includes(duty))
  #keeps = (who: string) => this.#has(who, 'archiving')
  #leads = (who: string) => this.#has(who, 'centre_lead', 'district_lead')
  #loanOf = (file: FileOf) => this.loans.find((one) => one.file === file && active.includes(one.state))

  /** Tries a step: null when it is refused, else what is to be done once the book has done it too. */
  decide(step: FileStep): ((made: Record<string, unknown>) => void) | null {
    const { who, act, file, loan, pages } = step
    const busy = file && this.#loanOf(file)
    const set = (more: Partial<FileOf>) => () => void Object.assign(file!, more)
    if (file)
      switch (act) {
        case recheckFile:
          return (this.#keeps(who) || this.#has(who, 'centre_lead', 'inspection')) &&
            !file.checked &&
            who !== file.filedBy &&
            !file.answeredBy.includes(who) &&
            pages === file.pages
            ? set({ checked: true })
            : null
        case bindFile:
          return this.#keeps(who) &&
            file.place === who &&
            !busy &&
            file.checked &&
            !file.bound &&
            pages === file.pages
            ? set({ bound: true })
            : null
        case offerFile:
          return this.#keeps(who) && file.place === who && !busy && file.bound && !file.offer
            ? set({ offer: who })
            : null
        case takeFile:
          return this.#keeps(who) && file.offer && file.offer !== who
            ? set({ offer: null, place: 'store' })
            : null
        case endFileOffer:
          return this.#keeps(who) && file.offer ? set({ offer: null }) : null
        case shelve:
          return this.#keeps(who) && (file.place === 'store' || file.place.startsWith('shelf')) && !busy
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
          return (this.#keeps(who) || this.#leads(who)) &&
            file.place !== 'missing' &&
            busy?.state !== 'handed'
            ? () => {
                Object.assign(file, { place: 'missing', offer: null })
                if (busy) busy.state = 'lost'
              }
            : null
        case foundFile:
          return this.#keeps(who) && file.place === 'missing' ? set({ place: 'store' }) : null
      }
    if (!loan) return null
    const on = this.#loanOf(loan.file)
    const to =
      (state: string, more: Partial<LoanOf> = {}, place = loan.file.place) =>
      () => {
        Object.assign(loan, { state, ...more })
        loan.file.place = place
      }
    switch (act) {
      case decideLoan:
        return this.#leads(who) && loan.state === 'asked' && loan.outside && loan.borrower !== who
          ? to(step.outside ? 'approved' : 'rejected', { decidedBy: who })
          : null
      case handOut:
        return this.#keeps(who) &&
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
        return this.#keeps(who) && loan.state === 'returning' && loan.borrower !== who
          ? to('returned', {}, loan.home)
          : null
    }
    return null
  }
}

/** One thing somebody tries. */
export interface FileStep {
  who: string
  act: AnyAct
  file?: FileOf
  loan?: LoanOf
  pages: number
  box: string
  outside: boolean
}
