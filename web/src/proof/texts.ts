import { defineTexts } from '../i18n/texts.ts'

export const proofTexts = defineTexts(
  {
    verifying: '正在您的浏览器中验证',
    verified: '已在您的浏览器中验证通过',
    failed: '验证未通过，请勿采信，并向登记机构核实',
    explain: '验证由您的浏览器独立完成，不依赖本网站的说法：只要登记机构公布的公钥可信，结果就可信。',
    steps: {
      facts: '页面所示内容与登记时承诺的内容一致',
      field: '承诺的内容属于该次登记行为',
      tree: '该次登记行为在日志第 {index} 号，包含在 {size} 条的检查点内',
      signature: '检查点由“{origin}”的密钥签名',
    },
    good: '通过',
    bad: '未通过',
    raw: '查看证明原文',
    download: '下载证明（JSON）',
    key: '公钥',
    checkpoint: '检查点原文',
    leafText: '日志条目原文',
    path: '包含路径（{count} 个哈希）',
    notYet: '该行为尚未写入已签名的检查点，通常只需一两秒。',
    retry: '再试一次',
  },
  {
    verifying: 'Verifying in your browser',
    verified: 'Verified in your browser',
    failed: 'Does NOT verify: do not rely on it, and ask the registration office',
    explain:
      'Your browser verified this by itself without taking this site’s word: if the office’s published key is right, so is the result.',
    steps: {
      facts: 'What is shown is what was committed at the time',
      field: 'What was committed belongs to this act',
      tree: 'The act is leaf {index} of the log, under the checkpoint of {size} leaves',
      signature: 'The checkpoint is signed with the key of “{origin}”',
    },
    good: 'passed',
    bad: 'failed',
    raw: 'See the proof itself',
    download: 'Download the proof (JSON)',
    key: 'Public key',
    checkpoint: 'Checkpoint as signed',
    leafText: 'Leaf as logged',
    path: 'Inclusion path ({count} hashes)',
    notYet: 'The act is not under a signed checkpoint yet; that usually takes a second or two.',
    retry: 'Try again',
  },
)
