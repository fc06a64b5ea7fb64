/** Made-up facts for the papers' tests: a plain case, and one where everything is as long as it may be. */
import type {
  AcceptanceReceiptFacts,
  ApprovalFormFacts,
  ArchiveListFacts,
  CertificateFacts,
  CustodyBookFacts,
  CustodyBookLine,
  PackedFile,
  PackedLog,
  PackIndexFacts,
  PaperParty,
  PaperUnit,
  PlanRing,
  RefusalFacts,
  RegisterPageFacts,
  SupplementFacts,
} from './facts.ts'

export const unit: PaperUnit = {
  code: '330203001002GB00012F00010301',
  location: '宁波市海曙区望湖街道演示路 88 弄 12 号 301 室',
  floor: '3',
  room: '301',
  use: '11',
  area: '89.35',
  innerArea: '72.10',
  sharedArea: '17.25',
  parcel: {
    code: '330203001002GB00012',
    location: '宁波市海曙区望湖街道演示路 88 弄',
    area: '12345.60',
    landUse: '0701',
    nature: '102',
    termFrom: '2005-01-01',
    termTo: '2075-01-01',
  },
  building: {
    code: '330203001002GB00012F0001',
    name: '演示花园 12 幢',
    floorsAbove: 6,
    floorsBelow: 1,
    structure: '3',
    completedOn: '2006-09-30',
  },
}

export const seller: PaperParty = {
  side: 'transferor',
  name: '张演示',
  idType: '1',
  idMasked: '330203********9014',
  share: null,
  agentName: null,
  agentBasis: null,
}
export const buyer: PaperParty = {
  ...seller,
  side: 'transferee',
  name: '李样本',
  idMasked: '330212********1235',
  agentName: '王代理',
  agentBasis: 'notarised',
}

/** Text that is markup in Typst, HTML and JSON, and must come out as typed. */
export const hostile =
  '#set page(width: 1pt) $x^2$ *粗* _斜_ ]}) "引号" \'单\' `代码` <标签> \\n @ref // 注释 ~ --- 完'
export const longText = '演示附记内容很长,'.repeat(56).slice(0, 500)

export const everyPaper = {
  demo: true,
  office: '宁波市海曙区不动产登记中心',
  checkUrl: 'http://localhost:8080/check/0123456789abcdef0123456789abcdef',
}

export const receipt: AcceptanceReceiptFacts = {
  ...everyPaper,
  caseNumber: '3302032026030500012',
  business: '国有建设用地使用权及房屋所有权转移登记(存量房买卖)',
  unitCode: unit.code,
  location: unit.location,
  parties: [seller, buyer],
  materials: [
    { name: '不动产登记申请书', form: '1', pages: 2 },
    { name: '买卖双方身份证明', form: '2', pages: 2 },
    { name: '不动产权证书', form: '1', pages: 3 },
    { name: '房屋买卖合同', form: '1', pages: 6 },
    { name: '完税或减免税凭证', form: '1', pages: 1 },
  ],
  acceptedAt: '2026-03-05T01:12:33Z',
  promisedDue: '2026-03-10',
  legalDue: '2026-04-17',
  clerk: '陈受理',
}

const many = Array.from({ length: 50 }, (_, i) => ({ ...buyer, name: `共有人甲${i + 1}号` }))
export const longReceipt: AcceptanceReceiptFacts = {
  ...receipt,
  location: `${longText.slice(0, 200)}${'A'.repeat(150)}`,
  parties: [seller, ...many],
  materials: [
    ...receipt.materials,
    { name: hostile, form: '99', pages: 1 },
    ...receipt.materials,
    ...receipt.materials,
  ],
}

const about = {
  caseNumber: receipt.caseNumber,
  business: receipt.business,
  unitCode: unit.code,
  location: unit.location,
}

export const supplement: SupplementFacts = {
  ...everyPaper,
  ...about,
  kind: 'supplement',
  applicants: ['张演示', '李样本'],
  items: [
    { material: '授权委托书', what: '委托事项缺少“领取不动产权证书”，请补写并由委托人签名' },
    { material: '完税凭证', what: '未提交。请到税务窗口办理后提交原件' },
  ],
  supplyBy: '2026-03-20',
  date: '2026-03-06',
  clerk: '陈受理',
}

export const nonAcceptance: RefusalFacts = {
  ...everyPaper,
  ...about,
  caseNumber: null,
  kind: 'non_acceptance',
  applicants: ['张演示'],
  reasons: ['申请登记的不动产不属于本机构管辖范围，应向宁波市鄞州区不动产登记中心申请。'],
  legalBasis: ['《不动产登记暂行条例》第十七条第一款第四项'],
  items: [{ material: '不动产权证书', what: '未提交' }],
  date: '2026-03-05',
  clerk: '陈受理',
}

