import { table } from '../../platform/db/tx.ts'

const decision = ['meeting_id', 'minutes_no', 'decision_no', 'no']
export const paceTable = table('supervision.meeting_pace', ['id'])
export const meetingTable = table('supervision.meeting', ['id'])
export const itemTable = table('supervision.meeting_item', ['meeting_id', 'no'])
export const attendanceTable = table('supervision.meeting_attendance', ['meeting_id', 'person_id'])
export const minutesTable = table('supervision.meeting_minutes', ['meeting_id', 'no'])
export const decisionTable = table('supervision.meeting_decision', ['meeting_id', 'minutes_no', 'no'])
export const confirmationTable = table('supervision.meeting_confirmation', ['meeting_id', 'minutes_no'])
export const reportTable = table('supervision.decision_report', decision)
export const checkTable = table('supervision.decision_check', decision)
