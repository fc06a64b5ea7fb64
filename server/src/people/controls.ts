import { control } from '../kernel/control.ts'

control({
  id: '6.3-one-account',
  clause: '6.3',
  kind: 'guard',
  title: { zh: '一人一号，一人一个有效会话', en: 'One person, one account, one live session' },
  acts: [
    'people.enrol',
    'people.proposeEnrolment',
    'people.approveEnrolment',
    'people.bootstrap',
    'session.signIn',
  ],
  refusals: ['second_account', 'identity_taken', 'identity_proposed', 'username_taken', 'bootstrap_once'],
})
control({
  id: '6.3-lockout',
  clause: '6.3',
  kind: 'guard',
  title: {
    zh: '连续输错密码，账号锁定、地址等待，时间递增',
    en: 'Wrong passwords lock the account and hold up the address, with growing delay',
  },
  acts: ['session.signIn'],
  refusals: ['wrong_password', 'account_locked', 'address_waits'],
  findings: ['address_many_names'],
})
const confirmationCodes = [
  'not_confirmed',
  'unknown_credential',
  'wrong_assertion',
  'other_site',
  'user_not_verified',
  'counter_back',
  'wrong_code',
  'code_used',
  'no_code_factor',
  'register_passkey',
  'confirmation_locked',
] as const
control({
  id: '6.2-officer-signature',
  clause: '6.2',
  kind: 'guard',
  title: {
    zh: '登簿、用印等重要操作由本人设备当场签名确认',
    en: 'Recording, sealing and other weighty acts are signed on the spot with the officer’s own device',
  },
  acts: ['case.record', 'case.seal', 'evidence.erase', 'audit.pack'],
  refusals: confirmationCodes,
})
control({
  id: '6.2-confirmed-by-code',
  clause: '6.2',
  kind: 'report',
  title: {
    zh: '用动态口令代替本人签名的重要操作，限量并计数',
    en: 'Weighty acts confirmed by a code instead of a signature: limited and counted',
  },
  ledgers: [
    {
      name: { zh: '本人确认的重要操作', en: 'Weighty act that was confirmed' },
      page: '/evidence/:id',
      figures: ['governed', 'due'],
      lines: `
        select c.district, c.act_id::text as id, p.name as label, c.act_id, true as governed, c.by_code as due
        from kernel.confirmed() c join kernel.person p on p.id = c.person_id`,
    },
  ],
})
control({
  id: '6.3-factors',
  clause: '6.3',
  kind: 'guard',
  title: {
    zh: '登录与添加设备须用已登记的设备确认，设备一人一把',
    en: 'Sign-ins and new devices are confirmed with a registered one; a device belongs to one person',
  },
  acts: ['factor.addFirst', 'factor.add', 'factor.end', 'factor.confirm'],
  refusals: [
    ...confirmationCodes,
    'not_first',
    'not_awaited',
    'credential_taken',
    'wrong_registration',
    'wrong_first_code',
  ],
  bars: ['device_needed'],
})
control({
  id: '6.3-quarter',
  clause: '6.3',
  kind: 'guard',
  title: {
    zh: '密码每季度必改，满期不改不能办理',
    en: 'The password is changed every quarter, or nothing else is possible',
  },
  acts: ['account.changePassword', 'account.activate'],
  refusals: ['password_weak', 'password_used', 'password_near', 'wrong_password', 'account_locked'],
  findings: ['password_overdue', 'password_unchanged'],
  bars: ['password_expired'],
  obligations: ['account.password'],
})
control({
  id: '6.3-ticket',
  clause: '6.3',
  kind: 'guard',
  title: {
    zh: '密码只有本人知道：一次性激活码',
    en: 'A password is known to its owner alone: one-time tickets',
  },
  acts: ['account.activate'],
  refusals: ['ticket_wrong', 'ticket_expired', 'ticket_used'],
  findings: ['ticket_misused'],
})
control({
  id: '6.3-window-lock',
  clause: '6.3',
  kind: 'guard',
  title: { zh: '离开即锁窗', en: 'An unattended window is locked' },
  acts: ['session.lock', 'session.unlock', 'session.end'],
  refusals: ['wrong_password', 'account_locked'],
  bars: ['session_locked'],
})
control({
  id: '6.3-no-sharing',
  clause: '6.3',
  kind: 'detector',
  title: { zh: '账号不得共用、设备不得混用', en: 'No shared accounts, no typing as another' },
  acts: ['session.signIn'],
  refusals: [],
  findings: [
    'token_carried',
    'account_two_places',
    'account_to_and_fro',
    'typed_as_another',
    'device_many_accounts',
    'passkey_copied',
  ],
})
control({
  id: '6.3-gone',
  clause: '6.3',
  kind: 'detector',
  title: { zh: '离岗、休假期间账号不得使用', en: 'No account is used on leave or after leaving' },
  acts: ['session.signIn'],
  refusals: ['absent', 'reset'],
  findings: ['leaver_active', 'used_on_leave', 'tried_on_leave'],
})
control({
  id: '6.3-office-hours',
  clause: '6.3',
  kind: 'detector',
  title: { zh: '非工作时间办件', en: 'Work out of office hours' },
  findings: ['out_of_hours'],
})

