/** Who keeps files: makes them up, gives them to the room, shelves and lends them. */
export const archiveDuties: readonly string[] = ['archiving']
/** Who approves that a file leaves the room, and sets periods. */
export const archiveLeadDuties: readonly string[] = ['centre_lead', 'district_lead']
/** Who looks a file through a second time: not who made it up. */
export const recheckDuties: readonly string[] = ['archiving', 'centre_lead', 'inspection']
/** Who may borrow: staff who handle or lead. Banks, courts and other outsiders never borrow; they query (4.3). */
export const borrowDuties: readonly string[] = [
  'acceptance',
  'first_review',
  'second_review',
  'recording',
  'printing',
  'sealing',
  'issuing',
  'archiving',
  'enquiry',
  'centre_lead',
  'district_lead',
  'inspection',
]
/** Who sees the files of the office, and where they are. */
export const archiveReaders: readonly string[] = [...borrowDuties, 'admin_audit']
/** Who inspects a store room. */
export const inspectDuties: readonly string[] = ['archiving', 'centre_lead', 'district_lead', 'inspection']
