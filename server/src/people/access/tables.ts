import { table } from '../../platform/db/tx.ts'

export const accessRequestTable = table('people.access_request', ['id'])
export const accessDecisionTable = table('people.access_decision', ['request_id', 'no'])
export const accessReviewTable = table('people.access_review', ['grant_id', 'quarter'])
