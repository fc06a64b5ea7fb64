/** Where each registration office stands in the demo, beside what the house knows about it anyway. */
import type { PlanDistrict } from './plan.ts'

interface Place {
  id: string
  zh: string
  en: string
  /** Today's county code, then abolished ones old unit codes carry. A zone uses those of its host county. */
  counties: string[]
  cadastralDistrict: string
  certificatePlace: string
  zone: 40 | 41
  /** Land near the town, kilometres from the next anchor; what the demo puts there is fictional. */
  anchor: [number, number]
  /** Share of the city's units, in proportion; haishu is the densest. */
  weight: number
}

const places: readonly Place[] = [
  {
    id: 'haishu',
    zh: '海曙区',
    en: 'Haishu District',
    counties: ['330203'],
    cadastralDistrict: '001',
    certificatePlace: '宁波市海曙',
    zone: 41,
    anchor: [121.53, 29.85],
    weight: 27,
  },
  {
    id: 'jiangbei',
    zh: '江北区',
    en: 'Jiangbei District',
    counties: ['330205'],
    cadastralDistrict: '001',
    certificatePlace: '宁波市江北',
    zone: 41,
    anchor: [121.53, 29.94],
    weight: 8,
  },
  {
    id: 'zhenhai',
    zh: '镇海区',
    en: 'Zhenhai District',
    counties: ['330211'],
    cadastralDistrict: '001',
    certificatePlace: '宁波市镇海',
    zone: 41,
    anchor: [121.61, 29.98],
    weight: 6,
  },
  {
    id: 'beilun',
    zh: '北仑区',
    en: 'Beilun District',
    counties: ['330206'],
    cadastralDistrict: '001',
    certificatePlace: '宁波市北仑',
    zone: 41,
    anchor: [121.83, 29.89],
    weight: 6,
  },
  {
    id: 'yinzhou',
    zh: '鄞州区',
    en: 'Yinzhou District',
    counties: ['330212', '330204', '330227'],
    cadastralDistrict: '001',
    certificatePlace: '宁波市鄞州',
    zone: 41,
    anchor: [121.57, 29.78],
    weight: 16,
  },
  {
    id: 'fenghua',
    zh: '奉化区',
    en: 'Fenghua District',
    counties: ['330213', '330283'],
    cadastralDistrict: '001',
    certificatePlace: '宁波市奉化',
    zone: 40,
    anchor: [121.41, 29.66],
    weight: 5,
  },
  {
    id: 'yuyao',
    zh: '余姚市',
    en: 'Yuyao City',
    counties: ['330281'],
    cadastralDistrict: '001',
    certificatePlace: '余姚市',
    zone: 40,
    anchor: [121.15, 30.04],
    weight: 7,
  },
  {
    id: 'cixi',
    zh: '慈溪市',
    en: 'Cixi City',
    counties: ['330282'],
    cadastralDistrict: '001',
    certificatePlace: '慈溪市',
    zone: 40,
    anchor: [121.26, 30.17],
    weight: 8,
  },
  {
    id: 'ninghai',
    zh: '宁海县',
    en: 'Ninghai County',
    counties: ['330226'],
    cadastralDistrict: '001',
    certificatePlace: '宁海县',
    zone: 40,
    anchor: [121.43, 29.29],
    weight: 4,
  },
  {
    id: 'xiangshan',
    zh: '象山县',
    en: 'Xiangshan County',
    counties: ['330225'],
    cadastralDistrict: '001',
    certificatePlace: '象山县',
    zone: 41,
    anchor: [121.86, 29.48],
    weight: 4,
  },
  {
    id: 'qianwan',
    zh: '前湾新区',
    en: 'Qianwan New Area',
    counties: ['330282'],
    cadastralDistrict: '902',
    certificatePlace: '宁波前湾新区',
    zone: 40,
    anchor: [121.2, 30.29],
    weight: 4,
  },
  {
    id: 'gaoxin',
    zh: '高新区',
    en: 'Hi-Tech Zone',
    counties: ['330212', '330204'],
    cadastralDistrict: '901',
    certificatePlace: '宁波国家高新区',
    zone: 41,
    anchor: [121.65, 29.88],
    weight: 5,
  },
]

const city: PlanDistrict = {
  id: 'city',
  name: { zh: '宁波市', en: 'Ningbo City' },
  isCity: true,
  countyCodes: ['330200'],
  cadastralDistrict: '000',
  certificatePlace: '宁波市',
  zone: null,
  anchor: null,
  sort: 0,
}

/** The city bureau first, then the twelve offices in the order people name them. */
export const districts: readonly PlanDistrict[] = [
  city,
  ...places.map(
    ({ id, zh, en, counties, cadastralDistrict, certificatePlace, zone, anchor }, i): PlanDistrict => ({
      id,
      name: { zh, en },
      isCity: false,
      countyCodes: counties,
      cadastralDistrict,
      certificatePlace,
      zone,
      anchor,
      sort: i + 1,
    }),
  ),
]

/** Fewest units a district may have: haishu must cast its roles on homes that are old enough. */
const unitsMin = (id: string) => (id === 'haishu' ? 60 : id === 'yinzhou' || id === 'cixi' ? 16 : 4)

/** Units per district id: everyone's minimum, then the rest by weight. Adds up to `total` exactly. */
export function shareUnits(total: number): Map<string, number> {
  const spare = total - places.reduce((sum, { id }) => sum + unitsMin(id), 0)
  const weights = places.reduce((sum, place) => sum + place.weight, 0)
  const shares = new Map(
    places.map(({ id, weight }) => [id, unitsMin(id) + Math.floor((spare * weight) / weights)]),
  )
  const given = [...shares.values()].reduce((sum, share) => sum + share, 0)
  return shares.set('haishu', shares.get('haishu')! + total - given)
}
