import { table } from '../../platform/db/tx.ts'

export const ruleProposalTable = table('supervision.rule_proposal', ['id'], { files: ['file'] })
export const ruleKeyTable = table('supervision.rule_key', ['proposal_id'], {
  seenAs: 'supervision.rule_key_seen',
})
export const ruleDecisionTable = table('supervision.rule_decision', ['proposal_id'])
export const ruleTryTable = table('supervision.rule_try', [
  'of_district',
  'document_id',
  'no',
  'person_id',
  'try',
])
export const ruleReviewTable = table('supervision.rule_review', ['id'])
