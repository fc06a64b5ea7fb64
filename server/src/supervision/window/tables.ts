import { table } from '../../platform/db/tx.ts'

export const rotaTable = table('supervision.window_rota', ['id'])
export const swapTable = table('supervision.window_swap', ['id'])
export const turnTable = table('supervision.window_turn', ['id'])
export const endTable = table('supervision.window_end', ['turn_id'])
export const statementTable = table('supervision.window_statement', ['turn_id'])
export const raisedTable = table('supervision.window_raised', ['finding_id'])
