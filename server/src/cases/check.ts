import { fieldPath } from '@mingbu/tlog'
import { Type } from 'typebox'
import { inclusionProof } from '../evidence/proofs.ts'
import { sha256 } from '../kernel/evidence-fields.ts'
import { query } from '../kernel/query.ts'
import { refuser } from '../kernel/refusal.ts'

const refuse = refuser({
  no_such_token: {
    status: 404,
    clause: '6.4',
    zh: '没有这个核验码。请核对二维码是否完整，证书可能是伪造的。',
    en: 'No such code. Check that the QR code is complete; the paper may be forged.',
  },
})

interface PublicFacts {
  kind: 'certificate' | 'receipt'
  district: string
  state: string
  number: string
  unit_code: string
  location: string
  certificate_id?: string
  snapshot_hash?: string
  ended?: 'lost' | 'damaged' | null
  lost_until?: string | null
  live?: boolean
  seized?: boolean
  case_id?: string
  next_stage?: string | null
}

/** What a scanned QR code says in plain words. */
function statusOf(facts: PublicFacts): { code: string; zh: string; en: string } {
  if (facts.kind === 'certificate') {
    if (facts.ended === 'lost')
      return {
        code: 'lost',
        zh: '已作废：权利人声明遗失，公告期满后已补发新证',
        en: 'Void: declared lost by its holder; another was issued after a public notice',
      }
    if (facts.ended === 'damaged')
      return {
        code: 'exchanged',
        zh: '已作废：破损后已换发新证',
        en: 'Void: exchanged for another because it was damaged',
      }
    if (facts.state === 'cancelled') return { code: 'cancelled', zh: '已注销', en: 'Cancelled' }
    if (facts.state === 'superseded' || !facts.live)
      return {
        code: 'superseded',
        zh: '已失效：登记簿上已有后续登记',
        en: 'Superseded: a later entry stands in the register',
      }
    if (facts.state !== 'issued')
      return {
        code: 'in_progress',
        zh: '已登簿，证书尚未发放',
        en: 'Recorded; the certificate has not been issued yet',
      }
    if (facts.lost_until)
      return {
        code: 'declared_lost',
        zh: `权利人已声明遗失，公告至 ${facts.lost_until}，请勿接受此证`,
        en: `Declared lost by its holder; the notice runs to ${facts.lost_until}. Do not accept it`,
      }
    return facts.seized
      ? {
          code: 'valid_seized',
          zh: '有效，但该不动产上有查封登记',
          en: 'Valid, but a seizure is registered on the property',
        }
      : { code: 'valid', zh: '有效', en: 'Valid' }
  }
  const closed: Record<string, { zh: string; en: string }> = {
    withdrawn: { zh: '申请已撤回', en: 'Withdrawn by the applicants' },
    refused: { zh: '已决定不予登记', en: 'Registration was refused' },
    not_accepted: { zh: '未予受理', en: 'Not accepted' },
    archived: { zh: '已办结', en: 'Completed' },
    suspended: { zh: '等待补正材料', en: 'Waiting for supplementary materials' },
  }
  return { code: facts.state, ...(closed[facts.state] ?? { zh: '正在办理', en: 'In progress' }) }
}

/**
 * 遗失公告: certificates declared lost, in every office. The holder who declared it is named while the notice runs, as the
 * law has it published (Rules 22), and no longer; nothing else about a person or a property is told.
 */
export const publicNotices = query({
  path: 'public/notices',
  title: { zh: '遗失公告', en: 'Notices of lost certificates' },
  access: 'public',
  params: Type.Object({}),
  result: Type.Object({ items: Type.Array(Type.Unknown()) }),
  run: async (tx) => ({
    items: await tx.rows`
      select district, office_zh as zh, office_en as en, number, certificate_number as certificate, declared_by as "declaredBy",
        from_day as "from", until_day as until, basis, state from cases.public_notices()`,
  }),
})

/**
 * The public check page behind a printed QR code: validity now, and everything a browser needs to verify by
 * itself that the register said so: leaf, inclusion proof, signed checkpoint and the opened row image.
 * Names and identity numbers never leave; the opened field is the one made for the public when the act was done.
 */
export const publicCheck = query({
  path: 'public/check/:token',
  title: { zh: '证书核验', en: 'Check a certificate' },
  access: 'public',
  params: Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }) }),
  result: Type.Object({}, { additionalProperties: true }),
  async run(tx, { token }) {
    const found = await tx.maybe<{
      facts: PublicFacts | null
    }>`select facts from cases.public_check(${token}) as facts`
    if (!found?.facts) return refuse('no_such_token')
    const { facts } = found
    const office = await tx.one<{
      zh: string
      en: string
    }>`select name_zh as zh, name_en as en from kernel.district where id = ${facts.district}`
    const field =
      facts.kind === 'certificate'
        ? `public:certificate:${facts.certificate_id}`
        : `public:case:${facts.case_id}`
    const proved = await tx.maybe<ProofRow>`select * from cases.public_proof(${facts.district}, ${field})`
    return {
      kind: facts.kind,
      status: statusOf(facts),
      number: facts.number,
      unitCode: facts.unit_code,
      location: facts.location,
      district: { id: facts.district, ...office },
      snapshotHash: facts.snapshot_hash ?? null,
      certificateState: facts.kind === 'certificate' ? facts.state : null,
      /** False for a paper of the time before the log: then there is no proof and never will be. */
      logged: proved !== null,
      proof: proved && proved.idx !== null ? await proofOf(tx, facts.district, proved) : null,
    }
  },
})

interface ProofRow {
  act_id: string
  idx: number | null
  entry: Buffer
  no: number
  field: string
  salt: Buffer
  value: Buffer
  commitments: Buffer[]
}

async function proofOf(tx: Parameters<typeof inclusionProof>[0], district: string, row: ProofRow) {
  const inclusion = await inclusionProof(tx, district, row.idx!)
  if (!inclusion) return null
  const path = fieldPath(row.commitments, row.no, sha256).map((hash) => Buffer.from(hash).toString('base64'))
  return {
    leafBase64: row.entry.toString('base64'),
    ...inclusion,
    n: row.commitments.length,
    fields: [
      {
        name: row.field,
        no: row.no,
        path,
        valueBase64: row.value.toString('base64'),
        saltBase64: row.salt.toString('base64'),
      },
    ],
  }
}
