import { expect, test } from 'vitest'
import { confirmAct, getQuery, performAct, RefusedError } from './client.ts'
import type { Ask, Confirmation } from './stepUp.ts'
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

const prepared = { ok: true, title: { zh: '登簿', en: 'Record' }, nonce: 'n', challenge: 'c' }
const wrongCode = {
  code: 'wrong_code',
  clause: '6.3',
  message: { zh: '动态口令不正确。', en: 'The code is wrong.' },
}

test('a refused confirmation is asked for again under a new request id, and shows why; going back does nothing', async () => {
  const sent: { url: string; body: { requestId: string; nonce?: string; confirmation?: Confirmation } }[] = []
  const fetcher = (async (url: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body))
    sent.push({ url, body })
    if (url.startsWith('/api/prepare/')) return new Response(JSON.stringify(prepared))
    const done = body.confirmation.code === '222222'
    return new Response(
      JSON.stringify(done ? { ok: true, actId: 'a', result: {} } : { ok: false, refusal: wrongCode }),
      { status: done ? 200 : 403 },
    )
  }) as unknown as typeof fetch
  const asked: Ask[] = []
  const codes = ['111111', '222222']
  const ask = async (one: Ask): Promise<Confirmation | null> => {
    asked.push(one)
    const code = codes.shift()
    return code ? { kind: 'totp', code } : null
  }
  const about = { ask, about: '某件' }
  expect(await confirmAct('case.record', 'r-1', {}, about, fetcher)).toMatchObject({ ok: true })
  expect(asked.map(({ refusal }) => refusal?.code ?? null)).toEqual([null, 'wrong_code'])
  expect(sent.map(({ url }) => url)).toEqual([
    '/api/prepare/case.record',
    '/api/acts/case.record',
    '/api/prepare/case.record',
    '/api/acts/case.record',
  ])
  expect(sent[1]!.body).toMatchObject({ requestId: 'r-1', nonce: 'n' })
  expect(sent[3]!.body.requestId).toBe(sent[2]!.body.requestId)
  expect(sent[3]!.body.requestId).not.toBe('r-1')
  expect(await confirmAct('case.record', 'r-2', {}, about, fetcher)).toBeNull()
  expect(sent.at(-1)!.url).toBe('/api/prepare/case.record')
})
