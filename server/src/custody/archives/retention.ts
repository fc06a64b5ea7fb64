import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { openFinding } from '../../kernel/finding.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { archiveDuties, archiveLeadDuties } from './duties.ts'
import { refuseArchive } from './rules.ts'
import { archiveFileSubject, FileNumber } from './subjects.ts'

constraintMeans('file_kept', () => refuseArchive('file_permanent'))
constraintMeans('destruction_no_files', () => refuseArchive('file_permanent'))
constraintMeans('destruction_lists_no_files', () => refuseArchive('file_permanent'))
constraintMeans('file_term', () => refuseArchive('file_term'))

/**
 * 提请鉴定: asks that a file whose term is over be appraised, which is done by the procedure of the state and not here. What is
 * kept for ever is refused, and so is what is still kept; no act and no line of the book destroys a file.
 */
export const askAppraisal = act({
  type: 'archives.askAppraisal',
  title: { zh: '提请期满鉴定', en: 'Ask for the appraisal of a file' },
  clauses: ['4.1'],
  duties: [...archiveDuties, ...archiveLeadDuties],
  input: Type.Object({ file: FileNumber }, { additionalProperties: false }),
  result: Type.Object({ finding: Type.Union([Type.String(), Type.Null()]) }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    (file) => (file.term === 'permanent' ? refuseArchive('file_permanent') : null),
    (file, { at }) =>
      file.keptUntil !== null && Temporal.Instant.compare(Temporal.Instant.from(file.keptUntil), at) <= 0
        ? null
        : refuseArchive('term_running'),
  ],
  async handle({ tx, district, actor }, _input, file) {
    const finding = await openFinding(tx, district, `person:${actor.personId}`, {
      kind: 'file_term_over',
      clause: '4.1',
      severity: 'low',
      subject: `archive:${file.number}`,
      dedupeKey: `file_term_over:${file.number}`,
      summary: {
        zh: `案卷 ${file.number} 保管期限已满，请按国家规定组织鉴定；鉴定前继续保管。`,
        en: `The term of file ${file.number} is over: have it appraised by the procedure of the state, and keep it until then.`,
      },
    })
    return { finding }
  },
})
