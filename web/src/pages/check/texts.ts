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
  },
)
