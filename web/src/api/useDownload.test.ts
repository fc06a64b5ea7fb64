import { expect, test } from 'vitest'
import { type Coming, download } from './useDownload.ts'

const refused = {
  ok: false,
  refusal: { code: 'book_too_long', clause: '4.4', message: { zh: '太长', en: 'long' } },
}
const file = (parts: string[], cut = false) =>
  new Response(
    new ReadableStream({
      pull(controller) {
        const part = parts.shift()
        if (part !== undefined) controller.enqueue(new TextEncoder().encode(part))
        else if (cut) controller.error(new Error('cut'))
        else controller.close()
      },
    }),
    { headers: { 'content-type': 'text/plain', 'x-mingbu-lines': '2' } },
  )
async function tried(answer: () => Promise<Response>) {
  const saved: { name: string; text: string }[] = []
  const told: Coming[] = []
  const blobs: Promise<unknown>[] = []
  const refusal = await download(
    '/x',
    'book.xlsx',
    (one) => told.push(one),
    answer,
    (name, blob) => {
      blobs.push(blob.text().then((text) => saved.push({ name, text })))
    },
  )
  await Promise.all(blobs)
  return { code: refusal?.code ?? null, saved, told }
}

test('a file is told of as it comes, and saved when it is whole', async () => {
  expect(await tried(async () => file(['one', 'four']))).toEqual({
    code: null,
    saved: [{ name: 'book.xlsx', text: 'onefour' }],
    told: [
      { bytes: 3, lines: 2 },
      { bytes: 7, lines: 2 },
    ],
  })
})

test.each([
  ['is cut in the middle', async () => file(['one'], true), 'network_cut'],
  ['never comes', () => Promise.reject(new TypeError('no network')), 'network_cut'],
  ['is refused', async () => Response.json(refused, { status: 422 }), 'book_too_long'],
  [
    'is answered with no words of ours',
    async () => new Response('<html>', { status: 502 }),
    'unreadable_answer',
  ],
])('a file that %s is not saved, and that is said', async (_, answer, code) => {
  expect(await tried(answer)).toMatchObject({ code, saved: [] })
})
