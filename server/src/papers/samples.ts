/** Made-up facts for the papers' tests: a plain case, and one where everything is as long as it may be. */
import type { AcceptanceReceiptFacts, ApprovalFormFacts, ArchiveListFacts, PaperParty, PaperUnit, RefusalFacts, SupplementFacts } from './facts.ts'

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
export const buyer: PaperParty = { ...seller, side: 'transferee', name: '李样本', idMasked: '330212********1235', agentName: '王代理', agentBasis: 'notarised' }

/** Text that is markup in Typst, HTML and JSON, and must come out as typed. */
export const hostile = '#set page(width: 1pt) $x^2$ *粗* _斜_ ]}) "引号" \'单\' `代码` <标签> \\n @ref // 注释 ~ --- 完'
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
  materials: [...receipt.materials, { name: hostile, form: '99', pages: 1 }, ...receipt.materials, ...receipt.materials],
}

const about = { caseNumber: receipt.caseNumber, business: receipt.business, unitCode: unit.code, location: unit.location }

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
  before: { holders: [{ name: '张演示', share: null }], sharing: '0', certificateNumber: '浙(2019)宁波市海曙不动产权第0000906号' },
  after: { holders: [{ name: '李样本', share: { num: 2, den: 3 } }, { name: '赵样本', share: { num: 1, den: 3 } }], sharing: '2', certificateNumber: null },
  priceFen: 123_456_780,
  contractNumber: '甬海房2026-00123',
  burdens: [
    { kind: 'mortgage', who: '演示银行股份有限公司宁波分行', amountFen: 80_000_000, since: '2021-03-01', note: '抵押权随同转移，已通知抵押权人' },
  ],
  remark: null,
  needsSecondReview: true,
  acceptance: step('材料齐全，符合法定形式，予以受理。', '陈受理', '2026-03-05T01:12:33Z'),
  firstReview: step('权属清楚，界址清楚，同意转移登记。', '吴初审', '2026-03-06T02:00:00Z'),
  secondReview: step('同意初审意见。', '周复审', '2026-03-06T06:30:00Z'),
  recording: step('准予登簿。', '郑登簿', '2026-03-09T01:00:01Z'),
}
export const draftApproval: ApprovalFormFacts = { ...approval, needsSecondReview: false, secondReview: null, recording: null, burdens: [], remark: hostile }
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
  ...about,
  caseNumber: receipt.caseNumber,
  applicants: ['张演示', '李样本'],
  place: 'A-HA-01-03',
  items: [
    { title: '不动产登记申请书', documentNumber: null, author: '张演示等', date: '2026-03-05', pages: 2, note: null },
    { title: '房屋买卖合同', documentNumber: '甬海房2026-00123', author: '张演示等', date: '2026-02-20', pages: 6, note: '复印件' },
    { title: '不动产登记审批表', documentNumber: null, author: '海曙登记中心', date: '2026-03-09', pages: 1, note: null },
  ],
  pagesCounted: 9,
  archivist: '孙归档',
  archivedAt: '2026-03-12T02:00:00Z',
}
export const longArchive: ArchiveListFacts = {
  ...archive,
  items: Array.from({ length: 60 }, (_, i) => ({ ...archive.items[1]!, title: i === 5 ? longText : `附件材料第${i + 1}份` })),
  pagesCounted: 359,
}

export const samples: [name: string, paper: string, facts: object][] = [
  ['receipt', 'acceptanceReceipt', receipt],
  ['receipt-long', 'acceptanceReceipt', longReceipt],
  ['notice-supplement', 'notice', supplement],
  ['notice-non', 'notice', nonAcceptance],
  ['notice-refusal', 'notice', refusal],
  ['notice-long', 'notice', { ...supplement, applicants: many.map((m) => m.name), items: Array.from({ length: 40 }, (_, i) => ({ material: `材料${i}`, what: i % 10 ? '缺页' : longText })) }],
  ['approval', 'approvalForm', approval],
  ['approval-draft', 'approvalForm', draftApproval],
  ['approval-long', 'approvalForm', longApproval],
  ['archive', 'archiveList', archive],
  ['archive-long', 'archiveList', longArchive],
]
