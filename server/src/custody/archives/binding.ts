import { Type } from 'typebox'
import { act } from '../../kernel/act.ts'
import { constraintMeans } from '../../kernel/perform.ts'
import { archiveDuties } from './duties.ts'
import { pagesDiffer, refuseArchive } from './rules.ts'
import { archiveFileSubject, FileNumber } from './subjects.ts'
import { bindingTable } from './tables.ts'

constraintMeans('binding_pkey', () => refuseArchive('file_bound'))
constraintMeans('binding_as_checked', () => refuseArchive('binding_order'))

/** 装订: who holds the checked file binds it and counts the pages as they are bound; only then the room takes it. */
export const bindFile = act({
  type: 'archives.bindFile',
  title: { zh: '装订案卷', en: 'Bind a file' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input: Type.Object(
    {
      file: FileNumber,
      pages: Type.Integer({ title: '装订页数|Pages bound', minimum: 1, maximum: 9999 }),
      cover: Type.Union([Type.Literal('soft'), Type.Literal('hard'), Type.Literal('box')], {
        title: '卷皮|Cover',
      }),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({ pages: Type.Integer() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    (file) => (file.bound ? refuseArchive('file_bound') : null),
    (file, { actor }) =>
      file.place === `person:${actor.personId}` && !file.loan ? null : refuseArchive('file_not_with_you'),
    (file) => (file.checked ? null : refuseArchive('file_unchecked')),
    (file, { input }) => (input ? pagesDiffer(file.pages, input.pages) : null),
  ],
  async handle({ tx, district }, { pages, cover }, file) {
    await tx.put(bindingTable, { district, file_no: file.no, pages, cover })
    return { pages }
  },
})
