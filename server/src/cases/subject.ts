import type { Subject } from '../kernel/act.ts'
import type { Limits } from '../kernel/limits.ts'
import { type Tx, table } from '../platform/db/tx.ts'
import { entriesOf, stateAt } from '../register/state.ts'
import { type Business, findBusiness } from './business.ts'
import type { CaseCertificate, CaseParty, CaseState } from './rules.ts'

export const caseTable = table('cases.case', ['id'])
export const casePartyTable = table('cases.party', ['case_id', 'no'])
export const identityCheckTable = table('cases.identity_check', ['case_id', 'id'])
export const materialTable = table('cases.material', ['case_id', 'no'], { files: ['file'] })
export const handlerTable = table('cases.case_handler', ['case_id', 'person_id'])
export const returnTable = table('cases.case_return', ['case_id', 'round'])
export const stageTable = table('cases.stage', ['case_id', 'round', 'no'])
export const noticeTable = table('cases.notice', ['case_id', 'id'], { files: ['file'] })
export const lossNoticeTable = table('cases.loss_notice', ['case_id'])
export const suspensionTable = table('cases.suspension', ['case_id', 'from_at'])
export const uploadTable = table('cases.upload', ['file'], { files: ['file'] })

interface CaseRow {
  district: string
  id: string
  number: string | null
  business: string
  unit_code: string
  right_id: string
  state: CaseState['state']
  round: number
  second_review: boolean
  next_stage: string | null
  body: CaseState['body']
  applied_at: string
  accepted_at: string | null
  legal_due: string | null
  promised_due: string | null
  suspended_at: string | null
  notices: number
  check_token: string
}

interface CaseParts {
  parties: (Omit<CaseParty, 'share'> & { shareNum: number | null; shareDen: number | null })[]
  checks: CaseState['checks']
  materials: CaseState['materials']
  handlers: Record<string, string>
  done: string[]
  assignee: string | null
  certificate: CaseCertificate | null
  limits: Limits
  standing: CaseState['standing']
  surveyed: Record<string, string[]>
  surveyPending: boolean
  lossNotice: CaseState['lossNotice']
  eSeals: CaseState['eSeals']
  now: string
}

/**
 * Reads a case with everything its guards look at. With `lock`, the case and its unit stay locked until the end
 * of the transaction: a seizure that arrives meanwhile waits, and so does a transfer (Seal 23).
 * Cost: three statements, each one range read by the case's key.
 */
export async function loadCase(tx: Tx, id: string, lock: boolean): Promise<CaseState | null> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return null
  const row = lock
    ? await tx.maybe<CaseRow>`select c.* from cases.case c where c.id = ${id}::uuid and c.district = kernel.act_district() for no key update`
    : await tx.maybe<CaseRow>`select c.* from cases.case c where c.id = ${id}::uuid and c.district = kernel.act_district()`
  if (!row) return null
  const { parts } = await tx.one<{ parts: CaseParts }>`
    select jsonb_build_object(
      'now', kernel.now(),
      'limits', kernel.limits_of(kernel.act_person()),
      'standing', cases.standing_of(kernel.act_person()),
      'surveyed', cases.surveyed_on(c.district, c.unit_code, c.id),
      'surveyPending', exists (select from cadastre.survey s where s.district = c.district and s.unit_code = c.unit_code and s.state in ('submitted', 'returned')),
      'eSeals', (select coalesce(jsonb_object_agg(e.kind, jsonb_build_object('no', e.no, 'name', e.name, 'number', e.number)), '{}')
        from custody.seal e where e.district = c.district and e.electronic and e.state = 'active'),
      'lossNotice', (select jsonb_build_object('number', n.number, 'from', n.from_day, 'until', n.until_day, 'ended', n.ended_at is not null)
        from cases.loss_notice n where n.district = c.district and n.case_id = c.id),
      'parties', (select coalesce(jsonb_agg(jsonb_build_object('no', p.no, 'side', p.side, 'partyId', p.party_id, 'name', r.name, 'kind', r.kind, 'idType', r.id_type,
          'idMasked', '', 'shareNum', p.share_num, 'shareDen', p.share_den, 'agentName', p.agent_name, 'agentBasis', p.agent_basis) order by p.no), '[]')
        from cases.party p join register.party r on r.district = p.district and r.id = p.party_id where p.district = c.district and p.case_id = c.id),
      'checks', (select coalesce(jsonb_agg(jsonb_build_object('partyNo', party_no, 'whom', whom, 'method', method, 'passed', passed) order by id), '[]')
        from cases.identity_check k where k.district = c.district and k.case_id = c.id),
      'materials', (select coalesce(jsonb_agg(jsonb_build_object('no', no, 'code', code, 'name', name, 'form', form, 'pages', pages, 'file', file,
          'media', media, 'bytes', bytes, 'at', at) order by no), '[]') from cases.material m where m.district = c.district and m.case_id = c.id),
      'handlers', (select coalesce(jsonb_object_agg(person_id, duty_group), '{}') from cases.case_handler h where h.district = c.district and h.case_id = c.id),
      'done', (select coalesce(jsonb_agg(stage order by no), '[]') from cases.stage s where s.district = c.district and s.case_id = c.id and s.round = c.round),
      'assignee', (select a.person_id from cases.assignment a where a.district = c.district and a.case_id = c.id and a.stage = c.next_stage and a.round = c.round),
      'certificate', (select jsonb_build_object('id', id, 'number', number, 'state', state, 'blankSerial', blank_serial, 'checkToken', check_token,
          'file', file, 'snapshotHash', encode(snapshot_hash, 'hex')) from register.certificate t where t.district = c.district and t.case_id = c.id order by t.id desc limit 1)
    ) as parts
    from cases.case c where c.district = ${row.district} and c.id = ${row.id}::uuid`
  if (lock)
    await tx.rows`select 1 from cadastre.unit where district = ${row.district} and code = ${row.unit_code} for no key update`
  const rights = stateAt(
    row.unit_code,
    await entriesOf(tx, row.district, row.unit_code),
    Temporal.Instant.from(parts.now),
  )
  const business = findBusiness(row.business) as Business
  const closed = !['applied', 'in_progress', 'suspended'].includes(row.state)
  return {
    district: row.district,
    id: row.id,
    number: row.number,
    business,
    unitCode: row.unit_code,
    rightId: row.right_id,
    state: row.state,
    round: row.round,
    secondReview: row.second_review,
    nextStage: row.next_stage,
    body: row.body,
    appliedAt: row.applied_at,
    acceptedAt: row.accepted_at,
    legalDue: row.legal_due,
    promisedDue: row.promised_due,
    suspendedAt: row.suspended_at,
    notices: row.notices,
    checkToken: row.check_token,
    process: {
      closed,
      secondReview: row.second_review,
      done: parts.done,
      handlers: parts.handlers,
      assignee: parts.assignee,
      surveyed: parts.surveyed,
    },
    parties: parts.parties.map(({ shareNum, shareDen, ...party }) => ({
      ...party,
      share: shareNum && shareDen ? { num: shareNum, den: shareDen } : null,
    })),
    checks: parts.checks,
    materials: parts.materials,
    rights,
    limits: parts.limits,
    standing: parts.standing,
    surveyPending: parts.surveyPending,
    lossNotice: parts.lossNotice,
    eSeals: parts.eSeals,
    certificate: parts.certificate,
  }
}

export const caseSubject: Subject<CaseState> = { kind: 'case', load: loadCase }
