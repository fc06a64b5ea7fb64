import { mkdirSync, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { TreeMemory } from './memory.ts'
import { readSeed } from './seed.ts'
import { signerServer, witnessServer } from './serve.ts'
import { CheckpointSigner } from './signer.ts'
import { Witness } from './witness.ts'

/** One witness of a process, as its folder's `witnesses.json` lists it. */
export interface WitnessEntry {
  /** Its place in addresses and on disk, such as the office's id. */
  short: string
  /** Name of its key. */
  name: string
  /** Verifier keys of the logs it watches. */
  logs: string[]
}

/** Opens the signer of a folder: its seed, its token and its memory lie there and nowhere else. */
export function openSigner(folder: string): { signer: CheckpointSigner; token: Buffer } {
  const seed = readSeed(folder)
  return {
    signer: new CheckpointSigner(seed, new TreeMemory(join(folder, 'signed.db'))),
    token: readSeed(folder, 'token'),
  }
}

/** Opens every witness that a folder's `witnesses.json` lists; each has a folder of its own below. */
export function openWitnesses(folder: string): Map<string, Witness> {
  const entries = JSON.parse(readFileSync(join(folder, 'witnesses.json'), 'utf8')) as WitnessEntry[]
  return new Map(
    entries.map(({ short, name, logs }) => {
      const own = join(folder, short)
      mkdirSync(own, { recursive: true, mode: 0o700 })
      const memory = new TreeMemory(join(own, 'seen.db'))
      return [short, new Witness({ name, seed: readSeed(own), logs, memory })]
    }),
  )
}

/**
 * Serves until the process is told to stop, or until whoever started it is gone (its end of our standard input
 * closes). Prints its address as one line of JSON.
 */
export async function serveUntilStopped(server: Server, port: number): Promise<void> {
  await new Promise<void>((ready, failed) => {
    server.once('error', failed)
    server.listen({ host: '127.0.0.1', port }, ready)
  })
  const address = server.address() as { port: number }
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`)
  await new Promise<void>((stop) => {
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    if (process.env.MINGBU_CHILD === '1') process.stdin.once('end', stop).once('error', stop).resume()
  })
  process.stdin.destroy()
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
}

/** `mingbu signer`. */
export async function runSigner(folder: string, port: number): Promise<void> {
  const { signer, token } = openSigner(folder)
  await serveUntilStopped(signerServer(signer, token), port)
}

/** `mingbu witness`. */
export async function runWitnesses(folder: string, port: number): Promise<void> {
  await serveUntilStopped(witnessServer(openWitnesses(folder)), port)
}
