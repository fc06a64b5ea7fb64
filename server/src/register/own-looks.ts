import { isIP } from 'node:net'
import { Type } from 'typebox'
import { act, type From, findAct } from '../kernel/act.ts'
import { invalid } from '../kernel/perform.ts'
import { refuser } from '../kernel/refusal.ts'
import { idNumberProblem, normaliseIdNumber } from '../values/idNumber.ts'

// One sentence each, which says nothing of who holds the right.
const refuse = refuser({
  no_such_certificate: {
    status: 404,
    clause: '6.7',
    zh: '这个查验码不是不动产权证书的查验码，不能用它查看。',
    en: 'This is not the code of a title certificate, so it cannot be used here.',
  },
  certificate_superseded: {
    status: 409,
    clause: '6.7',
    zh: '这本证书已不是现行证书，请用现行证书上的二维码查看。',
    en: 'This certificate is no longer the current one; please use the code on the current certificate.',
  },
  not_holder: {
    status: 403,
    clause: '6.7',
    zh: '所填证件号码与本证的现权利人不符，不能查看。',
    en: 'The number given is not that of a present holder of this certificate.',
  },
  too_many_tries: {
    status: 423,
    clause: '6.7',
    zh: '填错次数过多，请在 {minutes} 分钟后再试。',
    en: 'Too many wrong tries; please try again in {minutes} minute(s).',
  },
})

const TextPair = Type.Object({ zh: Type.String(), en: Type.String() })
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** One look as the holder is told of it. */
const Look = Type.Object({
  actId: Type.String(),
  at: Type.String(),
  type: Type.String(),
  title: TextPair,
  district: Type.String(),
  office: TextPair,
  officer: Nullable(Type.String({ description: 'Null for a look by a holder.' })),
  posts: Type.Array(TextPair),
  purpose: Nullable(Type.String()),
  caseNumber: Nullable(Type.String()),
  leaf: Nullable(Type.Integer({ description: 'Its place in the log of its district.' })),
  signed: Type.Boolean({ description: 'Whether a published checkpoint covers that place.' }),
})

const pageSize = 50

/**
 * 谁看过我的登记簿: the holder of a right, proving to be one by the certificate's code and the full identity number,
 * sees every look at the unit's page (6.7; PIPL art. 44). Nobody signs in for this; the attempt is recorded, a wrong
 * one too, and wrong ones make the certificate and the address wait, longer each time.
 */
export const ownLooks = act({
  type: 'register.ownLooks',
  title: { zh: '权利人查看查阅记录', en: 'The holder asks who looked' },
  clauses: ['6.7', '6.4'],
  actors: ['anonymous', 'person'],
  duties: [],
  input: Type.Object(
    {
      token: Type.String({ title: '查验码|Code', pattern: '^[A-Za-z0-9_-]{22}$', sensitive: true }),
      idNumber: Type.String({
        title: '证件号码|Identity number',
        minLength: 6,
        maxLength: 30,
        sensitive: true,
      }),
      before: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,15}Z~\\d{1,15}$' })),
    },
    { additionalProperties: false },
  ),
  result: Type.Object({
    unitCode: Type.String(),
    looks: Type.Array(Look),
    next: Nullable(Type.String()),
  }),
  created: (result) => ({ kind: 'unit', id: result.unitCode }),
  read: true,
  seen: (result) => ({ unit: result.unitCode, acts: result.looks.map((look) => look.actId) }),
  problems: (input, at) => {
    const number = normaliseIdNumber(input.idNumber)
    if (!/^\d{14,18}[\dX]?$/.test(number)) return null
    const problem = idNumberProblem(number, at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate())
    return problem ? invalid([{ path: 'idNumber', message: problem.message }]) : null
  },
  async handle({ tx, deps, from }, { token, idNumber, before }) {
    const [at = null, seq] = before?.split('~') ?? []
    const { answer } = await tx.one<{ answer: Answer }>`
      select register.looks_for_holder(${token}, ${addressOf(from)}, ${deps.vault.searchHash(normaliseIdNumber(idNumber))},
        ${at}::timestamptz, ${seq === undefined ? null : Number(seq)}::bigint, ${pageSize + 1}) as answer`
    if (answer.status === 'locked')
      return refuse(
        'too_many_tries',
        { minutes: Math.ceil(answer.seconds / 60) },
        { data: { retryAfterSeconds: answer.seconds } },
      )
    if (answer.status !== 'ok') return refuse(answer.status)
    const looks = answer.looks.slice(0, pageSize)
    const last = looks.at(-1)
    return {
      unitCode: answer.unit,
      looks: looks.map(({ seq: _, office_zh, office_en, ...look }) => ({
        ...look,
        at: Temporal.Instant.from(look.at).toString(),
        title: findAct(look.type)?.title ?? { zh: look.type, en: look.type },
        office: { zh: office_zh, en: office_en },
      })),
      next: answer.looks.length > pageSize ? `${Temporal.Instant.from(last!.at)}~${last!.seq}` : null,
    }
  },
  async onRefused(tx, input, refusal, from) {
    if (refusal.code === 'not_holder' || refusal.code === 'no_such_certificate')
      await tx.one`select register.count_holder_try(${input.token}, ${addressOf(from)})`
  },
})

const addressOf = (from: From | null): string => (from && isIP(from.address) ? from.address : 'unknown')

type Answer =
  | { status: 'no_such_certificate' | 'certificate_superseded' | 'not_holder' }
  | { status: 'locked'; seconds: number }
  | {
      status: 'ok'
      unit: string
      looks: {
        actId: string
        seq: number
        at: string
        type: string
        district: string
        office_zh: string
        office_en: string
        officer: string | null
        posts: { zh: string; en: string }[]
        purpose: string | null
        caseNumber: string | null
        leaf: number | null
        signed: boolean
      }[]
    }
