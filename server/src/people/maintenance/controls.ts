import { control } from '../../kernel/control.ts'

control({
  id: '6.2-maintenance',
  clause: '6.2',
  kind: 'guard',
  title: {
    zh: '改配置、升级、恢复、解锁、重建索引：申请、审批、实施三人分立，一份指令只用一次',
    en: 'Configuration, migration, restore, unlock and reindex: asked for, approved and carried out by three persons; an order is used once',
  },
  acts: [
    'maintenance.request',
    'maintenance.approve',
    'maintenance.refuse',
    'maintenance.execute',
    'maintenance.report',
  ],
  refusals: ['order_three_persons', 'order_own_account', 'same_person'],
})
