import { registrationOffices } from './districts.ts'

/** A title certificate (不动产权证书) or a proof of registration (不动产登记证明). */
export type CertificateKind = 'certificate' | 'proof'

/** What a certificate number is made of. One sequence per place, year and kind; the year is that of recording. */
export interface CertificateNumber {
  province: string
  year: number
  /** `宁波市海曙`, `慈溪市`: the office's `certificatePlace`. */
  place: string
  kind: CertificateKind
  serial: number
}

const kindText: Record<CertificateKind, string> = { certificate: '不动产权', proof: '不动产证明' }

/**
 * The number as printed: `浙(2026)宁波市海曙不动产权第0000001号`, seven digits or more.
 * @throws RangeError when year or serial cannot be; both are ours, not a user's.
 */
export function formatCertificateNumber({ province, year, place, kind, serial }: CertificateNumber): string {
  if (!Number.isSafeInteger(serial) || serial < 1 || year < 1000 || year > 9999)
    throw new RangeError(`no certificate number for ${year}, ${serial}`)
  return `${province}(${year})${place}${kindText[kind]}第${String(serial).padStart(7, '0')}号`
}

/** One form for storing and searching: half-width brackets and digits, no spaces. Old numbers pass unchanged but for that. */
export const normaliseCertificateNumber = (value: string): string =>
  value
    .replace(/\s+/g, '')
    .replace(/[〔［【（]/g, '(')
    .replace(/[〕］】）]/g, ')')
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))

/**
 * The parts of a number of today's form, whatever brackets it was typed with; null for older titles (房权证, 国用)
 * and anything else: those stay valid and are kept as free text.
 */
export function parseCertificateNumber(value: string): CertificateNumber | null {
  const found = /^(\p{Script=Han}?)\((\d{4})\)(\p{Script=Han}+?)不动产(权|证明)第(\d{7,})号$/u.exec(
    normaliseCertificateNumber(value),
  )
  if (!found) return null
  const [, province, year, place, kind, serial] = found
  if (Number(serial) === 0) return null
  return {
    province: province!,
    year: Number(year),
    place: place!,
    kind: kind === '权' ? 'certificate' : 'proof',
    serial: Number(serial),
  }
}

/** The registration office whose series a number is of, by its place; undefined for other cities. */
export const officeOfCertificate = ({ place }: CertificateNumber) =>
  registrationOffices.find((office) => office.certificatePlace === place)
