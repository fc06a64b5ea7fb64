import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../kernel/refusal.ts'
import type { FileStore } from './files.ts'

export const sessionCookie = 'mingbu_session'
/** By which a browser is known as the same device, whoever signs in. */
export const deviceCookie = 'mingbu_device'

/** Sends a refusal as every refusal is sent. */
export function answer(reply: FastifyReply, refusal: Refusal, actId: string | null = null): FastifyReply {
  return reply.code(refusal.status).header('cache-control', 'no-store').send({ ok: false, actId, refusal })
}

/** Sends a kept file, to be shown and not to be kept again. */
export function sendFile(reply: FastifyReply, files: FileStore, file: string, media: string): FastifyReply {
  return reply
    .type(media)
    .header('cache-control', 'private, no-store')
    .header('content-disposition', 'inline')
    .send(files.read(file))
}

/** The session token of a request with the secret of its device behind it, or null. Neither opens anything alone. */
export function tokenOf(request: FastifyRequest): Uint8Array | null {
  const token = secretIn(request, sessionCookie)
  return token && Buffer.concat([token, deviceOf(request) ?? Buffer.alloc(0)])
}

/** The secret by which the device of a request is known, or null. */
export const deviceOf = (request: FastifyRequest): Buffer | null => secretIn(request, deviceCookie)

function secretIn(request: FastifyRequest, cookie: string): Buffer | null {
  const text = request.cookies[cookie]
  return text && /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : null
}

/** Where a request came from, for the trace. */
export function whereFrom(request: FastifyRequest) {
  return { address: request.ip, workstation: String(request.headers['x-workstation'] ?? '').slice(0, 100) }
}
