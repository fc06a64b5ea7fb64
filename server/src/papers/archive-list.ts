import type { Typeset } from '../platform/documents/typeset.ts'
import { formatUnitCode } from '../values/unitCode.ts'
import type { ArchiveListFacts } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhDay } from './wording.ts'

const template = `
#show: sheet
#heading-of-paper(none)
#facts(d.facts)
#v(6pt)
#listing((12mm, 25mm, 1fr, 24mm, 33mm, 16mm, 17mm), ("序号", "文号", "文件题名", "责任者", "日期", "页号", "备注"), d.items)
#v(6pt)
#block(breakable: false)[
  #text(weight: 700, "备考")#h(1em)#d.count
  #if d.difference != none { linebreak(); text(weight: 700, fill: rgb("#a8071a"), d.difference) }
]
#v(8pt)
#block(breakable: false, grid(columns: (1fr, 74mm), column-gutter: 6mm, qr-note("扫码核对本案卷："),
  align(right)[立卷单位：#f.office \\ 立卷人：#d.archivist \\ #d.day]))
`

/** How long a file is kept, as its papers say it. */
export const termNames = { permanent: '永久', long: '30年', short: '10年' } as const

/** 卷内目录 of a case file with its 备考: one case, one file, pages counted twice. */
export function archiveList(facts: ArchiveListFacts, time: PaperTime): Promise<Typeset> {
  let next = 1
  const items = facts.items.map((item, i) => {
    const first = next
    next += item.pages
    return [
      `${i + 1}`,
      item.documentNumber ?? '/',
      item.title,
      item.author ?? '/',
      item.date === null ? '/' : zhDay(item.date),
      pageRange(first, item.pages),
      item.note ?? '',
    ]
  })
  const pages = next - 1
  const data = {
    facts: [
      fact('档号', facts.archiveNumber ?? '待编'),
      fact('存放位置', facts.place),
      fact('受理编号', facts.caseNumber),
      fact('归档日期', zhDay(facts.archivedAt)),
      fact('保管期限', termNames[facts.term]),
      fact('页数', `${pages}`),
      wideFact('登记事项', facts.business),
      wideFact('申请人', facts.applicants.join('、')),
      wideFact('坐落', facts.location),
      wideFact('不动产单元号', formatUnitCode(facts.unitCode)),
    ],
    items,
    count: `本卷共 ${facts.items.length} 件，目录合计 ${pages} 页，立卷人清点 ${facts.pagesCounted} 页。`,
    difference:
      facts.pagesCounted === pages
        ? null
        : `清点页数与目录相差 ${Math.abs(facts.pagesCounted - pages)} 页，应查明原因并在此注明。`,
    archivist: facts.archivist,
    day: zhDay(facts.archivedAt),
  }
  return printPaper(facts, { title: '卷内目录', foot: `受理编号 ${facts.caseNumber}` }, template, data, time)
}

const pageRange = (first: number, pages: number) =>
  pages === 0 ? '/' : pages === 1 ? `${first}` : `${first}-${first + pages - 1}`
