/** Duties that look at the controls board: of their own office, those of the city bureau of every office. */
export const boardDuties = ['centre_lead', 'district_lead', 'inspection', 'admin_audit']
