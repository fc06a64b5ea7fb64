/** Who gives and takes blanks. */
export const custodyOfferDuties: readonly string[] = ['certificate_keeping', 'printing']
/** Who counts stock: the keeper of it never counts what they hold themselves. */
export const countDuties: readonly string[] = [
  'certificate_keeping',
  'printing',
  'archiving',
  'centre_lead',
  'district_lead',
  'inspection',
]
/** Who explains what a stock-take found. */
export const explainDuties: readonly string[] = ['centre_lead', 'district_lead', 'inspection']
/** Who sees the books of the office. */
export const bookDuties: readonly string[] = [
  'certificate_keeping',
  'printing',
  'seal_keeping',
  'sealing',
  'archiving',
  'centre_lead',
  'district_lead',
  'inspection',
  'admin_audit',
]
/** Who may keep a seal and use it. */
export const sealHolderDuties: readonly string[] = ['seal_keeping', 'sealing', 'enquiry']
/** Who registers seals, approves their hand-over and closes their day. */
export const sealLeadDuties: readonly string[] = ['centre_lead', 'district_lead']
