import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { CheckpointSigner, SignRequest } from './signer.ts'
import type { Witness } from './witness.ts'

const bodyMax = 64 * 1024
const signBodyMax = 1024 * 1024

/**
 * Serves the witnesses of this process: `POST /<short>/add-checkpoint`, `GET /<short>/<origin hash>/checkpoint`,
 * `GET /<short>/vkey`. Anyone may ask: a witness believes nobody.
 */
export function witnessServer(witnesses: ReadonlyMap<string, Witness>): Server {
  return createServer((request, response) => {
    void answerWitness(witnesses, request, response).catch(() => send(response, 500, 'fault\n'))
  })
}

async function answerWitness(
  witnesses: ReadonlyMap<string, Witness>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, short = '', ...rest] = new URL(request.url ?? '/', 'http://witness').pathname.split('/')
  const witness = witnesses.get(short)
  const what = rest.join('/')
  if (!witness) return send(response, 404, 'no such witness\n')
  if (what === 'add-checkpoint') {
    if (request.method !== 'POST') return send(response, 405, 'POST a checkpoint\n')
    const body = await readBody(request, bodyMax)
    if (!body) return send(response, 400, '提交的内容过大\nthe body is too large\n')
    const { status, body: words, contentType } = await witness.addCheckpoint(body)
    return send(response, status, words, contentType)
  }
  if (request.method !== 'GET') return send(response, 405, 'only GET here\n')
  if (what === 'vkey') return send(response, 200, `${await witness.vkey()}\n`)
  const note = /^([0-9a-f]{64})\/checkpoint$/.exec(what)?.[1]
  const latest = note ? witness.latest(note) : null
  if (latest === null) return send(response, 404, 'no checkpoint\n')
  send(response, 200, latest)
}

/** Serves the signer to whoever holds its token: `POST /sign`, `/last` and `/vkeys`, JSON both ways. */
export function signerServer(signer: CheckpointSigner, token: Uint8Array): Server {
  return createServer((request, response) => {
    void answerSigner(signer, token, request, response).catch(() => send(response, 500, 'fault\n'))
  })
}

async function answerSigner(
  signer: CheckpointSigner,
  token: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const given = Buffer.from(request.headers.authorization?.replace(/^Bearer /, '') ?? '', 'hex')
  if (!timingSafeEqual(digest(given), digest(token))) return send(response, 403, 'a token is needed\n')
  if (request.method !== 'POST') return send(response, 405, 'only POST here\n')
  const body = await readBody(request, signBodyMax)
  const asked = body && parse(body)
  if (!Array.isArray(asked)) return send(response, 400, 'a list is needed\n')
  if (request.url === '/sign') return sendJson(response, await signer.sign(asked as SignRequest[]))
  if (asked.every((one) => typeof one === 'string')) {
    if (request.url === '/vkeys') return sendJson(response, await signer.vkeys(asked))
    if (request.url === '/last') return sendJson(response, await signer.last(asked))
  }
  send(response, 404, 'no such place\n')
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

/** The body, or null when it is larger than `max`; what is too much is not kept. */
async function readBody(request: IncomingMessage, max: number): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length
    if (length > max) {
      request.resume()
      return null
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const sendJson = (response: ServerResponse, value: unknown): void =>
  send(response, 200, JSON.stringify(value), 'application/json')

function send(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  if (response.headersSent) return
  response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' })
  response.end(body)
}