export const refusal: RefusalFacts = {
  ...everyPaper,
  ...about,
  kind: 'refusal',
  applicants: ['张演示', '李样本'],
  reasons: ['该不动产已被宁波市海曙区人民法院查封（文号：（2026）浙0203执12号），在解除查封前不能转移。'],
  legalBasis: ['《不动产登记暂行条例》第二十二条', '《中华人民共和国民法典》第三百九十九条'],
  reviewOrgan: '宁波市海曙区人民政府',
  court: '宁波市海曙区人民法院',
  date: '2026-03-09',
  clerk: '周复审',
}

const step = (opinion: string, person: string, at: string) => ({ opinion, person, at })
export const approval: ApprovalFormFacts = {
  ...everyPaper,
  caseNumber: receipt.caseNumber,
  business: receipt.business,
  registration: '200',
  round: 1,
  acceptedAt: receipt.acceptedAt,
  parties: receipt.parties,
  unit,
  rightType: '4',
  before: {
    holders: [{ name: '张演示', share: null }],
    sharing: '0',
    certificateNumber: '浙(2019)宁波市海曙不动产权第0000906号',
  },
  after: {
    holders: [
      { name: '李样本', share: { num: 2, den: 3 } },
      { name: '赵样本', share: { num: 1, den: 3 } },
    ],
    sharing: '2',
    certificateNumber: null,
  },
  priceFen: 123_456_780,
  contractNumber: '甬海房2026-00123',
  burdens: [
    {
      kind: 'mortgage',
      who: '演示银行股份有限公司宁波分行',
      amountFen: 80_000_000,
      since: '2021-03-01',
      note: '抵押权随同转移，已通知抵押权人',
    },
  ],
  remark: null,
  needsSecondReview: true,
  acceptance: step('材料齐全，符合法定形式，予以受理。', '陈受理', '2026-03-05T01:12:33Z'),
  firstReview: step('权属清楚，界址清楚，同意转移登记。', '吴初审', '2026-03-06T02:00:00Z'),
  secondReview: step('同意初审意见。', '周复审', '2026-03-06T06:30:00Z'),
  recording: step('准予登簿。', '郑登簿', '2026-03-09T01:00:01Z'),
}
export const draftApproval: ApprovalFormFacts = {
  ...approval,
  needsSecondReview: false,
  secondReview: null,
  recording: null,
  burdens: [],
  remark: hostile,
}
export const longApproval: ApprovalFormFacts = {
  ...approval,
  parties: longReceipt.parties,
  after: { ...approval.after, holders: many.map(({ name }) => ({ name, share: { num: 1, den: 50 } })) },
  burdens: Array.from({ length: 40 }, () => approval.burdens[0]!),
  remark: longText,
  firstReview: step(longText, '吴初审', '2026-03-06T02:00:00Z'),
}

export const archive: ArchiveListFacts = {
  ...everyPaper,
  archiveNumber: 'HS-2026-T01-00012',
  term: 'permanent',
  ...about,
  caseNumber: receipt.caseNumber,
  applicants: ['张演示', '李样本'],
  place: 'A-HA-01-03',
  items: [
    {
      title: '不动产登记申请书',
      documentNumber: null,
      author: '张演示等',
      date: '2026-03-05',
      pages: 2,
      note: null,
    },
    {
      title: '房屋买卖合同',
      documentNumber: '甬海房2026-00123',
      author: '张演示等',
      date: '2026-02-20',
      pages: 6,
      note: '复印件',
    },
    {
      title: '不动产登记审批表',
      documentNumber: null,
      author: '海曙登记中心',
      date: '2026-03-09',
      pages: 1,
      note: null,
    },
  ],
  pagesCounted: 9,
  archivist: '孙归档',
  archivedAt: '2026-03-12T02:00:00Z',
}
export const longArchive: ArchiveListFacts = {
  ...archive,
  items: Array.from({ length: 60 }, (_, i) => ({
    ...archive.items[1]!,
    title: i === 5 ? longText : `附件材料第${i + 1}份`,
  })),
  pagesCounted: 359,
}

const owner = (name: string, idMasked: string) => ({
  role: 'holder' as const,
  name,
  idType: '1',
  idMasked,
  shareNum: null,
  shareDen: null,
})
const bank = {
  role: 'mortgagee' as const,
  name: '演示银行股份有限公司宁波分行',
  idType: '8',
  idMasked: null,
  shareNum: null,
  shareDen: null,
}
const entry = {
  no: 1,
  effect: 'create' as const,
  registration: '200',
  status: 'current' as const,
  legalFrom: '2026-03-09T01:00:01Z',
  legalTo: null,
  recordedAt: '2026-03-09T01:00:01Z',
  recordedBy: '郑登簿',
  caseNumber: receipt.caseNumber,
  certificateNumber: null,
}
const right = {
  sharing: '0',
  rightType: '4',
  rightNature: '102',
  termFrom: '2005-01-01',
  termTo: '2075-01-01',
}
const loan = {
  mode: '1',
  amountFen: 80_000_000,
  debtFrom: '2021-03-01',
  debtTo: '2041-03-01',
  scope: '主债权及利息、违约金',
  transferRestricted: false,
  rank: 1,
}
const order = {
  organ: '宁波市海曙区人民法院',
  document: '（2026）浙0203执12号',
  servedAt: '2026-03-10T01:12:05Z',
  cause: '金融借款合同纠纷',
}

