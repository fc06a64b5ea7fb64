import { table } from '../../platform/db/tx.ts'

export const checklistTable = table('supervision.checklist', ['id'])
export const checklistItemTable = table('supervision.checklist_item', ['checklist_id', 'no'])
export const checklistDecisionTable = table('supervision.checklist_decision', ['checklist_id'])
export const inspectionTable = table('supervision.inspection', ['id'])
export const memberTable = table('supervision.inspection_member', ['inspection_id', 'person_id'])
export const inspectionDecisionTable = table('supervision.inspection_decision', ['inspection_id'])
export const changeTable = table('supervision.inspection_change', ['inspection_id', 'no'])
export const changeDecisionTable = table('supervision.inspection_change_decision', ['inspection_id', 'no'])
export const sheetTable = table('supervision.inspection_sheet', ['inspection_id', 'no'])
export const lotTable = table('supervision.inspection_lot', ['inspection_id'])
export const drawTable = table('supervision.inspection_draw', ['inspection_id'])
export const scoreTable = table('supervision.inspection_score', [
  'inspection_id',
  'sheet',
  'item',
  'person_id',
  'no',
])
export const readingTable = table('supervision.inspection_reading', ['inspection_id', 'person_id'])
export const rulingTable = table('supervision.inspection_ruling', ['inspection_id', 'sheet', 'item'])
export const reportTable = table('supervision.inspection_report', ['inspecting', 'inspection_id'])
export const faultTable = table('supervision.inspection_fault', ['finding_id'])
export const paceTable = table('supervision.inspection_pace', ['id'])
