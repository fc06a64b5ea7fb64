import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../kernel/refusal.ts'

export const sessionCookie = 'mingbu_session'

/** Sends a refusal as every refusal is sent. */
export function answer(reply: FastifyReply, refusal: Refusal, actId: string | null = null): FastifyReply {
  return reply.code(refusal.status).header('cache-control', 'no-store').send({ ok: false, actId, refusal })
}

/** The session token of a request, or null. */
export function tokenOf(request: FastifyRequest): Uint8Array | null {
  const text = request.cookies[sessionCookie]
  return text && /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : null
}

/** Where a request came from, for the trace. */
export function whereFrom(request: FastifyRequest) {
  return { address: request.ip, workstation: String(request.headers['x-workstation'] ?? '').slice(0, 100) }
}
