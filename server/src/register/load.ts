import { Type } from 'typebox'
import { buildingTable, parcelTable, unitCodeTable, unitTable } from '../cadastre/tables.ts'
import { act } from '../kernel/act.ts'
import { custodyLineTable, serialRangeTable } from '../kernel/ledger.ts'
import type { TableDef } from '../platform/db/tx.ts'
import { parseCertificateNumber } from '../values/certificateNumber.ts'
import { certificateTable, entryPartyTable, entryTable, partyTable } from './state.ts'

const Rows = Type.Array(Type.Object({}, { additionalProperties: true }))

/** Tables a takeover fills, in the order their foreign keys need. */
const parts: readonly (readonly [string, TableDef])[] = [
  ['unitCodes', unitCodeTable],
  ['parcels', parcelTable],
  ['buildings', buildingTable],
  ['units', unitTable],
  ['parties', partyTable],
  ['entries', entryTable],
  ['entryParties', entryPartyTable],
  ['serialRanges', serialRangeTable],
  ['certificates', certificateTable],
  ['custodyLines', custodyLineTable],
]

/** Highest certificate serial of each year among certificates taken over, so that new numbers go on after them. */
function highestNumbers(certificates: readonly { number?: unknown }[]): Map<string, number> {
  const highest = new Map<string, number>()
  for (const { number } of certificates) {
    const parts = typeof number === 'string' ? parseCertificateNumber(number) : null
    if (parts) highest.set(String(parts.year), Math.max(highest.get(String(parts.year)) ?? 0, parts.serial))
  }
  return highest
}

/**
 * Takes over existing holdings of one office (存量数据移交): parcels, units, parties, entries, certificates. One act
 * for up to some thousand units; its leaf commits to the image of every row. Only the seed service performs it.
 */
export const loadRegister = act({
  type: 'register.load',
  title: { zh: '存量数据移交', en: 'Take over existing holdings' },
  clauses: ['6.1', '6.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({
    district: Type.String({ maxLength: 20 }),
    source: Type.String({ maxLength: 200 }),
    ...Object.fromEntries(parts.map(([name]) => [name, Type.Optional(Rows)])),
  }),
  result: Type.Object({ rows: Type.Integer() }),
  created: () => ({ kind: 'takeover', id: 'register' }),
  // The rows are committed as images; committing the input as well would keep everything twice.
  secretInput: parts.map(([name]) => name),
  async handle({ tx }, input) {
    let rows = 0
    for (const [name, def] of parts)
      rows += (
        await tx.put(
          def,
          ((input as Record<string, unknown>)[name] as Record<string, unknown>[] | undefined) ?? [],
        )
      ).length
    for (const [period, highest] of highestNumbers(
      (input as { certificates?: { number?: unknown }[] }).certificates ?? [],
    )) {
      await tx.one`select register.numbers_taken('certificate', ${period}, ${highest})`
    }
    return { rows }
  },
})
