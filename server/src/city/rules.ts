/** Rules of the demo city: of the bureau for every office, and of Haishu for its own. Questions carry their answers; only the seed sees this. */

export interface PlanQuestion {
  question: string
  options: readonly string[]
  answer: number
}
export interface PlanRule {
  title: string
  code: string
  kind: 'seals' | 'quality' | 'system' | 'business'
  body: string
  keeperPost: string
  posts: readonly string[]
  quiz: readonly PlanQuestion[]
}

/** 甬: the bureau's, for whoever keeps a seal anywhere. */
export const sealRule: PlanRule = {
  title: '不动产登记印章使用管理规定',
  code: '甬演登〔2026〕3号',
  kind: 'seals',
  keeperPost: 'registration_bureau_head',
  posts: ['seal_keeper'],
  body: `第一条 印章由专人保管、专人使用，一人一岗一章。保管人变动须办理交接，由另一人监交。
第二条 每次用印须对应一件业务和一份已缮制的文书，系统自动登记，不得补记。
第三条 严禁在空白证书、空白证明上盖章。
第四条 印章须放置在固定位置，与受理柜台保持安全距离；人员离开时上锁。
第五条 下班后印章集中保管。当日未交回的，列为问题当日查明。
第六条 未经负责人批准，不得将印章转交他人，不得携章外出，不得用于工作以外的事项。
第七条 印章损坏、遗失、停用的，按台账注明去向，由上级机构监督销毁。`,
  quiz: [
    {
      question: '同事忙不过来，请您代为盖章，怎么办？',
      options: ['盖了再补登记', '按规定办理交接并经负责人批准', '借给他用一次'],
      answer: 1,
    },
    {
      question: '证书还没有缮制，可以先盖好章备用吗？',
      options: ['可以', '只要登记就可以', '不可以'],
      answer: 2,
    },
    { question: '下班后印章放在哪里？', options: ['集中保管处', '自己的抽屉', '随身携带'], answer: 0 },
  ],
}

export const windowRule: PlanRule = {
  title: '窗口受理与一次性告知制度',
  code: '海演登〔2026〕1号',
  kind: 'business',
  keeperPost: 'registration_section_head',
  posts: ['window_clerk'],
  body: `第一条 受理人核验申请人身份，证件读卡；委托办理的，核验代理人和委托书。
第二条 材料不齐或不符合法定形式的，当场一次性书面告知需要补正的全部内容。
第三条 受理人不得参与本人受理案件的审核、登簿、缮证和用印。
第四条 受理时间、承诺时限和办理人在受理凭证上载明，申请人扫码可查。
第五条 窗口录音录像，离开窗口须锁屏。`,
  quiz: [
    {
      question: '发现材料缺两项，应当怎样告知？',
      options: ['先告知一项，补齐后再告知另一项', '一次性书面告知全部需要补正的内容', '口头告知即可'],
      answer: 1,
    },
    {
      question: '本人受理的案件，可以由本人初审吗？',
      options: ['可以', '经负责人同意可以', '不可以'],
      answer: 2,
    },
  ],
}
/** The same, amended: a day's rule on leaving the window is added. */
export const windowRuleAmended: PlanRule = {
  ...windowRule,
  code: '海演登〔2026〕6号',
  body: `${windowRule.body}
第六条 申请人对受理意见有异议的，受理人应当说明依据并告知救济途径，同时报告值班负责人。`,
  quiz: [
    ...windowRule.quiz,
    {
      question: '申请人对受理意见有异议，受理人应当？',
      options: ['说明依据、告知救济途径并报告值班负责人', '请其改日再来', '直接退回材料'],
      answer: 0,
    },
  ],
}

export const qualityRule: PlanRule = {
  title: '登记质量检查与整改制度',
  code: '海演登〔2026〕2号',
  kind: 'quality',
  keeperPost: 'centre_head',
  posts: [],
  body: `第一条 质量检查分自查、互查、抽查和年度案卷评查。
第二条 检查发现的问题书面通报，明确责任人、措施和期限，由发现人、整改人以外的人核实后销号。
第三条 逾期未整改的亮黄牌、红牌；屡改屡犯的点名通报。
第四条 检查人员不得检查本人经办的案件。`,
  quiz: [
    {
      question: '谁可以核实整改结果？',
      options: ['整改人自己', '发现人、整改人以外的人', '任何人'],
      answer: 1,
    },
  ],
}
