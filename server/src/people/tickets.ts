import { imageField, type Tx, table } from '../platform/db/tx.ts'

export const ticketTable = table('people.ticket', ['id'], { seenAs: 'people.ticket_seen' })

/**
 * Makes a one-time ticket for a person with an account, and leaves its image in the present act. The text is shown once
 * and kept nowhere: the act that returns it lists it in `secretResult`. Only the acts named in `people.make_ticket` may.
 * A reset also ends the person's sessions and makes the old password void at once.
 */
export async function makeTicket(tx: Tx, personId: string, purpose: 'enrol' | 'reset'): Promise<string> {
  const { ticket } = await tx.one<{ ticket: string }>`
    select people.make_ticket(${personId}::uuid, ${purpose}) as ticket`
  const { image } = await tx.one<{ image: string }>`select people.ticket_made(${personId}::uuid) as image`
  tx.images.push({ field: imageField(ticketTable, JSON.parse(image)), image })
  return ticket
}
