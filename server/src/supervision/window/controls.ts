import { control } from '../../kernel/control.ts'
import { windowKinds } from './periodic.ts'

control({
  id: '3.1-quota',
  clause: '3.1',
  kind: 'obligation',
  title: {
    zh: '坐班次数按岗位到期：市登记局负责人每年每区 1 次，科长、中心负责人每月 1 次，中层每月 2 次',
    en: 'Turns fall due by post: bureau heads yearly in each district, section and centre heads monthly, middle managers twice a month',
  },
  acts: ['window.setQuota'],
  refusals: ['quota_ahead', 'quota_own', 'quota_place', 'quota_post'],
  findings: ['window_duty_missing'],
  obligations: windowKinds,
})
control({
  id: '3.1-half-day',
  clause: '3.1',
  kind: 'detector',
  title: {
    zh: '每次至少半个工作日：按签到签退实测，不足的不计（R-61）',
    en: 'Half a working day each time, measured from signing in to signing out; shorter ones do not count (R-61)',
  },
  acts: ['window.signIn', 'window.signOut'],
  refusals: ['turn_open_hours', 'turn_one_open', 'turn_once'],
  findings: ['window_turn_short'],
})
control({
  id: '3.2-post',
  clause: '3.2',
  kind: 'detector',
  title: {
    zh: '按排班在指定窗口岗位坐班：一般在受理岗，其他岗位写明需要；排了没坐的即成问题',
    en: 'At the post and window planned: acceptance, another with its reason; a planned turn nobody sat is a finding',
  },
  acts: ['window.plan', 'window.cancelTurn', 'window.askSwap', 'window.answerSwap', 'window.decideSwap'],
  refusals: [
    'rota_post',
    'rota_need',
    'rota_one_at_a_window',
    'rota_person_once',
    'turn_held',
    'turn_as_planned',
  ],
  findings: ['window_rota_missed'],
})
control({
  id: '3.3-signature',
  clause: '3.3',
  kind: 'guard',
  title: {
    zh: '坐班办理的业务由坐班领导本人签名，签名印在受理凭证、审批表上；没有签名的坐班不计（R-62）',
    en: 'What is handled in a turn is signed by the leader, on the slip and the form; a turn without a signature does not count (R-62)',
  },
  acts: ['case.signAtWindow'],
  refusals: ['window_no_turn', 'window_not_handled', 'window_signed'],
  findings: ['window_turn_unsigned'],
})
control({
  id: '3.3-conduct',
  clause: '3.3',
  kind: 'ledger',
  title: {
    zh: '作息、着装、操作规范逐次自查，未签退按下班时间计并成问题',
    en: 'Hours, dress and procedure are checked each time; a forgotten sign-out is counted to closing and found',
  },
  acts: ['window.signOut', 'window.watch'],
  refusals: ['turn_note', 'turn_not_yours'],
  findings: ['window_signout_missing', 'window_selfcheck'],
  // Due is a turn that closing time ended and on which nothing was said yet.
  ledgers: [
    {
      name: { zh: '未作说明的坐班', en: 'Turn on which nothing was said' },
      page: '/window/coverage',
      figures: ['due'],
      lines: `
        select e.district, e.turn_id::text as id, p.name || ' ' || kernel.day_of(e.at) as label, e.act_id, true as due
        from supervision.window_end e
          join supervision.window_turn t on t.district = e.district and t.id = e.turn_id join kernel.person p on p.id = t.person_id
        where not exists (select from supervision.window_statement s where s.district = e.district and s.turn_id = e.turn_id)`,
    },
  ],
})
control({
  id: '3.4-problems',
  clause: '3.4',
  kind: 'detector',
  title: {
    zh: '坐班发现的问题进入整改，没有发现的明确写明',
    en: 'Problems seen at the window are put right; where none were seen it is said',
  },
  acts: ['window.raise', 'window.signOut'],
  refusals: ['turn_either', 'turn_stated'],
  findings: ['window_problem', 'window_turn_unstated'],
})
