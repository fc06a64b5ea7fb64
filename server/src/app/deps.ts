import type { Publisher } from '../evidence/publisher.ts'
import type { Sequencer } from '../evidence/sequencer.ts'
import type { Verifications } from '../evidence/verification.ts'
import type { DutyTable } from '../kernel/duty.ts'
import type { FileStore } from '../platform/files.ts'
import type { Vault } from '../platform/vault.ts'
import type { Figures } from '../supervision/board/figures.ts'
import type { WorkingCalendar } from '../values/calendar.ts'

/** What handlers and queries get from the house besides their transaction. */
declare module '../kernel/act.ts' {
  interface Deps {
    vault: Vault
    files: FileStore
    duties: DutyTable
    calendar: WorkingCalendar
    /** Address people use, without trailing slash: it stands in printed QR codes. */
    origin: string
    /** True in a demo city: papers carry the mark. */
    demo: boolean
    /** The page with which anyone checks an audit pack offline; built when it is missing. */
    verifyPage: () => Promise<Uint8Array>
    /** The page with which anyone draws a sample again offline. */
    redrawPage: () => Promise<Uint8Array>
    /** How the logs stand with those outside who watch them. */
    outside: Pick<Publisher, 'stateOf' | 'contradicted'> & Pick<Sequencer, 'frozen'>
    verifications: Verifications
    /** What stands in ledgers now, for the controls board. */
    figures: Figures
  }
}
