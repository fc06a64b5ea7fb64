import { loadOrganisation } from '../src/people/posts.ts'
import { completeIdNumber } from '../src/values/idNumber.ts'
import { openTestWorld, type Someone, type TestWorld } from './world.ts'

/** A world with an organisation in Haishu and the city, the three administrators, a centre head and two clerks. */
export interface Offices extends TestWorld {
  system: Someone
  security: Someone
  audit: Someone
  head: Someone
  clerk: Someone
  /** An identity number nobody has, another each time. */
  idNumber(): string
  seed: Someone
}

const post = (id: string, zh: string, duties: string[], more: object = {}) => ({
  id,
  nameZh: zh,
  nameEn: id,
  unit: 'centre',
  duties,
  risk: 'medium',
  measuresZh: '双人复核。',
  measuresEn: 'Two persons.',
  ...more,
})

export const haishu = {
  district: 'haishu',
  units: [
    { id: 'bureau', kind: 'bureau', nameZh: '海曙分局', nameEn: 'Haishu bureau' },
    { id: 'centre', kind: 'centre', parent: 'bureau', nameZh: '登记中心', nameEn: 'Centre' },
  ],
  posts: [
    post('bureau_head', '局长', ['district_lead'], { unit: 'bureau', level: 'bureau_head' }),
    post('centre_head', '中心主任', ['centre_lead'], { level: 'centre', leader: 'bureau_head' }),
    post('clerk', '窗口受理岗', ['acceptance', 'issuing'], { level: 'window', leader: 'centre_head' }),
    post('recorder', '登簿岗', ['recording'], { leader: 'centre_head', risk: 'high' }),
  ],
}
const city = {
  district: 'city',
  units: [{ id: 'bureau', kind: 'bureau', nameZh: '市局', nameEn: 'City bureau' }],
  posts: [post('section_head', '登记处处长', ['district_lead'], { unit: 'bureau', level: 'section' })],
}
const yuyao = {
  district: 'yuyao',
  units: [{ id: 'centre', kind: 'centre', nameZh: '登记中心', nameEn: 'Centre' }],
  posts: [post('clerk', '窗口受理岗', ['acceptance', 'issuing'], { level: 'window' })],
}

export async function openOffices({ now = '2026-03-09T01:30:00Z' }: { now?: string } = {}): Promise<Offices> {
  const world = await openTestWorld({ now })
  const seed: Someone = { id: '', username: '', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  for (const input of [city, haishu, yuyao]) {
    const loaded = await world.as(seed, loadOrganisation, input)
    if (!loaded.ok) throw new Error(`no organisation: ${JSON.stringify(loaded.refusal)}`)
  }
  let serial = 5000
  return {
    ...world,
    seed,
    system: await world.person('sysadmin', ['admin_system'], 'city'),
    security: await world.person('secadmin', ['admin_security'], 'city'),
    audit: await world.person('auditadmin', ['admin_audit'], 'city'),
    head: await world.person('head', ['centre_lead'], 'haishu', 'centre_head'),
    clerk: await world.person('clerk', ['acceptance', 'issuing'], 'haishu', 'clerk'),
    idNumber: () => completeIdNumber(`3302031988010${++serial}`),
  }
}
