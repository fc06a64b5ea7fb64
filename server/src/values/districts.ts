import type { Text } from '../kernel/refusal.ts'

/** CGCS2000 3-degree Gauss–Krüger without zone number: 4549 has its central meridian at 120° E, 4550 at 123° E. */
export type Epsg = 4549 | 4550

/** A registration office: who registers, not a county code. Two functional zones have no county of their own. */
export interface RegistrationOffice {
  id: string
  name: Text
  /** GB/T 2260 code of the county it serves; null for a functional zone. */
  countyCode: string | null
  /** Place in its certificate numbers: `宁波市海曙` in `浙(2024)宁波市海曙不动产权第0000001号`. */
  certificatePlace: string
  /** Plane system of its surveys; null for the city bureau, which surveys nothing. */
  epsg: Epsg | null
  /** Degrees east; null where `epsg` is. */
  centralMeridian: 120 | 123 | null
  /** First six digits its unit codes may carry: today's first, then abolished ones and those of a host county. */
  unitCodePrefixes: string[]
}

type Row = [
  id: string,
  zh: string,
  en: string,
  countyCode: string | null,
  certificatePlace: string,
  epsg: Epsg | null,
  unitCodePrefixes: string[],
]

// Ningbo lies on the seam of zones 40 and 41 (121.5° E): each office keeps the zone most of its land lies in.
// Old codes: 江东 330204 went to 鄞州 in 2016, and western towns of 鄞州 (330212, once 鄞县 330227) to 海曙.
const rows: Row[] = [
  ['haishu', '海曙区', 'Haishu District', '330203', '宁波市海曙', 4550, ['330203', '330212', '330227']],
  ['jiangbei', '江北区', 'Jiangbei District', '330205', '宁波市江北', 4550, ['330205']],
  ['beilun', '北仑区', 'Beilun District', '330206', '宁波市北仑', 4550, ['330206']],
  ['zhenhai', '镇海区', 'Zhenhai District', '330211', '宁波市镇海', 4550, ['330211']],
  ['yinzhou', '鄞州区', 'Yinzhou District', '330212', '宁波市鄞州', 4550, ['330212', '330204', '330227']],
  ['fenghua', '奉化区', 'Fenghua District', '330213', '宁波市奉化', 4549, ['330213', '330283']],
  ['xiangshan', '象山县', 'Xiangshan County', '330225', '象山县', 4550, ['330225']],
  ['ninghai', '宁海县', 'Ninghai County', '330226', '宁海县', 4549, ['330226']],
  ['yuyao', '余姚市', 'Yuyao City', '330281', '余姚市', 4549, ['330281']],
  ['cixi', '慈溪市', 'Cixi City', '330282', '慈溪市', 4549, ['330282']],
  ['qianwan', '前湾新区', 'Qianwan New Area', null, '宁波前湾新区', 4549, ['330282']],
  ['gaoxin', '高新区', 'Hi-Tech Zone', null, '宁波国家高新区', 4550, ['330212', '330204']],
  ['city', '宁波市', 'Ningbo City', '330200', '宁波市', null, ['330200']],
]

/** The twelve registration offices of Ningbo in the order of their codes, the two zones, and the city bureau last. */
export const registrationOffices: readonly RegistrationOffice[] = rows.map(
  ([id, zh, en, countyCode, certificatePlace, epsg, unitCodePrefixes]) => ({
    id,
    name: { zh, en },
    countyCode,
    certificatePlace,
    epsg,
    centralMeridian: epsg && (epsg === 4549 ? 120 : 123),
    unitCodePrefixes,
  }),
)

/** County codes no longer given out but still inside old unit codes and certificates, with their last name. */
export const abolishedCounties: Readonly<Record<string, string>> = {
  '330204': '江东区',
  '330227': '鄞县',
  '330283': '奉化市',
}

/** Every county code a unit code of this city may begin with, valid or historical. */
export const knownCountyCodes: ReadonlySet<string> = new Set(
  registrationOffices.flatMap((office) => office.unitCodePrefixes),
)

/** Name of an office's registration centre as its papers print it: `宁波市海曙区不动产登记中心`. */
export const officeName = (id: string): string => {
  const zh = officeById(id)!.name.zh
  return `${zh.startsWith('宁波') ? '' : '宁波市'}${zh}不动产登记中心`
}

export const officeById = (id: string): RegistrationOffice | undefined =>
  registrationOffices.find((office) => office.id === id)
