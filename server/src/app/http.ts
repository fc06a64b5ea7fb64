import { randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import staticFiles from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { packRoutes } from '../audit/routes.ts'
import { surveyFileRoute } from '../cadastre/survey/file-route.ts'
import { fileRoutes } from '../cases/files.ts'
import { bookExportRoutes } from '../custody/book-export.ts'
import { custodyFileRoutes } from '../custody/files.ts'
import { logRoutes } from '../evidence/routes.ts'
import { type AnyAct, declaredActs, isRefusal } from '../kernel/act.ts'
import { readConfirmation } from '../kernel/confirm.ts'
import { invalid, type Kernel } from '../kernel/perform.ts'
import { type AnyQuery, declaredQueries } from '../kernel/query.ts'
import { type Refusal, refuser } from '../kernel/refusal.ts'
import { sessionRoutes } from '../people/routes.ts'
import { fileSizeMax } from '../platform/files.ts'
import { answer, deviceCookie, deviceOf, sessionCookie, tokenOf, whereFrom } from '../platform/http.ts'
import { metrics } from '../platform/metrics.ts'
import { type PolicedRoute, policeRoutes } from '../platform/route-policy.ts'
import { briefingRoutes } from '../supervision/board/briefing.ts'
import { inspectionRoutes } from '../supervision/inspections/paper-routes.ts'
import { meetingRoutes } from '../supervision/meetings/paper-routes.ts'
import { planRoutes } from '../supervision/plan/file-routes.ts'
import { rectificationRoutes } from '../supervision/rectification/paper-routes.ts'
import { ruleRoutes } from '../supervision/rulebook/file-routes.ts'
import { samplingRoutes } from '../supervision/sampling/export.ts'
import { openApi } from './openapi.ts'

const refuse = refuser({
  foreign_page: {
    status: 403,
    zh: '请求不是从本系统页面发出的，已拒绝。',
    en: 'This request did not come from our own pages and was refused.',
  },
  not_json: { status: 400, zh: '提交的内容不是有效的 JSON。', en: 'The request body is not valid JSON.' },
  too_large: {
    status: 413,
    zh: '提交的内容太大，最多 {max}。',
    en: 'The request is too large; at most {max}.',
  },
  wrong_media: { status: 415, zh: '不支持这种提交格式。', en: 'This media type is not supported.' },
  no_route: { status: 404, zh: '没有这个地址。', en: 'There is no such address.' },
  request_id: {
    status: 422,
    zh: '缺少有效的请求编号（requestId）。',
    en: 'A valid request id (requestId) is missing.',
  },
  method: { status: 405, zh: '此地址不支持这种请求方式。', en: 'This method is not allowed here.' },
  fault: {
    status: 500,
    zh: '系统出现故障，已记录，编号 {id}。您填写的内容没有丢失，请稍后重试。',
    en: 'Something went wrong on our side; it was logged as {id}. Nothing you typed is lost; please try again.',
  },
})

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** How long a stopping server waits for answers that are on their way. */
const closeGraceMs = 5_000

export interface HttpOptions {
  kernel: Kernel
  origin: string
  /** Folder of the built screens; null serves the API alone. */
  webDir: string | null
  metricsToken: string
  /** A reverse proxy on this machine stands in front. */
  behindProxy?: boolean
  logLevel: string
  /** Sequencer lag and size for /api/health. */
  health: () => Promise<Record<string, unknown>>
}

/** A built server, with every route and who may use it. */
export type PolicedServer = FastifyInstance & { policed: PolicedRoute[] }

/**
 * The one HTTP server. Routes are made from the declared acts and queries; the few written by hand declare their policy
 * themselves, and a route without one stops the server from being built. Every answer that is not a success has one shape: `{ok: false, refusal}`.
 */
export async function httpServer(options: HttpOptions): Promise<PolicedServer> {
  const { kernel } = options
  const app = Fastify({
    bodyLimit: 1024 * 1024,
    trustProxy: options.behindProxy ? 'loopback' : false,
    logger: {
      level: options.logLevel,
      redact: ['req.headers.cookie', 'req.headers.authorization'],
      serializers: { req: describeRequest },
    },
  })
  const police = policeRoutes(app)
  // The kernel validates input itself and says what is wrong in both languages; schemas here serve the documentation.
  app.setValidatorCompiler(() => () => true)
  await app.register(cookie)
  await app.register(multipart, { limits: { fileSize: fileSizeMax + 1, files: 1, fields: 10 } })

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(options.origin))
    if (request.method === 'GET' || request.method === 'HEAD') return
    const origin = request.headers.origin
    const sameOrigin =
      origin === undefined || origin === options.origin || origin === `http://${request.headers.host}`
    if (!sameOrigin || request.headers['x-mingbu'] !== '1') return answer(reply, refuse('foreign_page'))
  })
  // Acts under way are answered; whoever only holds the line is cut off.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), closeGraceMs).unref()
  })
  app.addHook('onResponse', async (request, reply) =>
    metrics.observe(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000),
  )
  app.setNotFoundHandler(async (request, reply) => {
    const isPage =
      request.method === 'GET' && !request.url.startsWith('/api/') && !request.url.startsWith('/log/')
    if (isPage && options.webDir && (request.headers.accept ?? '').includes('text/html'))
      return reply.sendFile('index.html')
    return answer(reply, refuse('no_route'))
  })
  app.setErrorHandler(async (error: Error & { code?: string; statusCode?: number }, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' || error.code === 'FST_REQ_FILE_TOO_LARGE')
      return answer(reply, refuse('too_large', { max: '1 MB' }))
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return answer(reply, refuse('wrong_media'))
    if (error instanceof SyntaxError || error.statusCode === 400) return answer(reply, refuse('not_json'))
    if (error.statusCode !== undefined && error.statusCode < 500)
      return answer(reply, { ...refuse('not_json'), status: error.statusCode })
    request.log.error(
      { err: { name: error.name, message: error.message, code: error.code, stack: error.stack } },
      'fault',
    )
    return answer(reply, refuse('fault', { id: request.id }))
  })

  for (const act of declaredActs()) actRoute(app, kernel, act)
  for (const act of declaredActs().filter((one) => one.highValue)) prepareRoute(app, kernel, act)
  for (const query of declaredQueries()) queryRoute(app, kernel, query)
  logRoutes(app, kernel)
  fileRoutes(app, kernel)
  surveyFileRoute(app, kernel)
  custodyFileRoutes(app, kernel)
  bookExportRoutes(app, kernel)
  briefingRoutes(app, kernel)
  rectificationRoutes(app, kernel)
  ruleRoutes(app, kernel)
  meetingRoutes(app, kernel)
  planRoutes(app, kernel)
  samplingRoutes(app, kernel)
  inspectionRoutes(app, kernel)
  packRoutes(app, kernel)
  sessionRoutes(app, kernel)
  const document = openApi(declaredActs(), declaredQueries(), options.origin)
  app.get(
    '/api/openapi.json',
    { config: { policy: { kind: 'public', why: 'what routes there are, and no data' } } },
    async () => document,
  )
  app.get(
    '/api/health',
    { config: { policy: { kind: 'public', why: 'that it works, and no data' } } },
    async (_request, reply) => {
      try {
        return { ok: true, ...(await options.health()) }
      } catch {
        return reply.code(503).send({ ok: false })
      }
    },
  )
  app.get(
    '/metrics',
    { config: { policy: { kind: 'operator', why: 'counts of requests by route' } } },
    async (request, reply) => {
      const forwarded =
        request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
      const loopback = !forwarded && (request.ip === '127.0.0.1' || request.ip === '::1')
      if (!loopback && !hasToken(request.headers.authorization, options.metricsToken))
        return answer(reply, refuse('no_route'))
      return reply.type(metrics.contentType).send(await metrics.text())
    },
  )
  if (options.webDir && existsSync(join(options.webDir, 'index.html'))) {
    const root = options.webDir
    await police.of({ kind: 'public', why: 'the screens, the same for everybody' }, () =>
      app.register(staticFiles, { root, cacheControl: false, setHeaders: cacheAssets, wildcard: false }),
    )
  }
  return Object.assign(app as FastifyInstance, { policed: police.all() })
}

