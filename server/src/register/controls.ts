import { control } from '../kernel/control.ts'

control({
  id: '6.7-purpose',
  clause: '6.7',
  kind: 'guard',
  title: {
    zh: '查看登记信息须有目的和职责，逐次留痕',
    en: 'A look at the register needs a purpose and a duty, and is recorded each time',
  },
  acts: ['register.view', 'register.holdings', 'register.holders', 'case.open'],
})
control({
  id: '6.7-holder-sees',
  clause: '6.7',
  kind: 'report',
  title: {
    zh: '权利人凭证书可查谁看过自己的登记簿',
    en: 'With the certificate in hand, the holder sees who looked at the register page',
  },
  acts: ['register.ownLooks'],
})
