/** The demo's sales: fourteen in haishu, one at every stage, and a few elsewhere, each told by its intent. */
import { type CastHome, findHome } from './generateBurdens.ts'
import { priceFen, type Rights, type Setting } from './generateRights.ts'
import { type CaseStage, caseStages, type PlanCase, type PlanUnit, type Text } from './plan.ts'
import type { Random } from './prng.ts'
import type { Role } from './roles.ts'

/** What a stage's case adds to a plain sale to one buyer. */
interface Script {
  /** Calendar days before the city's day; moved back to a working day. */
  daysAgo: number
  story: Text
  /** `couple` buys jointly, `shares` one third and two thirds. */
  buyers: 'one' | 'couple' | 'shares'
  agent?: 'sellers' | 'buyers'
  /** Only the first holder sells, and only their share. */
  partial?: true
  reason?: Text
  missing?: Text[]
}

const scripts: Record<CaseStage, Script> = {
  applied: {
    daysAgo: 1,
    buyers: 'one',
    story: {
      zh: '夫妻共同出售,买方单独购买,已提交申请,等待窗口受理。',
      en: 'A couple sells to one buyer; applied, waiting at the window.',
    },
  },
  accepted: {
    daysAgo: 2,
    buyers: 'couple',
    story: {
      zh: '带抵押过户,抵押随房转移,夫妻共同购买,已受理。',
      en: 'Sold with its mortgage, which follows the home; a couple buys; accepted.',
    },
  },
  supplement_needed: {
    daysAgo: 6,
    buyers: 'one',
    story: {
      zh: '抵押登记有限制转让约定,缺抵押权人同意材料,已一次性告知补正。',
      en: 'The mortgage limits transfer and the mortgagee’s consent is missing; told once what to supply.',
    },
    reason: {
      zh: '登记簿记载存在限制转让约定,未提交抵押权人同意转让的材料。',
      en: 'The register shows a limit on transfer and the mortgagee’s consent was not supplied.',
    },
    missing: [
      { zh: '抵押权人同意转让的书面材料', en: 'Written consent of the mortgagee' },
      { zh: '契税完税凭证', en: 'Proof of deed tax paid' },
    ],
  },
  not_accepted: {
    daysAgo: 3,
    buyers: 'one',
    story: {
      zh: '夫妻共有,仅一方到场且无委托书,不予受理。',
      en: 'Held jointly, only one of the couple came and had no power of attorney; not accepted.',
    },
    reason: {
      zh: '共同共有的不动产处分应由全体共有人申请,另一共有人未到场且未委托。',
      en: 'All joint owners must apply; one was neither present nor represented.',
    },
  },
  first_reviewed: {
    daysAgo: 4,
    buyers: 'shares',
    story: {
      zh: '两人按份购买(三分之一、三分之二),初审已通过。',
      en: 'Two buyers take one third and two thirds; passed first review.',
    },
  },
  second_reviewed: {
    daysAgo: 5,
    buyers: 'one',
    agent: 'buyers',
    story: {
      zh: '2021年前设立的抵押,抵押权人已同意,买方委托代理,复审已通过。',
      en: 'Mortgage from before 2021 with the mortgagee’s consent, buyer represented by an agent; passed second review.',
    },
  },
  recorded: {
    daysAgo: 6,
    buyers: 'couple',
    story: { zh: '夫妻出售给夫妻,已登簿。', en: 'A couple sells to a couple; recorded in the register.' },
  },
  printed: {
    daysAgo: 7,
    buyers: 'one',
    partial: true,
    story: {
      zh: '按份共有人出售其份额,已缮证。',
      en: 'One holder by shares sells that share; certificate printed.',
    },
  },
  sealed: {
    daysAgo: 8,
    buyers: 'one',
    story: {
      zh: '企业出售给个人,已用印,待发证。',
      en: 'A company sells to a person; sealed, waiting to be issued.',
    },
  },
  issued: {
    daysAgo: 10,
    buyers: 'couple',
    agent: 'sellers',
    story: {
      zh: '卖方公证委托他人办理,已发证。',
      en: 'Seller acts through a notarised power of attorney; certificate issued.',
    },
  },
  archived: {
    daysAgo: 22,
    buyers: 'one',
    story: { zh: '带抵押过户,已发证并归档。', en: 'Sold with its mortgage; issued and archived.' },
  },
  withdrawn: {
    daysAgo: 12,
    buyers: 'one',
    story: {
      zh: '双方协商解除合同,全体申请人撤回申请。',
      en: 'The parties dissolved the contract and all applicants withdrew.',
    },
    reason: {
      zh: '买卖双方协商解除合同,全体申请人申请撤回。',
      en: 'Sale dissolved by agreement; all applicants ask to withdraw.',
    },
  },
  refused: {
    daysAgo: 15,
    buyers: 'one',
    story: {
      zh: '审核发现权属争议尚未解决,不予登记。',
      en: 'Review found an unresolved dispute over ownership; refused.',
    },
    reason: {
      zh: '存在尚未解决的权属争议(《不动产登记暂行条例》第二十二条)。',
      en: 'An ownership dispute is unresolved (Interim Regulations, art. 22).',
    },
  },
  returned: {
    daysAgo: 5,
    buyers: 'one',
    story: {
      zh: '初审发现合同价款与申请书不一致,退回受理环节。',
      en: 'First review found the contract price differs from the application; sent back to acceptance.',
    },
    reason: {
      zh: '合同价款与申请书填写不一致,请核对后重新提交。',
      en: 'The price in the contract differs from the application; check and submit again.',
    },
  },
}

