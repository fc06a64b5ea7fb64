import { control } from '../../kernel/control.ts'

control({
  id: '6.2-proof',
  clause: '6.2',
  kind: 'report',
  title: {
    zh: '职责分离证明：走遍所有岗位组合与办理顺序，逐条规则去掉必有漏洞',
    en: 'Proof of the separation of duties: every set of duties and order is walked, and each rule is shown to be needed',
  },
  acts: ['duties.prove', 'duties.proved'],
})
