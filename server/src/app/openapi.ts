import type { AnyAct } from '../kernel/act.ts'
import type { AnyQuery } from '../kernel/query.ts'
import { kernelRefusals } from '../kernel/refusal.ts'

/** The OpenAPI 3.1 document of every declared act and query. Made from the declarations; nothing is written twice. */
export function openApi(acts: readonly AnyAct[], queries: readonly AnyQuery[], origin: string): object {
  const paths: Record<string, object> = {}
  for (const act of acts) {
    paths[`/api/acts/${act.type}`] = {
      post: {
        operationId: act.type,
        tags: [act.type.split('.')[0]],
        summary: `${act.title.zh} / ${act.title.en}`,
        description: [
          `Clauses: ${act.clauses.join(', ')}.`,
          `Actors: ${act.actors.join(', ')}.`,
          act.duties.length > 0 ? `Needs one of the duties: ${act.duties.join(', ')}.` : 'No duty needed.',
          act.read ? 'A read of register data: recorded before the reply is sent.' : '',
          'The same requestId never acts twice. Send the header `x-mingbu: 1`.',
        ].join(' '),
        security: act.actors.includes('anonymous') ? [{}] : [{ session: [] }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['requestId', 'input'],
                properties: {
                  requestId: { type: 'string', format: 'uuid' },
                  input: act.input,
                  ...(act.highValue ? confirming : {}),
                },
              },
            },
          },
        },
        responses: {
          200: {
            description: 'Done.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: {
                    ok: { const: true },
                    actId: { type: 'string', format: 'uuid' },
                    result: act.result,
                  },
                },
              },
            },
          },
          ...refusalResponses,
        },
      },
    }
  }
  for (const act of acts.filter((one) => one.highValue)) paths[`/api/prepare/${act.type}`] = preparePath(act)
  for (const query of queries) {
    const inPath = [...query.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
    const properties = (query.params as { properties: Record<string, object>; required?: string[] })
      .properties
    paths[`/api/${query.path.replace(/:(\w+)/g, '{$1}')}`] = {
      get: {
        operationId: `get.${query.path}`,
        tags: [query.path.split('/')[0]],
        summary: `${query.title.zh} / ${query.title.en}`,
        security: query.access === 'public' ? [{}] : [{ session: [] }],
        parameters: Object.entries(properties).map(([name, schema]) => ({
          name,
          in: inPath.includes(name) ? 'path' : 'query',
          required:
            inPath.includes(name) ||
            ((query.params as { required?: string[] }).required ?? []).includes(name),
          schema,
        })),
        responses: {
          200: { description: 'Found.', content: { 'application/json': { schema: query.result } } },
          ...refusalResponses,
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mingbu 明簿',
      version: '1',
      description:
        'Every change of state and every read of register data is an act: one person, one command, one transaction, one evidence leaf.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: origin }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'mingbu_session' } },
      schemas: {
        Text: {
          type: 'object',
          required: ['zh', 'en'],
          properties: { zh: { type: 'string' }, en: { type: 'string' } },
        },
        Refused: {
          type: 'object',
          required: ['ok', 'refusal'],
          properties: {
            ok: { const: false },
            actId: {
              type: ['string', 'null'],
              format: 'uuid',
              description: 'The act that recorded the refusal.',
            },
            refusal: {
              type: 'object',
              required: ['code', 'status', 'clause', 'message'],
              properties: {
                code: { type: 'string', examples: Object.keys(kernelRefusals) },
                status: { type: 'integer' },
                clause: { type: ['string', 'null'] },
                message: { $ref: '#/components/schemas/Text' },
                fields: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: { path: { type: 'string' }, message: { $ref: '#/components/schemas/Text' } },
                  },
                },
                data: { type: 'object' },
              },
            },
          },
        },
      },
    },
  }
}

const base64url = { type: 'string', maxLength: 4096, pattern: '^[A-Za-z0-9_-]+$' }
/** What the second half of an act that is confirmed carries besides its input. */
const confirming = {
  nonce: { type: 'string', description: 'From /api/prepare.' },
  confirmation: {
    description:
      'A passkey assertion whose challenge is the SHA-256 of the command, with the user verified; or a one-time code, which is counted and limited.',
    oneOf: [
      {
        type: 'object',
        required: ['kind', 'credential', 'authenticatorData', 'clientDataJSON', 'signature'],
        properties: {
          kind: { const: 'passkey' },
          credential: base64url,
          authenticatorData: base64url,
          clientDataJSON: base64url,
          signature: base64url,
        },
      },
      {
        type: 'object',
        required: ['kind', 'code'],
        properties: { kind: { const: 'totp' }, code: { type: 'string', pattern: '^[0-9]{6}$' } },
      },
    ],
  },
}

/** The first half of an act that is confirmed. */
function preparePath(act: AnyAct): object {
  return {
    post: {
      operationId: `prepare.${act.type}`,
      tags: [act.type.split('.')[0]],
      summary: `确认：${act.title.zh} / Confirm: ${act.title.en}`,
      description:
        'Writes down the exact command and gives its canonical bytes, their SHA-256 and a nonce. The act that names the nonce within five minutes commits to those bytes.',
      security: [{ session: [] }],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['requestId', 'input'],
              properties: { requestId: { type: 'string', format: 'uuid' }, input: act.input },
            },
          },
        },
      },
      responses: {
        200: {
          description: 'Prepared.',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  ok: { const: true },
                  title: { type: 'object', properties: { zh: { type: 'string' }, en: { type: 'string' } } },
                  nonce: { type: 'string' },
                  commandBase64: { type: 'string' },
                  challenge: { type: 'string' },
                  expiresAt: { type: 'string', format: 'date-time' },
                  passkeys: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        id: base64url,
                        transports: { type: 'array', items: { type: 'string' } },
                      },
                    },
                  },
                  totp: { type: 'boolean' },
                  totpLeft: { type: 'integer' },
                },
              },
            },
          },
        },
        ...refusalResponses,
      },
    },
  }
}

const refused = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Refused' } } } }
const refusalResponses = {
  401: { description: 'Not signed in.', ...refused },
  403: { description: 'Not allowed; recorded.', ...refused },
  404: { description: 'Not found, or outside what the actor may see.', ...refused },
  409: { description: 'Not possible in the present state; recorded.', ...refused },
  422: { description: 'Input is not valid; `fields` names each problem.', ...refused },
}
