import { control } from '../../kernel/control.ts'
import { faultKinds } from './watch.ts'

control({
  id: '6.7-application',
  clause: '6.7',
  kind: 'guard',
  title: {
    zh: '权限须申请，由岗位负责人和安全管理员两人审批，到期自动终止',
    en: 'A right is asked for, approved by the leader of the post and the security administrator, and ends by itself',
  },
  acts: ['access.request', 'access.approve', 'access.refuse', 'access.withdraw', 'access.end'],
})
control({
  id: '6.2-conflicting-rights',
  clause: '6.2',
  kind: 'guard',
  title: {
    zh: '不相容职责不得授予同一人：申请时、授予时各查一次',
    en: 'Conflicting duties never go to one person: checked when asked for and when granted',
  },
  acts: ['access.request', 'access.approve', 'people.enrol'],
  refusals: ['access_conflict', 'duty_conflict'],
})
control({
  id: '6.7-administrators',
  clause: '6.7',
  kind: 'guard',
  title: {
    zh: '三员分立，管理员不得处理自己的账号和权限',
    en: 'Three administrators exclude one another, and none acts on their own account or rights',
  },
  acts: ['access.request', 'access.approve', 'access.refuse', 'access.end'],
  refusals: ['access_own', 'access_own_asking', 'access_own_admin'],
})
control({
  id: '6.7-case-bound',
  clause: '6.7',
  kind: 'guard',
  title: {
    zh: '登记簿页只供正在办理该单元案件的人查看，其他目的须与职责相符',
    en: 'A register page opens for who handles a case on its unit; any other purpose must be one the duty serves',
  },
  acts: ['register.view', 'register.print', 'register.holdings', 'case.open'],
  refusals: ['look_without_case', 'look_purpose_not_yours', 'business_not_granted'],
})
control({
  id: '6.7-odd-looks',
  clause: '6.7',
  kind: 'detector',
  title: {
    zh: '越权尝试、异常查询自动发现',
    en: 'Attempts beyond one’s scope and odd looks are found',
  },
  findings: Object.keys(faultKinds),
})
control({
  id: '6.7-quarterly-review',
  clause: '6.7',
  kind: 'obligation',
  title: {
    zh: '负责人每季度复核所负责的权限',
    en: 'Every leader reviews the rights in their charge each quarter',
  },
  acts: ['access.review', 'access.closeReview'],
  findings: ['access_review_overdue', 'access_unconfirmed'],
  obligations: ['access.review'],
})
