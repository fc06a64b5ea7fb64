import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Reads a secret of 32 bytes (hex) that only this folder's process knows, making it on first use. Mode 0600. */
export function readSeed(folder: string, name = 'seed'): Buffer {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  if (!existsSync(path)) {
    writeFileSync(`${path}.new`, randomBytes(32).toString('hex'), { mode: 0o600, flush: true })
    renameSync(`${path}.new`, path)
  }
  const seed = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (seed.length !== 32) throw new Error(`${path} does not hold 32 bytes in hex`)
  return seed
}
