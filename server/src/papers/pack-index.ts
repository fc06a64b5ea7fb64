import type { Typeset } from '../platform/documents/typeset.ts'
import type { PackIndexFacts } from './facts.ts'
import { fact, type PaperTime, printPaper, wideFact } from './frame.ts'
import { zhDay, zhMoment } from './wording.ts'

const template = `
#show: sheet
#set par(justify: false)
#heading-of-paper("Audit pack: index and how to check it")
#facts(d.facts)
#part("一、怎样核对 How to check")
#for step in d.steps {
  block(below: 7pt)[#step.no. #step.zh #linebreak() #text(8.5pt, fill: luma(80), step.en)
    #for line in step.commands { block(above: 4pt, below: 0pt, inset: (left: 10pt), text(8pt, line)) }]
}
#part("二、日志 Logs")
#for log in d.logs {
  block(below: 8pt, breakable: false, facts(log))
}
#part("三、须有的签名 Policy")
#for line in d.policy { block(below: 4pt, text(8pt, line)) }
#part("四、公开的行为内容 Opened acts")
#listing((1fr, 40mm, 30mm, 20mm), ("行为 Act", "名称 Title", "日志 Log", "序号 Leaf"), d.opened)
#part("五、文件 Files")
#set text(8pt)
#set table(inset: (x: 4pt, y: 3pt))
#let path(text) = text.split("/").map(box).join([/] + sym.zws)
#let hash(text) = range(0, text.len(), step: 16).map(i => box(text.slice(i, i + 16))).join()
#table(columns: (1fr, 20mm, 84mm), align: (left, right, left),
  table.header(..("文件 File", "字节 Bytes", "SHA-256").map(h => table.cell(fill: luma(244), align: center, text(weight: 700, h)))),
  ..d.files.map(f => (path(f.at(0)), f.at(1), text(6.5pt, hash(f.at(2))))).flatten())
`

/** What a pack of so many files still lists one by one; beyond it the tiles of a log are one line. */
export const listedFilesMax = 600

/** 审计包目录: what is inside with its SHA-256, period, sizes, roots, whose signatures are needed, how to check. */
export function packIndex(facts: PackIndexFacts, time: PaperTime): Promise<Typeset> {
  const period =
    facts.since === null && facts.until === null
      ? '全部'
      : `${facts.since ? zhDay(facts.since) : '最早'} 至 ${facts.until ? zhDay(facts.until) : zhDay(facts.madeAt)}`
  const data = {
    facts: [
      fact('制作时间', zhMoment(facts.madeAt, { seconds: true })),
      fact('台账期间', period),
      wideFact('制作人', facts.madeBy),
    ],
    steps: steps.map((step, i) => ({ no: `${i + 1}`, ...step })),
    logs: facts.logs.map((log) => [
      fact('登记机构', log.office),
      fact('行为条数', String(log.size)),
      wideFact('日志名称', log.origin),
      wideFact('根哈希', log.root),
      wideFact(
        '见证',
        log.witnesses.length === 0
          ? '无（按本包的规则不要求）'
          : `${log.witnesses.length} 家：${log.witnesses.join('、')}`,
      ),
      wideFact('文件夹', `${log.folder}（分片 ${log.tiles}，条目包 ${log.bundles}，${log.bytes} 字节）`),
    ]),
    policy: facts.policy,
    opened: facts.opened.map(({ act, title, district, index }) => [act, title, district, String(index)]),
    files: [
      ...facts.files.map(({ path, size, sha256 }) => [path, String(size), sha256]),
      ...facts.groups.map(({ path, files, size, sha256 }) => [
        `${path}（${files} 个文件）`,
        String(size),
        sha256,
      ]),
    ],
  }
  return printPaper(facts, { title: '审计包目录', foot: '不依赖本系统即可核对' }, template, data, time)
}

const steps: readonly { zh: string; en: string; commands: readonly string[] }[] = [
  {
    zh: '核对规则（policy）须从别处取得：向见证单位或上级主管部门索取，与第三部分逐行比较。规则不同，以下核对都没有意义。',
    en: 'Get the policy from somebody else, such as a witness or the higher authority, and compare it with part three. Nothing below means anything under another policy.',
    commands: [],
  },
  {
    zh: '在任何电脑上用浏览器打开包内 verify.html，把整个文件夹或压缩包拖入。不需要网络，也不需要安装。',
    en: 'Open verify.html in a browser on any computer and drop the folder or the zip file on it. It needs no network and nothing installed.',
    commands: [],
  },
  {
    zh: '核对文件完整：SHA256SUMS 列出除它自己以外的全部文件。',
    en: 'Check that the files are whole: SHA256SUMS lists all but itself.',
    commands: ['sha256sum -c SHA256SUMS'],
  },
  {
    zh: '用本系统的程序离线核对，不需要数据库：',
    en: 'Check offline with our own program, without a database:',
    commands: ['mingbu verify --from . --policy policy-from-elsewhere'],
  },
  {
    zh: '用他人的程序核对：源码中 foreign/ 里的 Go 程序只用 golang.org/x/mod，openssl.sh 只用 openssl。',
    en: 'Check with code of other people: the Go program in foreign/ of the sources uses golang.org/x/mod alone, openssl.sh only openssl.',
    commands: [
      'checklog -policy policy-from-elsewhere -log logs/haishu -old logs/haishu/checkpoints',
      'openssl.sh logs/haishu/checkpoint policy-from-elsewhere',
    ],
  },
  {
    zh: '多个文件并为一行的，SHA-256 是它们在 SHA256SUMS 中各行（含换行）依次相连的 SHA-256。台账由数据库导出，行为编号和日志序号可与日志逐条对照。',
    en: 'Where several files are one line, its SHA-256 is that of their lines in SHA256SUMS, newlines included. The ledgers come from the database; compare their act ids and leaf numbers with the log.',
    commands: [],
  },
]
