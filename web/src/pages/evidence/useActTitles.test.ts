import { expect, test } from 'vitest'
import { actTitles } from './useActTitles.ts'

test('acts are named by type; queries, and the preparing of an act, are not acts', () => {
  const titles = actTitles({
    paths: {
      '/api/acts/case.accept': { post: { summary: '受理 / Accept' } },
      '/api/prepare/case.accept': { post: { summary: '确认：受理 / Confirm: Accept' } },
      '/api/acts': {},
      '/api/acts/{id}/proof': {},
    },
  })
  expect([...titles]).toEqual([['case.accept', { zh: '受理', en: 'Accept' }]])
})
