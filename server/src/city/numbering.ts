/**
 * Certificate and proof numbers of the years before the demo: one series per office, year and kind, given in
 * the order of registration, each on a printed blank of the office's own range.
 */
import { type CertificateKind, formatCertificateNumber } from '../values/certificateNumber.ts'
import type { PlanBlankRange, PlanCertificate, PlanDistrict } from './plan.ts'

interface Waiting {
  at: string
  kind: CertificateKind
  certificate: PlanCertificate
}

/** Fresh blanks of each kind start here in the office's range; everything before may already be on paper. */
const FRESH_FROM = 500_001
const FRESH_COUNT = 2_000

/** Hands out certificates now and their numbers once every date is known. */
export class Numbering {
  readonly #district: PlanDistrict
  #waiting: Waiting[] = []

  constructor(district: PlanDistrict) {
    this.#district = district
  }

  /** A certificate registered `at` (ISO time); `assign` fills it in. */
  reserve(kind: CertificateKind, at: string): PlanCertificate {
    const certificate: PlanCertificate = {
      number: '',
      year: Number(at.slice(0, 4)),
      serial: 0,
      blankSerial: '',
    }
    this.#waiting.push({ at, kind, certificate })
    return certificate
  }

  /** Numbers everything reserved, oldest first. Call once, when all rights of the district are made. */
  assign(): void {
    const series = new Map<string, number>()
    const next = (key: string) => {
      const value = (series.get(key) ?? 0) + 1
      series.set(key, value)
      return value
    }
    const inOrder = this.#waiting.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    for (const { kind, certificate } of inOrder) {
      certificate.serial = next(`${kind}${certificate.year}`)
      certificate.number = certificateNumber(this.#district, kind, certificate)
      certificate.blankSerial = blankSerial(this.#district, kind, next(kind))
    }
    this.#waiting = []
  }

  /** The stock the office begins the demo with. */
  freshBlanks(receivedOn: string): PlanBlankRange[] {
    return (['certificate', 'proof'] as const).map((kind) => ({
      district: this.#district.id,
      kind,
      first: blankSerial(this.#district, kind, FRESH_FROM),
      last: blankSerial(this.#district, kind, FRESH_FROM + FRESH_COUNT - 1),
      count: FRESH_COUNT,
      receivedOn,
    }))
  }
}

/** 11 digits: 33 for Zhejiang, two for the office, one for the kind, six that run. */
function blankSerial({ sort }: PlanDistrict, kind: CertificateKind, running: number): string {
  const series = kind === 'certificate' ? '1' : '2'
  return `33${String(sort).padStart(2, '0')}${series}${String(running).padStart(6, '0')}`
}

function certificateNumber(
  { certificatePlace }: PlanDistrict,
  kind: CertificateKind,
  { year, serial }: PlanCertificate,
): string {
  return formatCertificateNumber({ province: '浙', year, place: certificatePlace, kind, serial })
}
