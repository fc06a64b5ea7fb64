import { table } from '../../platform/db/tx.ts'

export const noticeTable = table('supervision.notice', ['finding_id'])
export const planTable = table('supervision.plan', ['finding_id', 'no'])
export const fixTable = table('supervision.fix', ['finding_id', 'no'])
export const fixCheckTable = table('supervision.fix_check', ['finding_id', 'no'])
export const extensionTable = table('supervision.extension', ['id'])
export const extensionDecisionTable = table('supervision.extension_decision', ['extension_id'])
export const cardTable = table('supervision.card', ['finding_id', 'card'])
export const namingTable = table('supervision.naming', ['id'])
export const namingDecisionTable = table('supervision.naming_decision', ['naming_id'])
export const appealTable = table('supervision.appeal', ['naming_id'])
export const appealDecisionTable = table('supervision.appeal_decision', ['naming_id'])
export const effectTable = table('supervision.effect', ['finding_id'])
