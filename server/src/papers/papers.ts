export { acceptanceReceipt } from './receipt.ts'
export { approvalForm } from './approval.ts'
export { archiveList } from './archive-list.ts'
export { notice, noticeTitles } from './notice.ts'
