import { control } from '../../kernel/control.ts'

control({
  id: '3.1-window-duty',
  clause: '3.1',
  kind: 'guard',
  title: {
    zh: '领导干部窗口值班：当日起止，由他人确认，不得在同一件中办两个环节',
    en: 'Leaders at the window: within one day, confirmed by somebody else, never two stages of one case',
  },
  acts: ['window.begin', 'window.confirm', 'temporary.refuse'],
  refusals: ['window_leader', 'window_post', 'window_one_day', 'confirm_own'],
})
control({
  id: '6.7-cover',
  clause: '6.7',
  kind: 'guard',
  title: {
    zh: '代岗有期限、不扩权，由负责人申请、安全管理员同意',
    en: 'Cover has an end and widens nothing; a leader asks, the security administrator approves',
  },
  acts: ['cover.ask', 'cover.approve', 'temporary.refuse'],
  refusals: ['cover_own', 'cover_bounded', 'cover_conflict', 'cover_not_away', 'confirm_own'],
})
