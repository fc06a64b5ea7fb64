import { defineTexts } from '../i18n/texts.ts'

export const apiTexts = defineTexts(
  {
    networkCut: '网络不通，操作尚未确认。您填写的内容都在，恢复后请再点一次，不会重复办理。',
    downloadCut: '文件没有下载完整，没有保存。请再试一次。',
    unreadable: '服务器的答复无法读取，操作尚未确认。您填写的内容都在，请稍后再点一次，不会重复办理。',
    stopped: '已停止上传。',
    notConfirmed: '未确认，未办理。',
  },
  {
    networkCut:
      'The network is down and the action is not confirmed. Nothing you typed is lost; click again once it is back, it will not be done twice.',
    downloadCut: 'The file did not arrive whole and was not saved. Please try again.',
    unreadable:
      'The server’s answer could not be read and the action is not confirmed. Nothing you typed is lost; click again shortly, it will not be done twice.',
    stopped: 'The upload was stopped.',
    notConfirmed: 'Not confirmed; nothing was done.',
  },
)