export const page: RegisterPageFacts = {
  ...everyPaper,
  unit,
  asOf: '2026-03-12T02:00:00Z',
  knownAt: null,
  printedAt: '2026-03-12T02:00:09Z',
  printedBy: '陈受理',
  purpose: '受理登记申请',
  ownership: [
    {
      ...entry,
      registration: '100',
      status: 'superseded',
      legalFrom: '2019-05-06T00:00:00Z',
      legalTo: '2026-03-09T01:00:01Z',
      recordedAt: '2025-12-31T16:00:00Z',
      recordedBy: null,
      caseNumber: null,
      certificateNumber: '浙(2019)宁波市海曙不动产权第0000906号',
      parties: [owner('张演示', '330203********9014')],
      body: right,
    },
    {
      ...entry,
      no: 2,
      certificateNumber: '浙(2026)宁波市海曙不动产权第0000001号',
      parties: [
        { ...owner('李样本', '330212********1235'), shareNum: 2, shareDen: 3 },
        { ...owner('赵样本', '330205********0004'), shareNum: 1, shareDen: 3 },
      ],
      body: { ...right, sharing: '2', priceFen: 123_456_780, reason: '买卖' },
    },
  ],
  mortgages: [
    {
      ...entry,
      registration: '100',
      legalFrom: '2021-03-01T02:03:04Z',
      recordedAt: '2021-03-01T02:03:04Z',
      status: 'superseded',
      certificateNumber: '浙(2021)宁波市海曙不动产证明第0000077号',
      parties: [bank],
      body: loan,
    },
    {
      ...entry,
      no: 2,
      effect: 'end',
      registration: '400',
      status: 'ended',
      parties: [bank],
      body: { ...loan, reason: '债权已清偿' },
    },
  ],
  seizures: [
    {
      ...entry,
      registration: '800',
      legalFrom: order.servedAt,
      legalTo: '2029-03-09T16:00:00Z',
      parties: [],
      body: order,
    },
    {
      ...entry,
      registration: '800',
      status: 'waiting',
      legalFrom: order.servedAt,
      parties: [],
      body: { ...order, document: '（2026）浙0212执99号' },
    },
  ],
  objections: [],
  prenotices: [
    {
      ...entry,
      registration: '700',
      status: 'current',
      parties: [owner('钱样本', '330206********1111')],
      body: { matter: '其它不动产买卖预告' },
    },
  ],
  restrictions: [],
}
export const longPage: RegisterPageFacts = {
  ...page,
  unit: { ...unit, location: longText },
  ownership: [
    ...page.ownership,
    {
      ...page.ownership[1]!,
      no: 3,
      parties: many.map(({ name }) => ({ ...owner(name, '330212********1235'), shareNum: 1, shareDen: 50 })),
      body: { ...right, sharing: '2', remark: hostile + longText },
    },
  ],
}

/** A parcel near the 123rd meridian, far from the origin as real plane coordinates are. */
const parcel: PlanRing = [
  [362_010.1, 3_305_020.2],
  [362_070.4, 3_305_024.9],
  [362_072.3, 3_304_990.5],
  [362_050.3, 3_304_986.1],
  [362_049.3, 3_304_976.1],
  [362_012.6, 3_304_972.8],
]
export const title: CertificateFacts = {
  ...everyPaper,
  number: '浙(2026)宁波市海曙不动产权第0000001号',
  blankSerial: '33001234567',
  caseNumber: receipt.caseNumber,
  holders: [{ name: '李样本', idType: '1', idNumber: '330212200002291235', share: null }],
  sharing: '0',
  unit,
  rightType: '4',
  rightNature: '102',
  houseNature: '0',
  termFrom: '2005-01-01',
  termTo: '2075-01-01',
  remark: '原不动产权证书：浙(2019)宁波市海曙不动产权第0000906号。\n抵押权随同转移。',
  organ: '宁波市自然资源和规划局',
  recordedOn: '2026-03-09',
  plan: {
    parcel,
    building: [
      [362_020, 3_305_010],
      [362_045, 3_305_012],
      [362_045.8, 3_305_000],
      [362_020.9, 3_304_998],
    ],
    label: '12 幢\n301 室',
    surveyor: '宁波市演示测绘院',
  },
}
export const sharedTitle: CertificateFacts = {
  ...title,
  sharing: '2',
  holders: [
    { name: '李样本', idType: '1', idNumber: '330212200002291235', share: { num: 2, den: 3 } },
    { name: '赵样本', idType: '1', idNumber: '330205198001010004', share: { num: 1, den: 3 } },
  ],
}
export const longTitle: CertificateFacts = {
  ...title,
  sharing: '2',
  holders: many.map(({ name }) => ({
    name,
    idType: '1',
    idNumber: '330212200002291235',
    share: { num: 1, den: 50 },
  })),
  unit: { ...unit, location: longText },
  remark: hostile + longText,
  plan: null,
}

