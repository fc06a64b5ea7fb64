import { Type } from 'typebox'
import { act, type Guard } from '../../kernel/act.ts'
import { endOfferOf, moveSerials, offerSerials } from '../../kernel/ledger.ts'
import { archiveDuties } from './duties.ts'
import { refuseArchive, shelfPlace } from './rules.ts'
import { type ArchiveFile, archiveFileSubject, FileNumber, inRoom, notCounted, oneFile } from './subjects.ts'

const input = Type.Object({ file: FileNumber }, { additionalProperties: false })
const Placed = Type.Object({ place: Type.String() })

/** 移交: who made a file up offers it to the room; another hand signs for it. Nothing moves until then. */
export const offerFile = act({
  type: 'archives.offerFile',
  title: { zh: '移交案卷', en: 'Hand a file over to the room' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input,
  result: Type.Object({ offerId: Type.String() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    (file, { actor }) =>
      file.place === `person:${actor.personId}` && !file.loan ? null : refuseArchive('file_not_with_you'),
    (file) => (file.checked ? null : refuseArchive('file_unchecked')),
    (file) => (file.bound ? null : refuseArchive('file_unbound')),
  ],
  async handle({ tx, district, actor }, _input, file) {
    const offerId = await offerSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(file.no),
      movement: 'return',
      from: `person:${actor.personId}`,
      to: 'store',
    })
    return { offerId }
  },
})

const waits: Guard<ArchiveFile, unknown> = (file) => (file.offer ? null : refuseArchive('file_not_offered'))

/** 接收: the room's own hand signs; the file waits there for its shelf. */
export const takeFile = act({
  type: 'archives.takeFile',
  title: { zh: '接收案卷', en: 'Receive a file into the room' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input,
  result: Placed,
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    waits,
    (file, { actor }) => (file.offer?.giver === actor.personId ? refuseArchive('file_own_hand') : null),
  ],
  async handle({ tx, district, actor, at }, _input, file) {
    const { id, giver } = file.offer!
    const refused = await moveSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(file.no),
      movement: 'return',
      from: `person:${giver}`,
      to: 'store',
      caseId: file.caseId,
      document: file.number,
      offerId: id,
    })
    if (refused) return refused
    await endOfferOf({ tx, district, actor, at }, id, 'taken')
    return { place: 'store' }
  },
})

/** The giver takes a hand-over back, or the room declines it. */
export const endFileOffer = act({
  type: 'archives.endOffer',
  title: { zh: '撤回或拒收移交', en: 'Withdraw or decline a hand-over of a file' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input,
  result: Type.Object({ state: Type.String() }),
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [waits],
  async handle({ tx, district, actor, at }, _input, file) {
    const state = file.offer!.giver === actor.personId ? 'withdrawn' : 'declined'
    await endOfferOf({ tx, district, actor, at }, file.offer!.id, state)
    return { state }
  },
})

const Part = (title: string, length: number) => Type.String({ title, pattern: `^[A-Z0-9]{1,${length}}$` })

/** 上架、移架: a file of the room is put into a box that is known. */
export const shelve = act({
  type: 'archives.shelve',
  title: { zh: '案卷上架', en: 'Shelve a file' },
  clauses: ['4.1'],
  duties: archiveDuties,
  input: Type.Object(
    {
      file: FileNumber,
      room: Part('库房|Room', 6),
      rack: Part('架|Rack', 4),
      box: Part('盒|Box', 4),
    },
    { additionalProperties: false },
  ),
  result: Placed,
  subject: archiveFileSubject,
  subjectId: ({ file }) => file,
  guards: [
    notCounted,
    (file) => (inRoom(file.place) ? null : refuseArchive('file_not_in_room')),
    (file) => (file.loan ? refuseArchive('loan_lent') : null),
  ],
  async handle({ tx, district }, { room, rack, box }, file) {
    const known =
      await tx.maybe`select 1 from archives.box where district = ${district} and room = ${room} and rack = ${rack} and box = ${box}`
    if (!known) {
      const wrong = refuseArchive('box_unknown')
      return { ...wrong, fields: [{ path: 'box', message: wrong.message }] }
    }
    const place = shelfPlace(room, rack, box)
    if (place === file.place) return { place }
    const refused = await moveSerials(tx, {
      district,
      kind: 'file',
      serials: oneFile(file.no),
      movement: 'shelve',
      from: file.place,
      to: place,
      document: file.number,
    })
    return refused ?? { place }
  },
})
