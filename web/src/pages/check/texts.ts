import { defineTexts } from '../../i18n/texts.ts'

export const checkTexts = defineTexts(
  {
    title: '不动产登记查验',
    product: '明簿',
    loading: '正在查验',
    certificate: '不动产权证书',
    receipt: '受理凭证',
    number: { certificate: '证书号', receipt: '受理编号' },
    unit: '不动产单元号',
    location: '坐落',
    office: '登记机构',
    unknown: '查无此证',
    forged:
      '没有这个查验码。请核对二维码是否完整；若证书上印的就是这个码，证书可能是伪造的，请向登记机构核实。',
    privacy: '本页不显示任何人的姓名和证件号码。',
    asOf: '查验时间 {at}',
    keys: '各登记机构的公钥与最新检查点',
    scope: '证明说的是登记机构当时登记了什么；现在是否仍然有效，以上方登记机构此刻的答复为准。',
    stray: {
      office: '所附证明是另一个登记机构的行为，不是本页所示登记机构的，不能证明本证。',
      refused: '所附证明是一次未获准许的行为，不能证明本证。',
    },
    unableTitle: '您的浏览器不能验证签名，无法断定真伪',
    unableHint:
      '其余各步已经通过。请换用较新的浏览器，并用 https 开头的地址打开本页；也可抄下证书号向登记机构核实。',
    marks: { good: '通过', bad: '未通过', unchecked: '未能检查' },
  },
  {
    title: 'Check a registration paper',
    product: 'Mingbu',
    loading: 'Checking',
    certificate: 'Title certificate',
    receipt: 'Acceptance receipt',
    number: { certificate: 'Certificate number', receipt: 'Case number' },
    unit: 'Unit code',
    location: 'Location',
    office: 'Registration office',
    unknown: 'No such paper',
    forged:
      'There is no such code. Check that the QR code is complete; if it is printed on a certificate, the paper may be forged: ask the registration office.',
    privacy: 'No names or identity numbers are shown on this page.',
    asOf: 'Checked {at}',
    keys: 'Keys and newest checkpoints of every office',
    scope:
      'The proof says what the office registered at the time; whether it still stands is the office’s answer of this moment, above.',
    stray: {
      office:
        'The proof that came with this is of an act of another office, not of the one shown; it proves nothing about this paper.',
      refused:
        'The proof that came with this is of an act that was refused; it proves nothing about this paper.',
    },
    unableTitle: 'Your browser cannot verify signatures, so this is neither proven nor disproven',
    unableHint:
      'Every other step passed. Use a newer browser and open this page at its https address, or ask the registration office about the number above.',
    marks: { good: 'passed', bad: 'failed', unchecked: 'could not be checked' },
  },
)