export const longNotice: SupplementFacts = {
  ...supplement,
  applicants: many.map(({ name }) => name),
  items: Array.from({ length: 40 }, (_, i) => ({
    material: `材料${i + 1}`,
    what: i % 10 ? '缺页' : longText,
  })),
}

const packedLog = (office: string, folder: string, size: number): PackedLog => ({
  office,
  origin: `mingbu.example/${folder}`,
  size,
  root: 'o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=',
  witnesses: ['yinzhou', 'jiangbei', 'city'],
  tiles: 277,
  bundles: 274,
  bytes: 13_456_789,
  folder: `logs/${folder}`,
})
const packedFile = (path: string): PackedFile => ({
  path,
  size: 8192,
  sha256: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
})

export const pack: PackIndexFacts = {
  demo: true,
  office: '宁波市海曙区不动产登记中心',
  checkUrl: null,
  madeAt: '2026-03-05T01:12:00Z',
  madeBy: '督查 陈督查（行为 01a20814-963e-7000-8000-000000000001）',
  since: '2026-01-01',
  until: '2026-03-04',
  logs: [packedLog('海曙区', 'haishu', 70_000)],
  policy: [
    'log mingbu.example/haishu+7cbfb9dc+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4',
    'witness city city.example/witness+394ef545+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU',
    'quorum city',
  ],
  opened: [{ act: '01a20814-963e-7000-8000-000000000002', title: '受理', district: '海曙区', index: 25_600 }],
  files: ['policy', 'logs/haishu/checkpoint', 'ledgers/acts.xlsx'].map(packedFile),
  groups: [{ ...packedFile('logs/haishu/tile/'), files: 551 }],
}

export const longPack: PackIndexFacts = {
  ...pack,
  since: null,
  until: null,
  logs: Array.from({ length: 13 }, (_, i) =>
    packedLog(`第${i + 1}登记机构`, `office${'abcdefghijklm'[i]}`, 10_000_000),
  ),
  policy: Array.from({ length: 40 }, () => pack.policy[1]!),
  opened: Array.from({ length: 60 }, () => pack.opened[0]!),
  files: Array.from({ length: 600 }, (_, i) =>
    packedFile(`logs/haishu/tile/entries/x001/x234/${String(i).padStart(3, '0')}.p/112`),
  ),
  groups: [],
}

const moved: CustodyBookLine = {
  at: '2026-03-04T01:12:00Z',
  movement: '领用',
  first: 'D33600000011',
  last: 'D33600000030',
  count: 20,
  from: '库存',
  to: '王缮证',
  document: null,
  person: '王缮证',
}
export const custody: CustodyBookFacts = {
  demo: true,
  office: '宁波市海曙区不动产登记中心',
  checkUrl: null,
  kind: '不动产权证书',
  from: '2026-01-01',
  until: '2026-03-04',
  printedAt: '2026-03-05T01:12:00Z',
  printedBy: '李保管',
  checkpoint: '70000 条，根哈希 q1Jb7Y0nA6u3hM7m6Xb1rTt0xqkzB2p9o0a1b2c3d4E=',
  balances: [
    { place: '库存', opening: 0, in: 100, out: 20, closing: 80 },
    { place: '领用人', opening: 0, in: 20, out: 0, closing: 20 },
  ],
  lines: [
    {
      ...moved,
      movement: '入库',
      first: 'D33600000001',
      last: 'D33600000100',
      count: 100,
      from: '来货',
      to: '库存',
      person: '李保管',
    },
    moved,
  ],
}
/** Three thousand lines are as long as it gets; two hundred tell how they break over pages. */
export const longCustody: CustodyBookFacts = {
  ...custody,
  balances: null,
  checkpoint: null,
  lines: Array.from({ length: 200 }, () => ({
    ...moved,
    to: '欧阳买买提江·阿卜杜热合曼',
    person: '欧阳买买提江·阿卜杜热合曼',
    document: '浙（2026）宁波市海曙不动产权第0000001号，销毁批复 甬自然资批〔2026〕1号',
  })),
}