function actRoute(app: FastifyInstance, kernel: Kernel, act: AnyAct): void {
  app.post(
    `/api/acts/${act.type}`,
    { config: { policy: { kind: 'act', type: act.type } } },
    async (request, reply) => {
      const body = request.body as {
        requestId?: unknown
        input?: unknown
        nonce?: unknown
        confirmation?: unknown
      } | null
      if (typeof body?.requestId !== 'string' || !uuid.test(body.requestId))
        return answer(reply, noRequestId())
      const nonce = typeof body.nonce === 'string' ? Buffer.from(body.nonce, 'hex') : null
      const device = act.type === 'session.signIn' ? (deviceOf(request) ?? randomBytes(32)) : null
      const confirmation = body.confirmation === undefined ? null : readConfirmation(body.confirmation)
      if (Array.isArray(confirmation)) return answer(reply, invalid(confirmation))
      const outcome = await kernel.perform(act, {
        token: tokenOf(request),
        requestId: body.requestId,
        input: device ? withDevice(body.input, device) : (body.input ?? {}),
        from: whereFrom(request),
        ...(nonce ? { nonce } : {}),
        ...(confirmation ? { confirmation } : {}),
      })
      if (!outcome.ok) return answer(reply, outcome.refusal, outcome.actId)
      const result = outcome.result as Record<string, unknown>
      if (act.type === 'session.signIn' && typeof result.token === 'string') {
        const kept = (name: string, value: string, seconds: number) =>
          reply.setCookie(name, value, {
            httpOnly: true,
            sameSite: 'strict',
            path: '/',
            maxAge: seconds,
            secure: request.protocol === 'https',
          })
        // The token's first half opens the session, its second half is the device's own and outlives it.
        kept(sessionCookie, result.token.slice(0, 64), 12 * 3600)
        kept(deviceCookie, device!.toString('hex'), deviceYears * 365 * 24 * 3600)
        return { ok: true, actId: outcome.actId, result: { ...result, token: '' } }
      }
      if (act.type === 'session.signOut') reply.clearCookie(sessionCookie, { path: '/' })
      return { ok: true, actId: outcome.actId, result }
    },
  )
}

