import { table } from '../platform/db/tx.ts'

export const deliveryTable = table('custody.delivery', ['id'])
export const voidTable = table('custody.void', ['id'], { files: ['photo'] })
export const destructionTable = table('custody.destruction', ['id'], { files: ['minutes'] })
export const destructionItemTable = table('custody.destruction_item', ['destruction_id', 'no'])
export const destructionPhotoTable = table('custody.destruction_photo', ['destruction_id', 'no'], {
  files: ['file'],
})
export const countTable = table('custody.count', ['id'])
export const differenceTable = table('custody.difference', ['id'])
export const reorderLevelTable = table('custody.reorder_level', ['kind'])
export const sealTable = table('custody.seal', ['no'], { files: ['image'] })
export const sealHandoverTable = table('custody.seal_handover', ['id'])
export const sealClosingTable = table('custody.seal_closing', ['day'])
