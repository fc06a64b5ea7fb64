import { control } from '../kernel/control.ts'

control({
  id: '6.3-one-account',
  clause: '6.3',
  kind: 'guard',
  title: { zh: '一人一号，一人一个有效会话', en: 'One person, one account, one live session' },
  acts: ['people.enrol', 'session.signIn'],
  refusals: ['second_account', 'identity_taken', 'username_taken'],
})
control({
  id: '6.3-lockout',
  clause: '6.3',
  kind: 'guard',
  title: { zh: '连续输错密码锁定，时间递增', en: 'Wrong passwords lock the account with growing delay' },
  acts: ['session.signIn'],
  refusals: ['wrong_password', 'account_locked'],
})
