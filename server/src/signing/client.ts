import type { SignAnswer, Signer, SignRequest } from './signer.ts'
import { originHash, type WitnessAnswer } from './witness.ts'

const signerTimeoutMs = 10_000
const witnessTimeoutMs = 2_000

/** A signer in another process. @param at Its address, asked for at each use: it may have been started anew. */
export function remoteSigner(at: () => Promise<string>, token: () => Uint8Array): Signer {
  const ask = async <T>(path: string, body: unknown): Promise<T> => {
    const response = await fetch(`${await at()}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${Buffer.from(token()).toString('hex')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(signerTimeoutMs),
    })
    if (response.status !== 200) throw new Error(`the signer answered ${response.status}`)
    return (await response.json()) as T
  }
  return {
    sign: (requests: readonly SignRequest[]) => ask<SignAnswer[]>('/sign', requests),
    last: (origins: readonly string[]) => ask<({ size: number; root: string } | null)[]>('/last', origins),
    vkeys: (origins: readonly string[]) => ask<string[]>('/vkeys', origins),
  }
}

/** A witness somewhere, as the log speaks to it. */
export interface WitnessPort {
  /** Name of its key, as in the policy. */
  name: string
  addCheckpoint(body: string): Promise<WitnessAnswer>
  /** The last note it cosigned of this origin; null when there is none. */
  latest(origin: string): Promise<string | null>
}

/** A witness over HTTP. @param at Its submission prefix, without trailing slash. */
export function remoteWitness(name: string, at: () => Promise<string>): WitnessPort {
  const ask = async (path: string, init: RequestInit) =>
    fetch(`${await at()}${path}`, { ...init, signal: AbortSignal.timeout(witnessTimeoutMs) })
  return {
    name,
    async addCheckpoint(body) {
      const response = await ask('/add-checkpoint', { method: 'POST', body })
      return {
        status: response.status,
        body: await response.text(),
        contentType: response.headers.get('content-type') ?? '',
      }
    },
    async latest(origin) {
      const response = await ask(`/${originHash(origin)}/checkpoint`, { method: 'GET' })
      if (response.status === 404) return null
      if (response.status !== 200) throw new Error(`${name} answered ${response.status}`)
      return response.text()
    },
  }
}

/** The verifier key a witness shows. */
export async function witnessVkey(at: string): Promise<string> {
  const response = await fetch(`${at}/vkey`, { signal: AbortSignal.timeout(witnessTimeoutMs) })
  if (response.status !== 200) throw new Error(`${at} answered ${response.status}`)
  return (await response.text()).trim()
}
