/**
 * Code tables of the register, in the codes of the 2015 trial database standard (不动产登记数据库标准) unless a table
 * says otherwise. Codes are text. Where systems differ, ours stay and are mapped when data is exchanged.
 */
import type { Text } from '../kernel/refusal.ts'

/** A code table: its name, and the words of each code in both languages, in the standard's order. */
export interface Dictionary<Code extends string = string> {
  /** Short name in the standard, `QLLX`. */
  id: string
  name: Text
  items: readonly { code: Code; name: Text }[]
}

/** Rows are code, zh, en. The type of `items` keeps the codes, so a wrong one does not compile. */
function dictionary<const Code extends string>(
  id: string,
  zh: string,
  en: string,
  rows: readonly (readonly [Code, string, string])[],
): Dictionary<Code> {
  return { id, name: { zh, en }, items: rows.map(([code, zh, en]) => ({ code, name: { zh, en } })) }
}

export type CodeOf<D extends Dictionary> = D['items'][number]['code']

/** Whether `value` is a code of that table. */
export const isCode = <Code extends string>(table: Dictionary<Code>, value: string): value is Code =>
  table.items.some(({ code }) => code === value)

/** The words for a code. An unknown one, from old data, is shown as it is rather than hidden. */
export const codeName = (table: Dictionary, code: string): Text =>
  table.items.find((item) => item.code === code)?.name ?? { zh: code, en: code }

/** 登记类型. 200 is transfer and 300 is change. */
export const DJLX = dictionary('DJLX', '登记类型', 'Kind of registration', [
  ['100', '首次登记', 'First registration'],
  ['200', '转移登记', 'Transfer'],
  ['300', '变更登记', 'Change'],
  ['400', '注销登记', 'Cancellation'],
  ['500', '更正登记', 'Correction'],
  ['600', '异议登记', 'Objection'],
  ['700', '预告登记', 'Advance notice'],
  ['800', '查封登记', 'Seizure'],
  ['900', '其它登记', 'Other'],
])

/** 权利类型, 1 to 22 and 99. Rights added later (mortgage, right of habitation) are kinds of entry of their own here. */
export const QLLX = dictionary('QLLX', '权利类型', 'Kind of right', [
  ['1', '集体土地所有权', 'Collective land ownership'],
  ['2', '国家土地所有权', 'State land ownership'],
  ['3', '国有建设用地使用权', 'Use of state construction land'],
  ['4', '国有建设用地使用权/房屋(构筑物)所有权', 'Use of state construction land / ownership of buildings'],
  ['5', '宅基地使用权', 'Use of a homestead'],
  ['6', '宅基地使用权/房屋(构筑物)所有权', 'Use of a homestead / ownership of buildings'],
  ['7', '集体建设用地使用权', 'Use of collective construction land'],
  [
    '8',
    '集体建设用地使用权/房屋(构筑物)所有权',
    'Use of collective construction land / ownership of buildings',
  ],
  ['9', '土地承包经营权', 'Contracted farm land'],
  ['10', '土地承包经营权/森林、林木所有权', 'Contracted land / ownership of forest and trees'],
  ['11', '林地使用权', 'Use of forest land'],
  ['12', '林地使用权/森林、林木使用权', 'Use of forest land / use of forest and trees'],
  ['13', '草原使用权', 'Use of grassland'],
  ['14', '水域滩涂养殖权', 'Aquaculture in waters and tidal flats'],
  ['15', '海域使用权', 'Use of a sea area'],
  ['16', '海域使用权/构(建)筑物所有权', 'Use of a sea area / ownership of structures'],
  ['17', '无居民海岛使用权', 'Use of an uninhabited island'],
  ['18', '无居民海岛使用权/构(建)筑物所有权', 'Use of an uninhabited island / ownership of structures'],
  ['19', '地役权', 'Easement'],
  ['20', '取水权', 'Taking water'],
  ['21', '探矿权', 'Mineral exploration'],
  ['22', '采矿权', 'Mining'],
  ['99', '其它权利', 'Other right'],
])

