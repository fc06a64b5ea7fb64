import { expect, test } from 'vitest'
import { getQuery, performAct, RefusedError } from './client.ts'
import { intentionFor } from './useAct.ts'

const answering = (status: number, body: string) =>
  (async () => new Response(body, { status })) as typeof fetch
const cut = (async () => {
  throw new TypeError('Failed to fetch')
}) as typeof fetch
const refusal = {
  code: 'same_person',
  clause: '6.2',
  message: { zh: '须由另一人办理。', en: 'Must be another person.' },
}

test('an act carries its request id, its input and the header of our own pages', async () => {
  let seen: [string, RequestInit] | null = null
  const fetcher = (async (url: string, init: RequestInit) => {
    seen = [url, init]
    return new Response('{"ok":true,"actId":"a","result":{"n":1}}')
  }) as unknown as typeof fetch
  expect(await performAct('case.accept', 'r-1', { caseId: 'c' }, fetcher)).toEqual({
    ok: true,
    actId: 'a',
    result: { n: 1 },
  })
  const [url, init] = seen!
  expect(url).toBe('/api/acts/case.accept')
  expect(init.method).toBe('POST')
  expect(new Headers(init.headers).get('x-mingbu')).toBe('1')
  expect(JSON.parse(String(init.body))).toEqual({ requestId: 'r-1', input: { caseId: 'c' } })
})

test.each([
  ['a refusal is a value', answering(403, JSON.stringify({ ok: false, refusal })), 'same_person'],
  ['a cut network is a value', cut, 'network_cut'],
  ['an answer that is no JSON is a value', answering(502, '<html>'), 'unreadable_answer'],
  ['an error without a refusal is a value', answering(500, '{"error":1}'), 'unreadable_answer'],
])('%s', async (_, fetcher, code) => {
  const outcome = await performAct('case.accept', 'r-1', {}, fetcher)
  expect(outcome.ok ? 'done' : outcome.refusal.code).toBe(code)
})

test('a refused query throws its refusal; empty parameters are left out', async () => {
  await expect(
    getQuery('worklist', {}, undefined, answering(401, JSON.stringify({ ok: false, refusal }))),
  ).rejects.toThrow(RefusedError)
  let address = ''
  const fetcher = (async (url: string) => {
    address = url
    return new Response('[]')
  }) as unknown as typeof fetch
  await getQuery('worklist', { scope: 'mine', stage: '', after: null, n: 0 }, undefined, fetcher)
  expect(address).toBe('/api/worklist?scope=mine&n=0')
})

test('the same wish keeps its request id, another wish gets another', () => {
  const first = intentionFor(null, 'case.accept', { caseId: 'c' })
  expect(intentionFor(first, 'case.accept', { caseId: 'c' })).toBe(first)
  expect(intentionFor(first, 'case.accept', { caseId: 'd' }).requestId).not.toBe(first.requestId)
  expect(intentionFor(first, 'case.refuse', { caseId: 'c' }).requestId).not.toBe(first.requestId)
})
