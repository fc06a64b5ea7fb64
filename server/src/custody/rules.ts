import { refuser } from '../kernel/refusal.ts'

export const refuseKeeping = refuser({
  own_delivery: {
    status: 403,
    clause: '4.4',
    zh: '登记入库的人不能自己清点，须由另一人清点。',
    en: 'Whoever entered a delivery does not count it; another person does.',
  },
  delivery_counted: { clause: '4.4', zh: '这批证书已清点入库。', en: 'This delivery has been counted.' },
  delivery_differs: {
    status: 422,
    clause: '4.4',
    zh: '清点数与送货单不符：送货单 {listed} 本，实点 {counted} 本，请逐本核对并列出缺少的号码。',
    en: 'The count does not agree: the papers say {listed}, {counted} were counted. Check each and list the numbers that are missing.',
  },
  not_in_delivery: {
    status: 422,
    clause: '4.4',
    zh: '所列号码不在这批送货单内。',
    en: 'A number listed is not in this delivery.',
  },
  taker_unfit: {
    status: 422,
    clause: '4.4',
    zh: '接收人须是本机构有缮证或证书保管职责的在岗人员。',
    en: 'The taker must be of this office and hold certificate printing or keeping.',
  },
  own_hand: {
    status: 403,
    clause: '4.4',
    zh: '交出和接收须是两个人。',
    en: 'Giver and taker are two persons.',
  },
  not_for_you: {
    status: 403,
    clause: '4.4',
    zh: '这张交接单不是交给您的。',
    en: 'This hand-over is not addressed to you.',
  },
  hand_over_ended: {
    clause: '4.4',
    zh: '这张交接单已签收、退回或撤销。',
    en: 'This hand-over has been signed for, declined or withdrawn.',
  },
  not_keeper: {
    status: 403,
    clause: '4.4',
    zh: '库存只由保管人交出和收回。',
    en: 'Only the keeper gives from the store and takes back into it.',
  },
  photo_unknown: {
    status: 422,
    clause: '4.5',
    zh: '没有这份上传的文件，请重新拍照上传。',
    en: 'This upload is not known; take and upload the picture again.',
  },
  void_where: {
    status: 409,
    clause: '4.5',
    zh: '这些号码不全在同一处，请按所在位置分别作废。',
    en: 'These numbers do not all lie in one place; void them place by place.',
  },
  nothing_void: {
    clause: '4.5',
    zh: '没有待销毁的作废证书。',
    en: 'There is nothing void that waits for destruction.',
  },
  superior_only: {
    status: 403,
    clause: '4.5',
    zh: '销毁须由上级（市局）批准。',
    en: 'A destruction is approved by the superior bureau of the city.',
  },
  four_persons: {
    status: 403,
    clause: '4.5',
    zh: '申请人、批准人和两名监销人须是四个人。',
    en: 'Who asks, who approves and the two witnesses are four persons.',
  },
  destruction_order: {
    clause: '4.5',
    zh: '销毁须按“申请、批准、监销一、监销二”的顺序进行。',
    en: 'A destruction is asked for, approved, and then witnessed by one and by another.',
  },
  minutes_missing: {
    status: 422,
    clause: '4.5',
    zh: '第一名监销人须上传销毁记录和现场照片。',
    en: 'The first witness uploads minutes and photographs.',
  },
  destruction_gone: {
    clause: '4.5',
    zh: '清单上的号码已不在待销毁处。',
    en: 'Numbers of the list no longer lie among what is void.',
  },
  count_own: {
    status: 403,
    clause: '4.6',
    zh: '保管人不能盘点自己手中的保管物。',
    en: 'Nobody counts what they hold themselves.',
  },
  count_twice: {
    clause: '4.6',
    zh: '此处正在盘点。',
    en: 'This place is being counted already.',
  },
  count_not_yours: {
    status: 403,
    clause: '4.6',
    zh: '初盘由发起人清点，复盘须由另一人清点。',
    en: 'The first count is taken by who began it, the second by another person.',
  },
  count_over: { clause: '4.6', zh: '这次盘点已结束。', en: 'This stock-take is over.' },
  difference_closed: { clause: '4.6', zh: '这项差异已经查清。', en: 'This difference has been explained.' },
  difference_own: {
    status: 403,
    clause: '4.6',
    zh: '盘点差异须由盘点人和保管人以外的人查清。',
    en: 'A difference is closed by someone who neither counted nor keeps what was counted.',
  },
  difference_outcome: {
    status: 422,
    clause: '4.6',
    zh: '盘亏的号码只能“找到”或“缺失”，盘盈的号码只能“已说明”。',
    en: 'What was missing is found or lost; what was too much is explained.',
  },
})
