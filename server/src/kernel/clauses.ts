import type { ClauseId, Text } from './refusal.ts'

/** A clause of the notice (条款), what it is about, and the part it stands in. */
export interface Clause {
  id: ClauseId
  title: Text
}

const clause = (id: ClauseId, zh: string, en: string): Clause => ({ id, title: { zh, en } })

/** All 36 clauses, in the order of the notice. */
export const clauses: readonly Clause[] = [
  clause('1.1', '领导责任', 'Chain of responsibility'),
  clause('1.2', '自查、互查与抽查', 'Self-check, mutual check, spot check'),
  clause('2.1', '完善工作制度', 'Rules kept current'),
  clause('2.2', '统一业务标准', 'One standard for the whole city'),
  clause('2.3', '推进试点', 'Pilots'),
  clause('3.1', '窗口坐班：落实时间', 'Leaders at the window: when'),
  clause('3.2', '窗口坐班：明确岗位', 'Leaders at the window: where'),
  clause('3.3', '窗口坐班：遵守制度', 'Leaders at the window: how'),
  clause('3.4', '窗口坐班：解决问题', 'Leaders at the window: problems solved'),
  clause('4.1', '规范档案管理', 'Files'),
  clause('4.2', '档案借阅', 'Borrowing of files'),
  clause('4.3', '登记资料查询', 'Enquiries'),
  clause('4.4', '证书专人管理与清册', 'Keeping and issue of certificates'),
  clause('4.5', '作废证书的销毁', 'Destruction of spoiled certificates'),
  clause('4.6', '证书与印章分开管理', 'Certificates and seals kept apart'),
  clause('5.1', '印章定人管理', 'Seals: one keeper'),
  clause('5.2', '印章定人使用', 'Seals: one user'),
  clause('5.3', '印章定点放置', 'Seals: one place'),
  clause('6.1', '提升系统功能', 'A complete registration system'),
  clause('6.2', '按流程办理，杜绝一人办到底', 'Nobody carries a case alone'),
  clause('6.3', '一人一号', 'One person, one account'),
  clause('6.4', '操作留痕可追溯', 'Every operation leaves a trace'),
  clause('6.5', '规范延伸办理', 'Only the centre accepts'),
  clause('6.6', '与银行、法院对账', 'Reconciliation with banks and courts'),
  clause('6.7', '权限按需开放', 'Rights by need only'),
  clause('7.1', '窗口检查', 'Window inspections'),
  clause('7.2', '案卷评查', 'Case file reviews'),
  clause('7.3', '办理情况抽查', 'Random checks of the database'),
  clause('7.4', '监督落实整改', 'Rectification'),
  clause('7.5', '岗位风险防控', 'Risk by post'),
  clause('8.1', '思想引领', 'Study'),
  clause('8.2', '把好入口关', 'Recruitment'),
  clause('8.3', '把握动态', 'Talks with staff'),
  clause('8.4', '培训技能', 'Training'),
  clause('8.5', '保障权益', 'Staff care'),
  clause('8.6', '严格监管', 'Breaches'),
]

/** The eight parts of the notice, by the number before the dot. */
export const clauseParts: Readonly<Record<string, Text>> = {
  '1': { zh: '一、风险防控工作', en: '1 Answering for risk' },
  '2': { zh: '二、工作规范', en: '2 Rules and standards' },
  '3': { zh: '三、领导干部窗口坐班', en: '3 Leaders at the window' },
  '4': { zh: '四、档案及证书（明）', en: '4 Files and certificates' },
  '5': { zh: '五、印章', en: '5 Seals' },
  '6': { zh: '六、系统安全', en: '6 System security' },
  '7': { zh: '七、日常监督', en: '7 Supervision' },
  '8': { zh: '八、队伍建设', en: '8 Staff' },
}
