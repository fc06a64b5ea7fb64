import type pg from 'pg'
import { random } from '../city/prng.ts'

/** What the attacks of one run aim at. Ids of rows of the scratch city, all in one office, drawn by the seed. */
export interface Targets {
  district: string
  /** An act of a person that took a material into a case, with its place in the log. */
  act: string
  idx: number
  /** Another such act of another person. */
  otherAct: string
  /** A refused act. */
  refused: string
  /** A clerk, and somebody else of the office. */
  clerk: string
  other: string
  /** A leaf inside the first full tile, and how many leaves there are. */
  leaf: number
  leaves: number
  /** Sizes of its checkpoints, in order. */
  checkpoints: number[]
  /** A unit with its ownership entry and a holder; one that is seized; one that is mortgaged. */
  unit: string
  ownership: string
  seizure: string
  seizedRight: string
  mortgage: string
  certificate: string
  otherCertificate: string
  /** A case with its materials, and one stage done in it. */
  caseId: string
  finding: string
  custodyLine: string
  file: string
  otherFile: string
  /** Two acts confirmed by one passkey, the second in the log first, and that passkey. */
  recorded: string
  otherRecorded: string
  passkey: string
}

const office = 'haishu'

/** Draws targets from the scratch city. */
export async function drawTargets(client: pg.ClientBase, seed: number): Promise<Targets> {
  const draw = random(seed, 'targets')
  const all = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> => {
    const { rows } = await client.query<T>(sql)
    if (rows.length === 0) throw new Error(`the scratch city has none of: ${sql}`)
    return rows
  }
  const one = async <T extends pg.QueryResultRow>(sql: string): Promise<T> => draw.pick(await all<T>(sql))
  const id = async (sql: string) => (await one<{ id: string }>(sql)).id
  const here = `district = '${office}'`
  const taken = await one<{ id: string; idx: number; person_id: string; file: string }>(
    `select a.id, l.idx, a.person_id, m.file from kernel.act a join evidence.leaf l on l.act_id = a.id join cases.material m on m.act_id = a.id
     where a.${here} and a.type = 'case.attach' and a.outcome = 'done' order by a.seq`,
  )
  const otherTaken = await one<{ id: string; person_id: string; file: string }>(
    `select a.id, a.person_id, m.file from kernel.act a join cases.material m on m.act_id = a.id
     where a.${here} and a.type = 'case.attach' and a.outcome = 'done' and a.person_id <> '${taken.person_id}' order by a.seq`,
  )
  const recorded = await all<{ id: string; person_id: string; factor: string }>(
    `select a.id, a.person_id, p.factor_id as factor from kernel.act a join kernel.prepared p on p.used_by = a.id
     where a.${here} and a.type = 'case.record' and a.outcome = 'done' order by a.seq`,
  )
  const [last, before] = recorded.toReversed()
  if (before?.person_id !== last!.person_id)
    throw new Error('the scratch city has one recorder with two cases')
  const [head] = await all<{ size: number }>(`select size from evidence.head where ${here}`)
  const sizes = await all<{ size: number }>(
    `select size from evidence.checkpoint where ${here} and size > 0 order by size`,
  )
  const owned = await one<{ id: string; unit: string }>(
    `select e.id, e.unit_code as unit from register.live l join register.entry e on e.id = l.entry_id where l.${here} and l.kind = 'ownership' order by e.unit_code`,
  )
  const seized = await one<{ id: string; right_id: string }>(
    `select e.id, e.right_id from register.live l join register.entry e on e.id = l.entry_id where l.${here} and l.kind = 'seizure' order by e.unit_code`,
  )
  const certificates = draw.shuffled(
    await all<{ id: string }>(
      `select id from register.certificate where ${here} and state = 'issued' order by number`,
    ),
  )
  return {
    district: office,
    act: taken.id,
    idx: taken.idx,
    otherAct: otherTaken.id,
    refused: await id(
      `select id from kernel.act where ${here} and outcome = 'refused' and person_id is not null order by seq`,
    ),
    clerk: taken.person_id,
    other: otherTaken.person_id,
    leaf: draw.between(1, 200),
    leaves: head!.size,
    checkpoints: sizes.map(({ size }) => size),
    unit: owned.unit,
    ownership: owned.id,
    seizure: seized.id,
    seizedRight: seized.right_id,
    mortgage: await id(
      `select id from register.entry where ${here} and kind = 'mortgage' order by unit_code, id`,
    ),
    certificate: certificates[0]!.id,
    otherCertificate: certificates[1]!.id,
    caseId: await id(
      `select case_id as id from cases.stage where ${here} and stage = 'first_review' order by at, case_id`,
    ),
    finding: await id(`select id from kernel.finding where ${here} and state <> 'closed' order by id`),
    custodyLine: await id(`select id from kernel.custody_line where ${here} order by id`),
    file: taken.file,
    otherFile: otherTaken.file,
    recorded: last!.id,
    otherRecorded: before.id,
    passkey: last!.factor,
  }
}