/** 权利性质. 100 and 200 are headings. */
export const QLXZ = dictionary('QLXZ', '权利性质', 'How the right was granted', [
  ['100', '国有土地', 'State land'],
  ['101', '划拨', 'Allocated'],
  ['102', '出让', 'Granted for a price'],
  ['103', '作价出资(入股)', 'Contributed as capital'],
  ['104', '国有土地租赁', 'Leased from the state'],
  ['105', '授权经营', 'Authorised operation'],
  ['106', '家庭承包', 'Household contract'],
  ['107', '其它方式承包', 'Other contract'],
  ['200', '集体土地', 'Collective land'],
  ['201', '家庭承包', 'Household contract'],
  ['202', '其它方式承包', 'Other contract'],
  ['203', '批准拨用', 'Approved for use'],
  ['204', '入股', 'Contributed as shares'],
  ['205', '联营', 'Joint operation'],
])

/** 规划用途 of a building. 10, 20, 30, 40, 50 and 80 are headings that old records use as codes. */
export const GHYT = dictionary('GHYT', '规划用途', 'Planned use of the building', [
  ['10', '住宅', 'Residential'],
  ['11', '成套住宅', 'Self-contained home'],
  ['111', '别墅', 'Villa'],
  ['112', '高档公寓', 'High-end flat'],
  ['12', '非成套住宅', 'Home without own facilities'],
  ['13', '集体宿舍', 'Dormitory'],
  ['20', '工业、交通、仓储', 'Industry, transport, storage'],
  ['21', '工业', 'Industry'],
  ['22', '公共设施', 'Public utility'],
  ['23', '铁路', 'Railway'],
  ['24', '民航', 'Civil aviation'],
  ['25', '航运', 'Shipping'],
  ['26', '公共运输', 'Public transport'],
  ['27', '仓储', 'Storage'],
  ['30', '商业、金融、信息', 'Commerce, finance, information'],
  ['31', '商业服务', 'Commercial services'],
  ['32', '经营', 'Trade'],
  ['33', '旅游', 'Tourism'],
  ['34', '金融保险', 'Finance and insurance'],
  ['35', '电讯信息', 'Telecommunications'],
  ['40', '教育、医疗、卫生、科研', 'Education, health, research'],
  ['41', '教育', 'Education'],
  ['42', '医疗卫生', 'Health'],
  ['43', '科研', 'Research'],
  ['50', '文化、娱乐、体育', 'Culture, leisure, sport'],
  ['51', '文化', 'Culture'],
  ['52', '新闻', 'Press'],
  ['53', '娱乐', 'Entertainment'],
  ['54', '园林绿化', 'Gardens'],
  ['55', '体育', 'Sport'],
  ['60', '办公', 'Offices'],
  ['70', '军事', 'Military'],
  ['80', '其它', 'Other'],
  ['81', '涉外', 'Foreign missions'],
  ['82', '宗教', 'Religion'],
  ['83', '监狱', 'Prison'],
  ['84', '物管用房', 'Property management'],
])

/** 房屋结构. */
export const FWJG = dictionary('FWJG', '房屋结构', 'Structure of the building', [
  ['1', '钢结构', 'Steel'],
  ['2', '钢和钢筋混凝土结构', 'Steel and reinforced concrete'],
  ['3', '钢筋混凝土结构', 'Reinforced concrete'],
  ['4', '混合结构', 'Mixed'],
  ['5', '砖木结构', 'Brick and timber'],
  ['6', '其它结构', 'Other'],
])

/** 房屋性质. */
export const FWXZ = dictionary('FWXZ', '房屋性质', 'Nature of the housing', [
  ['0', '市场化商品房', 'Market housing'],
  ['1', '动迁房', 'Relocation housing'],
  ['2', '配套商品房', 'Supporting market housing'],
  ['3', '公共租赁住房', 'Public rental housing'],
  ['4', '廉租住房', 'Low-rent housing'],
  ['5', '限价普通商品住房', 'Price-capped market housing'],
  ['6', '经济适用住房', 'Affordable housing'],
  ['7', '定销商品房', 'Designated-sale housing'],
  ['8', '集资建房', 'Housing by pooled funds'],
  ['9', '福利房', 'Welfare housing'],
  ['99', '其它', 'Other'],
])