control({
  id: '1.1-chain',
  clause: '1.1',
  kind: 'detector',
  title: {
    zh: '责任链逐级到人，空缺即为问题',
    en: 'A named person at every level of responsibility; a vacant level is a finding',
  },
  findings: ['chain_vacant'],
  ledgers: [
    {
      name: { zh: '有人负责的层级', en: 'Level with a named person' },
      page: '/responsibility',
      figures: ['governed'],
      lines: `
        select distinct on (o.district, o.level) o.district, o.level as id, o.name_zh || ' ' || p.name as label, o.name_en || ' ' || p.name as label_en, h.act_id, true as governed from people.post o
          join people.holding h on h.district = o.district and h.post = o.id and h.during @> kernel.now() join kernel.person p on p.id = h.person_id
        where o.level is not null order by o.district, o.level, h.id`,
    },
  ],
})
control({
  id: '6.3-leavers',
  clause: '6.3',
  kind: 'guard',
  title: {
    zh: '离职、调岗、离岗一次办结：账号、会话、权限、岗位同时终止',
    en: 'Leaving, transfer and leave end account, sessions, grants and posts in one act',
  },
  acts: ['people.leave', 'people.settle', 'people.startLeave', 'people.recall', 'people.assignPost'],
  refusals: ['not_oneself', 'session_over'],
})
control({
  id: '6.3-leaver-custody',
  clause: '6.3',
  kind: 'detector',
  title: {
    zh: '离岗人员仍保管的证书、印章、档案',
    en: 'Blanks, seals and files still kept by who has left the post',
  },
  findings: ['leaver_custody'],
})
control({
  id: '6.7-two-administrators',
  clause: '6.7',
  kind: 'guard',
  title: {
    zh: '建档、重置、任职、岗位变更须一人提请、另一人批准，且不涉本人',
    en: 'Enrolment, reset, assignment and posts: one proposes, another decides, never for oneself',
  },
  acts: [
    'people.proposeEnrolment',
    'people.approveEnrolment',
    'account.requestReset',
    'account.approveReset',
    'people.proposeAssignment',
    'people.assignPost',
    'people.proposeName',
    'people.approveName',
    'people.declineProposal',
    'people.withdrawProposal',
  ],
  refusals: ['second_person', 'not_oneself', 'proposal_decided', 'proposal_not_yours'],
})
control({
  id: '7.5-posts',
  clause: '7.5',
  kind: 'ledger',
  title: {
    zh: '岗位登记：职责、风险等级、防控措施，变更须批准',
    en: 'Register of posts: duties, risk grade and measures; every change is approved',
  },
  acts: ['people.proposePost', 'people.approvePost', 'people.loadOrganisation'],
  refusals: ['leader_decides', 'measures_needed'],
  // A post somebody holds and that has no grade yet is work to do.
  ledgers: [
    {
      name: { zh: '岗位', en: 'Post' },
      page: '/posts',
      figures: ['governed', 'due'],
      lines: `
        select o.district, o.id, o.name_zh as label, o.name_en as label_en, o.act_id, o.risk is not null as governed, o.risk is null and exists (
          select from people.holding h where h.district = o.district and h.post = o.id and h.during @> kernel.now()) as due
        from people.post o where o.closed_at is null`,
    },
  ],
})
