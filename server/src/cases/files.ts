import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { isRefusal } from '../kernel/act.ts'
import type { Kernel } from '../kernel/perform.ts'
import { refuser } from '../kernel/refusal.ts'
import { fileSizeMax } from '../platform/files.ts'
import { answer, sendFile, tokenOf, whereFrom } from '../platform/http.ts'
import { storeFile } from './acts.ts'

const max = `${fileSizeMax / 1024 / 1024} MB`
const refuse = refuser({
  file_missing: { status: 422, clause: '4.1', zh: '没有收到文件。', en: 'No file was received.' },
  too_large: {
    status: 413,
    clause: '4.1',
    zh: `文件太大，最多 ${max}。`,
    en: `The file is too large; at most ${max}.`,
  },
  empty: { status: 422, clause: '4.1', zh: '文件是空的。', en: 'The file is empty.' },
  wrong_type: {
    status: 415,
    clause: '4.1',
    zh: '只接受 PDF、JPEG、PNG 或 TIFF 文件。',
    en: 'Only PDF, JPEG, PNG or TIFF files are taken.',
  },
  not_what_it_claims: {
    status: 415,
    clause: '4.1',
    zh: '文件内容与它的扩展名或类型不符。',
    en: 'The file’s content is not what its name or type claims.',
  },
  picture_too_large: {
    status: 422,
    clause: '4.1',
    zh: '图片的像素太多，请降低扫描分辨率。',
    en: 'The picture has too many pixels; scan at a lower resolution.',
  },
  not_found: {
    status: 404,
    clause: '6.7',
    zh: '没有找到，或不在您的查看范围内。',
    en: 'Not found, or outside what you may see.',
  },
  broken: {
    status: 400,
    clause: '4.1',
    zh: '上传中断，请重新上传。',
    en: 'The upload broke off; please upload again.',
  },
})

/**
 * The two routes that carry bytes instead of JSON. An upload is the act `file.store`; a file is given only to
 * someone of the district whose case holds it.
 */
export function fileRoutes(app: FastifyInstance, kernel: Kernel): void {
  app.post(
    '/api/files',
    { config: { policy: { kind: 'signed_in', why: 'the act file.store decides' } } },
    async (request, reply) => {
      const who = await kernel.read(tokenOf(request), async () => true)
      if (isRefusal(who)) return answer(reply, who)
      let taken: Awaited<ReturnType<typeof kernel.deps.files.take>>
      try {
        const part = await request.file()
        if (!part)
          return answer(reply, {
            ...refuse('file_missing'),
            fields: [{ path: 'file', message: refuse('file_missing').message }],
          })
        taken = await kernel.deps.files.take(part.file, part.mimetype)
        if (part.file.truncated) taken = 'too_large'
      } catch (error) {
        request.log.info(
          { err: { message: error instanceof Error ? error.message : 'unknown' } },
          'upload broke off',
        )
        discardRest(request.raw)
        return answer(reply, refuse('broken'))
      }
      if (typeof taken === 'string') {
        discardRest(request.raw)
        return answer(reply, { ...refuse(taken), fields: [{ path: 'file', message: refuse(taken).message }] })
      }
      const outcome = await kernel.perform(storeFile, {
        token: tokenOf(request),
        requestId: randomUUID(),
        input: { file: taken.sha256, media: taken.type, bytes: taken.size },
        from: whereFrom(request),
      })
      if (!outcome.ok) return answer(reply, outcome.refusal, outcome.actId)
      return { ok: true, file: taken.sha256, media: taken.type, bytes: taken.size }
    },
  )

  app.get<{ Params: { id: string; file: string } }>(
    '/api/cases/:id/files/:file',
    { config: { policy: { kind: 'signed_in', why: 'files of cases of one’s own office' } } },
    async (request, reply) => {
      const { id, file } = request.params
      if (!/^[0-9a-f]{64}$/.test(file) || !/^[0-9a-f-]{36}$/.test(id))
        return answer(reply, refuse('not_found'))
      const found = await kernel.read(
        tokenOf(request),
        (ctx) => ctx.tx.maybe<{ media: string }>`
      select media from cases.material where district = ${ctx.district} and case_id = ${id}::uuid and file = ${file}
      union all select 'application/pdf' from cases.notice where district = ${ctx.district} and case_id = ${id}::uuid and file = ${file}
      union all select 'application/pdf' from register.certificate where district = ${ctx.district} and case_id = ${id}::uuid and file = ${file}`,
      )
      if (isRefusal(found)) return answer(reply, found)
      if (!found || !kernel.deps.files.has(file)) return answer(reply, refuse('not_found'))
      return sendFile(reply, kernel.deps.files, file, found.media)
    },
  )
}

const discardMs = 30_000

/**
 * Lets the rest of a refused upload run out: a browser reads our answer only once it has sent its own part. One
 * that never ends is cut off.
 */
function discardRest(raw: IncomingMessage): void {
  raw.unpipe()
  raw.resume()
  const cut = setTimeout(() => raw.destroy(), discardMs).unref()
  raw.once('close', () => clearTimeout(cut))
}
