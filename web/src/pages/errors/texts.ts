import { defineTexts } from '../../i18n/texts.ts'

export const errorTexts = defineTexts(
  {
    notFoundTitle: '没有这个页面',
    notFoundBody: '地址可能写错了，或该内容不在您的查看范围内。',
    home: '回到首页',
    faultTitle: '页面出现故障',
    faultBody: '这是程序的错误，不是您的操作问题。已提交的办理不受影响。',
    reload: '重新加载',
    details: '故障信息',
  },
  {
    notFoundTitle: 'No such page',
    notFoundBody: 'The address may be wrong, or this is outside what you may see.',
    home: 'Back to the first page',
    faultTitle: 'This page failed',
    faultBody:
      'This is a fault in the program, not something you did. Whatever was submitted is not affected.',
    reload: 'Reload',
    details: 'What went wrong',
  },
)