/** 共有方式. */
export const GYFS = dictionary('GYFS', '共有方式', 'Manner of holding', [
  ['0', '单独所有', 'Held alone'],
  ['1', '共同共有', 'Held jointly'],
  ['2', '按份共有', 'Held by shares'],
  ['3', '其它共有', 'Held otherwise'],
])

/** 证件种类. 8 is not in the 2015 standard; later systems use it. */
export const ZJZL = dictionary('ZJZL', '证件种类', 'Identity document', [
  ['1', '身份证', 'Identity card'],
  ['2', '港澳台身份证', 'Hong Kong, Macao or Taiwan identity card'],
  ['3', '护照', 'Passport'],
  ['4', '户口簿', 'Household register'],
  ['5', '军官证(士兵证)', 'Military card'],
  ['6', '组织机构代码', 'Organisation code'],
  ['7', '营业执照', 'Business licence'],
  ['8', '统一社会信用代码', 'Unified social credit code'],
  ['99', '其它', 'Other'],
])

/** 权利人类型. */
export const QLRLX = dictionary('QLRLX', '权利人类型', 'Kind of holder', [
  ['1', '个人', 'Individual'],
  ['2', '企业', 'Enterprise'],
  ['3', '事业单位', 'Public institution'],
  ['4', '国家机关', 'State organ'],
  ['99', '其它', 'Other'],
])

/** 抵押方式. */
export const DYFS = dictionary('DYFS', '抵押方式', 'Kind of mortgage', [
  ['1', '一般抵押', 'Ordinary mortgage'],
  ['2', '最高额抵押', 'Maximum-amount mortgage'],
])

/** 收件类型: what of a paper was handed in. */
export const SJLX = dictionary('SJLX', '收件类型', 'Form of the paper received', [
  ['1', '原件正本', 'Original'],
  ['2', '正本复印件', 'Copy of the original'],
  ['3', '原件副本', 'Duplicate'],
  ['4', '副本复印件', 'Copy of the duplicate'],
  ['5', '手稿', 'Manuscript'],
  ['99', '其它', 'Other'],
])

/** 土地用途, GB/T 21010-2017: the classes, and the kinds a city registers most. Leading zeros count. */
export const TDYT = dictionary('TDYT', '土地用途', 'Use of the land', [
  ['01', '耕地', 'Arable land'],
  ['02', '园地', 'Orchards and plantations'],
  ['03', '林地', 'Forest land'],
  ['04', '草地', 'Grassland'],
  ['05', '商服用地', 'Commercial land'],
  ['0501', '零售商业用地', 'Retail'],
  ['0502', '批发市场用地', 'Wholesale markets'],
  ['0503', '餐饮用地', 'Catering'],
  ['0504', '旅馆用地', 'Hotels'],
  ['0505', '商务金融用地', 'Business and finance'],
  ['06', '工矿仓储用地', 'Industrial, mining and storage land'],
  ['0601', '工业用地', 'Industry'],
  ['0604', '仓储用地', 'Storage'],
  ['07', '住宅用地', 'Residential land'],
  ['0701', '城镇住宅用地', 'Urban housing'],
  ['0702', '农村宅基地', 'Rural homesteads'],
  ['08', '公共管理与公共服务用地', 'Public administration and services'],
  ['0801', '机关团体用地', 'Public bodies'],
  ['0803', '教育用地', 'Education'],
  ['0805', '医疗卫生用地', 'Health'],
  ['0809', '公用设施用地', 'Public utilities'],
  ['09', '特殊用地', 'Special land'],
  ['10', '交通运输用地', 'Transport land'],
  ['1008', '港口码头用地', 'Ports and docks'],
  ['11', '水域及水利设施用地', 'Waters and water works'],
  ['12', '其他土地', 'Other land'],
])

/** Every table by its short name. */
export const dictionaries = {
  DJLX,
  QLLX,
  QLXZ,
  GHYT,
  FWJG,
  FWXZ,
  GYFS,
  ZJZL,
  QLRLX,
  DYFS,
  SJLX,
  TDYT,
} as const
