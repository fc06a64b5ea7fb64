import { table } from '../../platform/db/tx.ts'

export const fileTable = table('archives.file', ['no'])
export const itemTable = table('archives.item', ['file_no', 'item'], { files: ['content'] })
export const scanTable = table('archives.scan', ['file_no', 'material_no'])
export const recheckTable = table('archives.recheck', ['file_no'])
export const roomTable = table('archives.room', ['code'])
export const boxTable = table('archives.box', ['room', 'rack', 'box'])
export const periodTable = table('archives.period', ['name'])
export const inspectionTable = table('archives.inspection', ['id'])
export const loanTable = table('archives.loan', ['id'])
export const incidentTable = table('archives.incident', ['id'])
