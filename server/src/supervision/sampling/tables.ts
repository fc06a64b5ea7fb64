import { projection } from '../../platform/db/projection.ts'
import { table } from '../../platform/db/tx.ts'

export const samplingTable = table('supervision.sampling', ['id'])
export const frameTable = table('supervision.sampling_frame', ['sampling_id'])
export const valueTable = table('supervision.sampling_value', ['sampling_id', 'no'])
export const confirmationTable = table('supervision.sampling_confirmation', ['sampling_id', 'no'])
export const checkTable = table('supervision.sample_check', ['sampling_id', 'candidate'])
export const assignmentTable = table('supervision.sample_assignment', ['sampling_id', 'candidate', 'no'])
export const answerTable = table('supervision.sample_answer', ['sampling_id', 'candidate'])
export const endTable = table('supervision.sampling_end', ['sampling_id'])
export const paceTable = table('supervision.sampling_pace', ['id'])

// The frame's own rows are held against its hash, to which the log commits; a row more, less or moved is another hash.
projection('supervision.sampling_frame', {
  key: ['sampling_id'],
  rebuilt: `select s.district, s.id as sampling_id, f.candidates, f.hash, f.strata, s.at, s.act_id
    from supervision.sampling s cross join lateral supervision.frame_sum(s.district, s.id) f`,
})
projection('supervision.sample_item', {
  key: ['sampling_id', 'candidate'],
  rebuilt: `select c.district, c.sampling_id, d.candidate, d.stratum, d.rank
    from supervision.sampling_confirmation c cross join lateral supervision.drawn(c.district, c.sampling_id) d where c.agrees`,
})
