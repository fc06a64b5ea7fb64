import type { CustodyKind, Movement } from '../kernel/ledger.ts'

/** One movement the ledger knows (台账规则): of what, from which class of place to which, by how many hands, in which acts. */
export interface CustodyRule {
  kind: CustodyKind
  movement: Movement
  /** Empty where something comes in. */
  from: string
  to: string
  /** Two: one offers, another takes. */
  hands: 1 | 2
  acts: readonly string[]
}

const blanks = ['certificate', 'proof'] as const

/**
 * Everything that may happen to a blank certificate or proof, a seal and a file. The server hands this table to the
 * database when it starts; the database books no line that is not in it (kernel.check_line).
 */
export const custodyRules: readonly CustodyRule[] = [
  ...blanks.flatMap((kind): CustodyRule[] => [
    { kind, movement: 'receive', from: '', to: 'store', hands: 1, acts: ['custody.countDelivery'] },
    { kind, movement: 'issue', from: 'store', to: 'person', hands: 2, acts: ['custody.take'] },
    { kind, movement: 'issue', from: 'person', to: 'person', hands: 2, acts: ['custody.take'] },
    { kind, movement: 'return', from: 'person', to: 'store', hands: 2, acts: ['custody.take'] },
    {
      kind,
      movement: 'use',
      from: 'person',
      to: 'certificate',
      hands: 1,
      acts: ['case.print', 'case.reprint'],
    },
    { kind, movement: 'issue', from: 'certificate', to: 'holder', hands: 1, acts: ['case.issue'] },
    {
      kind,
      movement: 'void',
      from: 'store',
      to: 'void',
      hands: 1,
      acts: ['custody.void', 'custody.countDelivery'],
    },
    { kind, movement: 'void', from: 'person', to: 'void', hands: 1, acts: ['custody.void'] },
    { kind, movement: 'void', from: 'certificate', to: 'void', hands: 1, acts: ['case.spoil'] },
    { kind, movement: 'void', from: 'missing', to: 'void', hands: 1, acts: ['custody.void'] },
    // A damaged certificate comes back at the window; a lost one ends where nobody can hand it in.
    { kind, movement: 'void', from: 'holder', to: 'void', hands: 1, acts: ['case.issue'] },
    { kind, movement: 'lose', from: 'holder', to: 'missing', hands: 1, acts: ['case.record'] },
    {
      kind,
      movement: 'lose',
      from: 'store',
      to: 'missing',
      hands: 1,
      acts: ['custody.explain', 'custody.countDelivery'],
    },
    { kind, movement: 'lose', from: 'person', to: 'missing', hands: 1, acts: ['custody.explain'] },
    { kind, movement: 'destroy', from: 'void', to: 'destroyed', hands: 1, acts: ['custody.witness'] },
  ]),
  { kind: 'seal', movement: 'receive', from: '', to: 'store', hands: 1, acts: ['custody.registerSeal'] },
  {
    kind: 'seal',
    movement: 'take_out',
    from: 'store',
    to: 'person',
    hands: 1,
    acts: ['custody.takeOutSeal'],
  },
  {
    kind: 'seal',
    movement: 'put_back',
    from: 'person',
    to: 'store',
    hands: 1,
    acts: ['custody.putBackSeal'],
  },
  { kind: 'seal', movement: 'issue', from: 'person', to: 'person', hands: 2, acts: ['custody.takeSeal'] },
  { kind: 'seal', movement: 'void', from: 'store', to: 'void', hands: 1, acts: ['custody.retireSeal'] },
  { kind: 'seal', movement: 'destroy', from: 'void', to: 'destroyed', hands: 1, acts: ['custody.witness'] },
  {
    kind: 'seal',
    movement: 'use',
    from: 'person',
    to: 'person',
    hands: 1,
    acts: ['case.seal', 'case.reseal'],
  },
  // An electronic seal lies in no hand: the act that gives out the paper uses it where it is.
  { kind: 'seal', movement: 'receive', from: '', to: 'system', hands: 1, acts: ['custody.registerSeal'] },
  { kind: 'seal', movement: 'void', from: 'system', to: 'void', hands: 1, acts: ['custody.retireSeal'] },
  {
    kind: 'seal',
    movement: 'use',
    from: 'system',
    to: 'system',
    hands: 1,
    acts: ['case.accept', 'case.supplement', 'case.decline', 'case.refuse'],
  },
  // A file: from who made it up to the room, into its box, lent from there and back, or missing.
  {
    kind: 'file',
    movement: 'receive',
    from: '',
    to: 'person',
    hands: 1,
    acts: ['case.archive', 'archives.takeOver'],
  },
  { kind: 'file', movement: 'return', from: 'person', to: 'store', hands: 2, acts: ['archives.takeFile'] },
  { kind: 'file', movement: 'shelve', from: 'store', to: 'shelf', hands: 1, acts: ['archives.shelve'] },
  { kind: 'file', movement: 'shelve', from: 'shelf', to: 'shelf', hands: 1, acts: ['archives.shelve'] },
  { kind: 'file', movement: 'lend', from: 'shelf', to: 'person', hands: 2, acts: ['archives.signForLoan'] },
  { kind: 'file', movement: 'return', from: 'person', to: 'shelf', hands: 2, acts: ['archives.receiveBack'] },
  { kind: 'file', movement: 'return', from: 'missing', to: 'store', hands: 1, acts: ['archives.foundFile'] },
  ...(['person', 'store', 'shelf'] as const).map(
    (from): CustodyRule => ({
      kind: 'file',
      movement: 'lose',
      from,
      to: 'missing',
      hands: 1,
      acts: from === 'shelf' ? ['archives.reportLoss', 'archives.explainFile'] : ['archives.reportLoss'],
    }),
  ),
]
