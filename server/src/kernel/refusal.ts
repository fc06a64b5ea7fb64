/** A sentence in both languages of the house. */
export interface Text {
  zh: string
  en: string
}

/** Clause of the notice (`6.2`), or the article that carries a refusal (`CC 406`, `Reg 17`). */
export type ClauseId = string

/** What is wrong with one field of the input, in words a clerk understands. `path` is dotted: `buyers.0.idNumber`. */
export interface FieldProblem {
  path: string
  message: Text
}

/** Why an act was not done. A value, never thrown past the kernel: only bugs throw. */
export interface Refusal {
  code: string
  /** HTTP status the route answers with. */
  status: number
  clause: ClauseId | null
  message: Text
  fields?: FieldProblem[]
  /** Facts the screen may use, never personal data. */
  data?: Record<string, string | number | boolean>
}

/** The text of one refusal; `{name}` in either language is filled from the values given when refusing. */
export interface RefusalText extends Text {
  status?: number
  clause?: ClauseId
}

/** A capability's refusals by code. */
export type RefusalCatalog = Record<string, RefusalText>

/** What a sentence is filled with; what is a text of its own is filled in by language. */
type Values = Record<string, string | number | Text>

/** Builds refusals from a catalog: `refuse('seized', { order: '(2026)浙0203执12号' })`. A code not in the catalog does not compile. */
export function refuser<const C extends RefusalCatalog>(catalog: C) {
  return (
    code: keyof C & string,
    values: Values = {},
    more: Partial<Pick<Refusal, 'fields' | 'data'>> = {},
  ): Refusal => {
    const text = catalog[code]!
    return {
      code,
      status: text.status ?? 409,
      clause: text.clause ?? null,
      message: { zh: fill(text, values, 'zh'), en: fill(text, values, 'en') },
      ...more,
    }
  }
}

function fill(text: Text, values: Values, language: keyof Text): string {
  return text[language].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole
    return typeof value === 'object' ? value[language] : String(value)
  })
}

/** Refusals the kernel itself gives; every act can meet them. */
export const kernelRefusals = {
  not_signed_in: { status: 401, clause: '6.3', zh: '请先登录。', en: 'Please sign in first.' },
  session_over: {
    status: 401,
    clause: '6.3',
    zh: '您的会话在办理过程中已被终止（离岗、调岗、休假或在别处登录），本次操作没有生效。',
    en: 'Your session was ended while this was being done (leaving, transfer, leave or a sign-in elsewhere); nothing of it was done.',
  },
  session_locked: {
    status: 423,
    clause: '6.3',
    zh: '窗口已锁定，请先解锁。',
    en: 'This window is locked; please unlock it first.',
  },
  factor_needed: {
    status: 401,
    clause: '6.3',
    zh: '还须完成第二重身份验证。',
    en: 'A second factor is still needed.',
  },
  device_needed: {
    status: 403,
    clause: '6.3',
    zh: '您还没有登记设备，只凭密码不能办理业务，请先登记首个设备。',
    en: 'You have no registered device; a password alone opens nothing. Please register your first device.',
  },
  password_expired: {
    status: 403,
    clause: '6.3',
    zh: '密码已满一个季度，须先修改密码才能继续。',
    en: 'The password is a quarter old and has to be changed before anything else.',
  },
  wrong_actor: {
    status: 403,
    clause: '6.5',
    zh: '此类账号不能办理“{act}”。',
    en: 'This kind of account may not perform “{act}”.',
  },
  no_duty: {
    status: 403,
    clause: '6.7',
    zh: '您没有“{duty}”职责，不能办理“{act}”。',
    en: 'You do not hold the duty “{duty}”, so you may not perform “{act}”.',
  },
  wrong_district: {
    status: 403,
    clause: '6.7',
    zh: '“{act}”只能在本登记机构办理。',
    en: '“{act}” may only be performed in your own registration office.',
  },
  request_id_reused: {
    status: 409,
    clause: '6.4',
    zh: '该请求编号已用于另一项操作，请重新提交。',
    en: 'This request id was already used for something else; please submit again.',
  },
  invalid_input: {
    status: 422,
    zh: '有 {count} 处填写不正确，请按提示修改。',
    en: '{count} field(s) need correcting; see the notes beside them.',
  },
  not_found: {
    status: 404,
    zh: '没有找到，或不在您的查看范围内。',
    en: 'Not found, or outside what you may see.',
  },
  not_prepared: {
    status: 409,
    clause: '6.2',
    zh: '这项操作的确认已过期或已使用，请重新确认。',
    en: 'The confirmation of this act has expired or was used; please confirm again.',
  },
  busy: {
    status: 409,
    zh: '另一位同事刚刚处理了这里，请刷新后再办。',
    en: 'A colleague has just acted here; please refresh and try again.',
  },
} as const satisfies RefusalCatalog

export const refuseKernel = refuser(kernelRefusals)
