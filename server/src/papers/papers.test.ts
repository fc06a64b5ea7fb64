import { getDocument, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { describe, expect, test } from 'vitest'
import type { Typeset } from '../platform/documents/typeset.ts'
import {
  acceptanceReceipt,
  approvalForm,
  archiveList,
  certificate,
  custodyBook,
  notice,
  packIndex,
  registerPage,
} from './papers.ts'
import * as sample from './samples.ts'

const time = { createdAt: Temporal.Instant.from('2026-03-05T01:12:00Z') }

/** Every paper with a plain case and the longest one, and how many pages each may take. */
const papers: [name: string, print: () => Promise<Typeset>, pages: number][] = [
  ['acceptance receipt', () => acceptanceReceipt(sample.receipt, time), 1],
  ['supplement notice', () => notice(sample.supplement, time), 1],
  ['non-acceptance notice', () => notice(sample.nonAcceptance, time), 1],
  ['refusal notice', () => notice(sample.refusal, time), 1],
  ['approval form', () => approvalForm(sample.approval, time), 1],
  ['archive list', () => archiveList(sample.archive, time), 1],
  ['register page', () => registerPage(sample.page, time), 3],
  ['certificate', () => certificate(sample.title, time), 2],
  ['certificate of two holders', () => certificate(sample.sharedTitle, time), 2],
  ['custody book', () => custodyBook(sample.custody, time), 1],
  ['long custody book', () => custodyBook(sample.longCustody, time), 21],
  ['long acceptance receipt', () => acceptanceReceipt(sample.longReceipt, time), 3],
  ['long notice', () => notice(sample.longNotice, time), 4],
  ['long approval form', () => approvalForm(sample.longApproval, time), 5],
  ['long archive list', () => archiveList(sample.longArchive, time), 5],
  ['long register page', () => registerPage(sample.longPage, time), 4],
  ['long certificate', () => certificate(sample.longTitle, time), 3],
  ['pack index', () => packIndex(sample.pack, time), 2],
  ['long pack index', () => packIndex(sample.longPack, time), 15],
]

describe.each(papers)('%s', (_name, print, pages) => {
  test(`takes ${pages} pages, each with its number and the demo mark`, async () => {
    const paper = await print()
    const read = await readPdf(paper)
    expect(paper.pages).toBe(pages)
    expect(read.pages).toHaveLength(pages)
    read.pages.forEach((page, i) => {
      expect(page.text).toContain(`第${i + 1}页共${pages}页`)
      expect(page.text).toContain('演示样本DEMO')
    })
  })

  test('is PDF/A-2b with its fonts inside', async () => {
    const paper = await print()
    const bytes = paper.pdf.toString('latin1')
    expect(bytes).toMatch(/pdfaid:part>2<|pdfaid:part="2"/)
    expect(bytes).toMatch(/pdfaid:conformance>B<|pdfaid:conformance="B"/)
    const { fonts } = await readPdf(paper)
    expect(fonts.length).toBeGreaterThan(0)
    // Six letters and a plus mark a subset that is in the file; pdf.js says when it had to make do without one.
    for (const font of fonts) {
      expect(font.name).toMatch(/^[A-Z]{6}\+NotoSerifSC/)
      expect(font.missing).toBe(false)
    }
  })

  test('keeps every text inside the margins', async () => {
    const { pages: read } = await readPdf(await print())
    for (const page of read)
      for (const item of page.items) {
        expect(item.left, item.text).toBeGreaterThan(50)
        expect(item.right, item.text).toBeLessThan(page.width - 50)
        expect(item.bottom, item.text).toBeGreaterThan(20)
        expect(item.bottom, item.text).toBeLessThan(page.height - 25)
      }
  })

  test('has the same bytes for the same facts and time', async () => {
    const [one, two] = [await print(), await print()]
    expect(one.pdf.equals(two.pdf)).toBe(true)
  })
})

describe('what the papers say', () => {
  const says = async (paper: Promise<Typeset>, ...texts: string[]) => {
    const { text } = await readPdf(await paper)
    for (const one of texts) expect(text).toContain(squeeze(one))
    return text
  }

  test('custody book: its period, both balances, first and last numbers, hands, and the log it was printed under', async () => {
    await says(
      custodyBook(sample.custody, time),
      '2026年1月1日 至 2026年3月4日',
      '期初',
      'D33600000100',
      '王缮证',
      '70000 条',
    )
    await says(custodyBook(sample.longCustody, time), '盘点期间不显示结存')
  })

  test('receipt and notices name the electronic seal they bear, and none where they bear none', async () => {
    const seal = '海曙区登记受理专用章 演-1-E'
    await says(acceptanceReceipt({ ...sample.receipt, seal }, time), `电子印章 ${seal}`)
    await says(notice({ ...sample.supplement, seal }, time), `电子印章 ${seal}`)
    const { text } = await readPdf(await acceptanceReceipt(sample.receipt, time))
    expect(text).not.toContain('电子印章')
  })

  test('receipt: number, people with masked ids, materials and their pages, both limits, what one may do', async () => {
    const text = await says(
      acceptanceReceipt(sample.receipt, time),
      '不动产登记受理凭证',
      '3302032026030500012',
      '2026年3月5日 09:12',
      '330203 001002 GB00012 F00010301',
      '转让方 张演示 身份证 330203********9014',
      '受让方 李样本 身份证 330212********1235 王代理（经公证委托）',
      '4 房屋买卖合同 原件正本 6',
      '收到的申请材料（共 5 件 14 页）',
      '承诺办结 2026年3月10日',
      '法定期限 2026年4月17日',
      '全体申请人可以共同书面申请撤回',
      sample.receipt.checkUrl!,
      '陈受理',
    )
    expect(text.indexOf('张演示')).toBeLessThan(text.indexOf('李样本'))
  })

  test('receipt without known limits promises none', async () => {
    await says(
      acceptanceReceipt({ ...sample.receipt, promisedDue: null, legalDue: null }, time),
      '承诺办结 另行告知',
      '自受理之日起三十个工作日',
    )
  })

  test('supplement notice: everything in one numbered list, and until when', async () => {
    const text = await says(
      notice(sample.supplement, time),
      '补正告知书',
      '张演示、李样本：',
      '需要补正的全部材料（共 2 项）',
      '1 授权委托书 委托事项缺少“领取不动产权证书”，请补写并由委托人签名',
      '2 完税凭证 未提交',
      '请于2026年3月20日前提交',
    )
    expect(text).not.toContain('行政复议')
  })

  test('non-acceptance: no case number, reasons, articles and both remedies with their terms', async () => {
    const text = await says(
      notice(sample.nonAcceptance, time),
      '不予受理通知书',
      '尚未受理',
      '应向宁波市鄞州区不动产登记中心申请',
      '《不动产登记暂行条例》第十七条第一款第四项',
      '六十日内，依法向有管辖权的行政复议机关申请行政复议',
      '六个月内，依法向有管辖权的人民法院提起行政诉讼',
    )
    expect(text).not.toContain('3302032026030500012')
  })

  test('refusal names the organ and the court when they are known', async () => {
    await says(
      notice(sample.refusal, time),
      '不予登记告知书',
      '（2026）浙0203执12号',
      '宁波市海曙区人民政府',
      '宁波市海曙区人民法院提起行政诉讼',
    )
  })

  test('approval form: what changes, the money in words, and each opinion with its person and time', async () => {
    const text = await says(
      approvalForm(sample.approval, time),
      '登记前权利人 张演示',
      '登记后权利人 李样本 2/3、赵样本 1/3',
      '1,234,567.80 元（壹佰贰拾叁万肆仟伍佰陆拾柒元捌角）',
      '抵押权 演示银行股份有限公司宁波分行 800,000.00 元 2021年3月1日',
      '受理意见 材料齐全，符合法定形式，予以受理。 签名：陈受理 2026年3月5日 09:12:33',
      '初审意见 权属清楚，界址清楚，同意转移登记。 签名：吴初审',
      '复审意见 同意初审意见。 签名：周复审',
      '登簿 准予登簿。 签名：郑登簿 2026年3月9日 09:00:01',
    )
    expect(text).not.toContain('草稿')
  })

  test('approval form is a draft until recorded; a review nobody asks for is not missing', async () => {
    await says(
      approvalForm(sample.draftApproval, time),
      '草稿：审批尚未完成',
      '本业务不需复审',
      '登簿（尚未办理）',
      '无抵押、查封、异议、预告登记',
    )
    const { text } = await readPdf(
      await approvalForm({ ...sample.draftApproval, recording: sample.approval.recording }, time),
    )
    expect(text).not.toContain('草稿')
  })

  test('register page: sections, times to the second, history labelled, a waiting seizure without a term', async () => {
    const text = await says(
      registerPage(sample.page, time),
      '截至 2026年3月12日 10:00:00 的权利状况',
      '【历史】',
      '【现势】',
      '李样本（身份证 330212********1235，份额 2/3）、赵样本',
      '由原登记簿转入',
      '债务履行期限 2021年3月1日 起 2041年3月1日 止',
      '【注销】',
      '债权已清偿',
      '查封期限 2026年3月10日 起 2029年3月9日 止',
      '【轮候】',
      '轮候期间不计期限',
      '五、异议登记 无',
      '其它不动产买卖预告',
      '查询用途：受理登记申请',
      '打印人：陈受理',
    )
    expect(text.indexOf('【历史】')).toBeLessThan(text.indexOf('【现势】'))
  })

  test('register page as it was known at an earlier time says so', async () => {
    await says(
      registerPage({ ...sample.page, knownAt: '2026-03-01T00:00:00Z' }, time),
      '（按 2026年3月1日 08:00:00 时的记载）',
    )
  })

  test('certificate: every printed field, the blank, and the plan with corners, lengths, north and scale', async () => {
    await says(
      certificate(sample.title, time),
      '浙(2026)宁波市海曙不动产权第0000001号',
      '编号 №33001234567',
      '权利人 李样本',
      '共有情况 单独所有',
      '权利类型 国有建设用地使用权/房屋(构筑物)所有权',
      '权利性质 出让/市场化商品房',
      '用途 城镇住宅用地/成套住宅',
      '共有宗地面积 12,345.60 平方米/房屋建筑面积 89.35 平方米',
      '2005年1月1日 起 2075年1月1日 止',
      '分摊建筑面积：17.25 平方米',
      '权利人证件：身份证 330212200002291235',
      '原不动产权证书：浙(2019)宁波市海曙不动产权第0000906号。',
      '宁波市自然资源和规划局 2026年3月9日',
      'J1',
      'J6',
      '60.48',
      '12幢301室',
      '北',
      '1:1000',
    )
  })

  test('certificate of co-owners: the shares beside the holding, and everyone in the list', async () => {
    await says(
      certificate(sample.sharedTitle, time),
      '按份共有：李样本 2/3、赵样本 1/3',
      '2 赵样本 身份证 330205198001010004 1/3',
    )
    await says(
      certificate(sample.longTitle, time),
      '按份共有，份额见附记',
      '50 共有人甲50号 身份证 330212200002291235 1/50',
      '本证无附图',
    )
  })

  test('archive list: page numbers run on, and a miscount is printed', async () => {
    const text = await says(
      archiveList(sample.archive, time),
      '1 / 不动产登记申请书',
      '1-2',
      '3-8',
      '目录合计 9 页，立卷人清点 9 页',
      'A-HA-01-03',
    )
    expect(text).not.toContain('相差')
    await says(archiveList({ ...sample.archive, pagesCounted: 7 }, time), '清点页数与目录相差 2 页')
  })

  test('long lists repeat their head on every page they reach', async () => {
    const { pages } = await readPdf(await archiveList(sample.longArchive, time))
    for (const page of pages.slice(0, -1)) expect(page.text).toContain('序号文号文件题名责任者日期页号备注')
    const receipt = await readPdf(await acceptanceReceipt(sample.longReceipt, time))
    expect(receipt.text).toContain('共有人甲1号')
    expect(receipt.text).toContain('共有人甲50号')
  })

  test('text that looks like markup prints as typed, and 500 characters all arrive', async () => {
    await says(
      acceptanceReceipt(sample.longReceipt, time),
      sample.hostile,
      sample.longText.slice(0, 200),
      'A'.repeat(150),
    )
    await says(approvalForm(sample.draftApproval, time), sample.hostile)
    await says(certificate(sample.longTitle, time), sample.hostile + sample.longText)
    await says(approvalForm(sample.longApproval, time), sample.longText)
  })

  test('an opinion or an entry longer than a page goes on to the next', async () => {
    const opinion = { ...sample.approval.firstReview!, opinion: '极长的意见。'.repeat(500) }
    const form = await readPdf(await approvalForm({ ...sample.approval, firstReview: opinion }, time))
    expect(form.text.match(/极/g)).toHaveLength(500)
    expect(form.pages.length).toBeGreaterThan(2)
    for (const { items } of form.pages) for (const { bottom } of items) expect(bottom).toBeGreaterThan(20)
    await says(
      registerPage(sample.longPage, time),
      sample.hostile,
      '共有人甲50号（身份证330212********1235，份额1/50）',
    )
  })

  test('a character without a glyph is shown by its code, never lost and never a fault', async () => {
    const name = '\u{20bb7}田😀\u202e\u0001\ud800'
    await says(
      notice({ ...sample.supplement, applicants: [name] }, time),
      '〓(U+20BB7)田〓(U+1F600)〓(U+202E)〓(U+0001)〓(U+D800)',
    )
  })

  test('only a demo carries the mark, and without a check page there is no QR code', async () => {
    const plain = await readPdf(
      await acceptanceReceipt({ ...sample.receipt, demo: false, checkUrl: null }, time),
    )
    expect(plain.text).not.toContain('DEMO')
    expect(plain.text).not.toContain('扫码')
  })
})

/** Without white space: layout, not content, decides where a line ends. */
const squeeze = (text: string) => text.replace(/[\s\u200b]+/g, '')

async function readPdf({ pdf }: Typeset) {
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise
  const fonts = new Map<string, { name: string; missing: boolean }>()
  const pages = []
  for (let i = 1; i <= document.numPages; i++) pages.push(await readPage(await document.getPage(i), fonts))
  await document.destroy()
  return { pages, text: pages.map(({ text }) => text).join(''), fonts: [...fonts.values()] }
}

async function readPage(page: PDFPageProxy, fonts: Map<string, { name: string; missing: boolean }>) {
  const { width, height } = page.getViewport({ scale: 1 })
  const { items } = await page.getTextContent()
  await page.getOperatorList()
  const texts = items.flatMap((item) => ('str' in item ? [item] : []))
  for (const { fontName } of texts) {
    const font = page.commonObjs.get(fontName) as { name: string; missingFile?: boolean }
    fonts.set(font.name, { name: font.name, missing: font.missingFile ?? false })
  }
  // The mark runs across the page on purpose; everything else is upright.
  const upright = texts.filter(({ str, transform }) => str.trim() !== '' && transform[1] === 0)
  const placed = upright.map((item) => ({
    text: item.str,
    left: item.transform[4],
    right: item.transform[4] + item.width,
    bottom: item.transform[5],
  }))
  return { width, height, text: squeeze(texts.map(({ str }) => str).join('')), items: placed }
}