/** Where another district's sale differs from the script of its stage. */
const elsewhere: Record<string, Partial<Script>> = {
  'yinzhou/accepted': {
    story: {
      zh: '个人出售给夫妻,无抵押,已受理。',
      en: 'One owner sells to a couple, no mortgage; accepted.',
    },
  },
  'yinzhou/archived': {
    story: {
      zh: '两名按份共有人一并出售,已发证并归档。',
      en: 'Two holders by shares sell together; issued and archived.',
    },
  },
  'cixi/applied': {
    story: {
      zh: '个人出售给个人,已提交申请,等待窗口受理。',
      en: 'One owner sells to one buyer; applied, waiting at the window.',
    },
  },
  'cixi/first_reviewed': {
    story: {
      zh: '带抵押过户,两人按份购买,初审已通过。',
      en: 'Sold with its mortgage to two buyers by shares; passed first review.',
    },
  },
}

/** The sales of one district, in the order of their stages. */
export function generateCases(
  random: Random,
  setting: Setting,
  units: PlanUnit[],
  rights: Rights,
  roles: Map<string, Role>,
): PlanCase[] {
  const cast = new Set([...roles.values()].map((role) => role.id))
  return caseStages
    .filter((stage) => cast.has(`sale.${stage}`))
    .map((stage) =>
      sale(random.fork(stage), setting, findHome(`sale.${stage}`, units, rights, roles), stage, rights),
    )
}

function sale(
  random: Random,
  setting: Setting,
  { unit, ownership }: CastHome,
  stage: CaseStage,
  rights: Rights,
): PlanCase {
  const { calendar, district, population } = setting
  const script = { ...scripts[stage], ...elsewhere[`${district.id}/${stage}`] }
  const byShares = ownership.sharing === '2'
  const selling = script.partial && byShares ? ownership.holders.slice(0, 1) : ownership.holders
  const soldShare = selling.length < ownership.holders.length ? selling[0]!.share : '1/1'
  const startedOn = calendar.workingDayBack(script.daysAgo)
  const wholePrice = priceFen(random, district, unit, startedOn)
  const mortgage = rights.mortgages.find((one) => one.ownership === ownership.key)
  const agent = script.agent && population.addPerson(random.fork('agent'), '宁波市演示路21号')
  return {
    key: `${district.id}/${stage}`,
    district: district.id,
    story: script.story,
    unitCode: unit.code,
    ownership: ownership.key,
    sellers: selling.map((holder) => holder.party),
    soldShare,
    ...buyersOf(random, setting, script.buyers, soldShare),
    priceFen: partOfPrice(wholePrice, soldShare),
    contractOn: Temporal.PlainDate.from(startedOn)
      .subtract({ days: random.between(3, 20) })
      .toString(),
    agent: agent
      ? {
          party: agent.key,
          side: script.agent!,
          document: `(${startedOn.slice(0, 4)})浙甬演证民字第${random.between(1000, 9999)}号`,
        }
      : null,
    mortgage: mortgage
      ? {
          key: mortgage.key,
          mortgageeConsents: mortgage.transferRestricted !== false && stage !== 'supplement_needed',
        }
      : null,
    stage,
    startedDaysAgo: Temporal.PlainDate.from(startedOn).until(setting.asOf, { largestUnit: 'days' }).days,
    startedOn,
    reason: script.reason ?? null,
    missing: script.missing ?? [],
  }
}

function buyersOf(
  random: Random,
  { population }: Setting,
  kind: Script['buyers'],
  soldShare: string,
): Pick<PlanCase, 'buyers' | 'buyerSharing'> {
  const person = (label: string) => population.addPerson(random.fork(label), '宁波市演示路27号').key
  if (kind === 'one' || soldShare !== '1/1')
    return {
      buyers: [{ party: person('a'), share: soldShare }],
      buyerSharing: soldShare === '1/1' ? '0' : '2',
    }
  const shares = kind === 'couple' ? ['1/2', '1/2'] : ['1/3', '2/3']
  return {
    buyers: shares.map((share, i) => ({ party: person(`b${i}`), share })),
    buyerSharing: kind === 'couple' ? '1' : '2',
  }
}

/** The share's part of a price, in whole thousands of yuan. */
function partOfPrice(fen: number, share: string): number {
  const [part, whole] = share.split('/').map(Number)
  return Math.round((fen * part!) / whole! / 100_000) * 100_000
}