/** How long a browser keeps the secret by which it is known as the same device. */
const deviceYears = 2

/** The input of a sign-in with the secret of the device it came from, whatever the body says of one. */
function withDevice(input: unknown, device: Buffer): unknown {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
    ? { ...input, device: device.toString('hex') }
    : (input ?? {})
}

/** The first half of an act that is confirmed: the exact command, and the nonce under which to carry it out. */
function prepareRoute(app: FastifyInstance, kernel: Kernel, act: AnyAct): void {
  app.post(
    `/api/prepare/${act.type}`,
    { config: { policy: { kind: 'prepare', type: act.type } } },
    async (request, reply) => {
      const body = request.body as { requestId?: unknown; input?: unknown } | null
      if (typeof body?.requestId !== 'string' || !uuid.test(body.requestId))
        return answer(reply, noRequestId())
      const outcome = await kernel.prepare(act, {
        token: tokenOf(request),
        requestId: body.requestId,
        input: body.input ?? {},
        from: whereFrom(request),
      })
      if (!outcome.ok) return answer(reply, outcome.refusal)
      const { nonce, command, challenge, expiresAt, confirmBy } = outcome.prepared
      return {
        ok: true,
        title: act.title,
        nonce,
        commandBase64: Buffer.from(command).toString('base64'),
        challenge,
        expiresAt: expiresAt.toString(),
        ...confirmBy,
      }
    },
  )
}

const noRequestId = (): Refusal => ({
  ...refuse('request_id'),
  fields: [{ path: 'requestId', message: refuse('request_id').message }],
})

function queryRoute(app: FastifyInstance, kernel: Kernel, query: AnyQuery): void {
  app.get(
    `/api/${query.path}`,
    { config: { policy: { kind: 'query', path: query.path } } },
    async (request, reply) => {
      const params = { ...(request.query as object), ...(request.params as object) }
      const problems = query.check.problems(params)
      const wrong = problems.length > 0 ? invalid(problems) : null
      // A stranger learns that they are one before they learn what is wrong with what they ask.
      const found =
        query.access === 'public'
          ? (wrong ?? (await kernel.readPublic((tx) => query.run(tx, params, kernel.deps))))
          : await kernel.read(
              tokenOf(request),
              async (ctx) => {
                if (
                  query.duties.length > 0 &&
                  !query.duties.some((duty: string) => ctx.actor.duties.includes(duty))
                )
                  return lacksDuty(query)
                return wrong ?? query.run(ctx, params)
              },
              query.despite,
            )
      if (isRefusal(found)) return answer(reply, found)
      return reply.header('cache-control', 'no-store').send(found)
    },
  )
}

const refuseDuty = refuser({
  no_duty: {
    status: 403,
    clause: '6.7',
    zh: '您的职责不能查看“{title}”。',
    en: 'Your duties do not allow you to see “{title}”.',
  },
})
function lacksDuty(query: AnyQuery): Refusal {
  return {
    ...refuseDuty('no_duty'),
    message: {
      zh: refuseDuty('no_duty', { title: query.title.zh }).message.zh,
      en: refuseDuty('no_duty', { title: query.title.en }).message.en,
    },
  }
}

function describeRequest(request: FastifyRequest) {
  // Paths carry tokens and unit codes; the route pattern does not.
  return { method: request.method, route: request.routeOptions?.url ?? 'none' }
}

function securityHeaders(origin: string): Record<string, string> {
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'self' blob:",
    "frame-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ]
  const headers: Record<string, string> = {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'SAMEORIGIN',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  }
  if (origin.startsWith('https:'))
    headers['strict-transport-security'] = 'max-age=31536000; includeSubDomains'
  return headers
}

function cacheAssets(reply: { header(name: string, value: string): unknown }, path: string): void {
  reply.header(
    'cache-control',
    path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  )
}

function hasToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from((header ?? '').replace(/^Bearer /, ''))
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
