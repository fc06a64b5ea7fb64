import type { ShareValue } from '../../forms/ShareInput.tsx'

export interface AgentValue {
  name?: string
  idNumber?: string
  basis?: 'notarised' | 'signed_before_staff'
}

/** A holder as the form shows one: ticked when selling. */
export interface SellerValue {
  partyId: string
  present: boolean
  hasAgent: boolean
  share?: ShareValue
  agent?: AgentValue
}

export interface BuyerValue {
  kind: 'person' | 'company'
  name?: string
  idNumber?: string
  phone?: string
  share?: ShareValue
  hasAgent: boolean
  agent?: AgentValue
}

/** What the application form holds while it is typed. */
export interface ApplyValues {
  sale: 'whole' | 'share'
  sharing: '0' | '1' | '2'
  priceFen?: number
  contractNumber?: string
  remark?: string
  transferors: SellerValue[]
  transferees: BuyerValue[]
}

/** Who acts for a party, as an act takes it; nothing where nobody does. */
export const agentInput = (one: { hasAgent: boolean; agent?: AgentValue }) =>
  one.hasAgent
    ? {
        agent: {
          name: one.agent?.name ?? '',
          idNumber: one.agent?.idNumber ?? '',
          basis: one.agent?.basis ?? 'notarised',
        },
      }
    : {}

/** The form as the act `case.apply` takes it: only who sells, shares only where they matter, no empty fields. */
export function toInput(unitCode: string, values: ApplyValues) {
  const share = (wanted: boolean, one: ShareValue | undefined) =>
    wanted && one?.num && one.den ? { share: { num: one.num, den: one.den } } : {}
  return {
    business: 'T01',
    unitCode,
    sale: values.sale,
    sharing: values.sharing,
    priceFen: values.priceFen,
    contractNumber: values.contractNumber ?? '',
    ...(values.remark?.trim() ? { remark: values.remark } : {}),
    transferors: values.transferors
      .filter((one) => one.present)
      .map((one) => ({
        partyId: one.partyId,
        ...share(values.sale === 'share', one.share),
        ...agentInput(one),
      })),
    transferees: values.transferees.map((one) => ({
      kind: one.kind,
      name: one.name ?? '',
      idNumber: one.idNumber ?? '',
      ...(one.phone?.trim() ? { phone: one.phone.trim() } : {}),
      ...share(values.sharing === '2', one.share),
      ...agentInput(one),
    })),
  }
}

/**
 * Where the server's path of a seller stands on the form: the server counts only those who sell, the form lists
 * every holder. Other paths are the same in both.
 */
export function formPath(path: string, transferors: readonly SellerValue[]): string {
  const found = /^transferors\.(\d+)(.*)$/.exec(path)
  if (!found) return path
  const selling = transferors.flatMap((one, i) => (one.present ? [i] : []))
  const at = selling[Number(found[1])]
  return at === undefined ? path : `transferors.${at}${found[2]}`
}
