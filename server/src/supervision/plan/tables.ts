import { table } from '../../platform/db/tx.ts'

export const itemTable = table('supervision.plan_item', ['id'])
export const termTable = table('supervision.plan_term', ['item_id', 'no'])
export const progressTable = table('supervision.plan_progress', ['item_id', 'no'])
export const acceptanceTable = table('supervision.plan_acceptance', ['item_id', 'progress_no'])
