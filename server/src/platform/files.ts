import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileTypeFromFile } from 'file-type'

/** The largest file taken, in bytes: 50 MiB. */
export const fileSizeMax = 50 * 1024 * 1024

/** Kinds of files that materials may be, by their real first bytes. */
export const acceptedTypes = ['application/pdf', 'image/jpeg', 'image/png', 'image/tiff'] as const
export type FileType = (typeof acceptedTypes)[number]

export interface StoredFile {
  sha256: string
  size: number
  type: FileType
}

export type FileProblem = 'too_large' | 'empty' | 'wrong_type' | 'not_what_it_claims' | 'picture_too_large'

/** Pictures above this many pixels are refused before anything decodes them. */
const pixelsMax = 200_000_000

/** Files by their content: the name of a file is the SHA-256 of its bytes, so a changed scan is another file. */
export class FileStore {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
    mkdirSync(join(dir, 'incoming'), { recursive: true })
  }

  path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('a file is named by 64 hex digits')
    return join(this.#dir, sha256.slice(0, 2), sha256)
  }

  has(sha256: string): boolean {
    return existsSync(this.path(sha256))
  }

  read(sha256: string): Readable {
    return createReadStream(this.path(sha256))
  }

  /** Keeps bytes made by this house (papers). Returns their name. */
  async keep(bytes: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (this.has(sha256)) return sha256
    const incoming = join(this.#dir, 'incoming', randomUUID())
    mkdirSync(join(this.#dir, sha256.slice(0, 2)), { recursive: true })
    await writeFile(incoming, bytes)
    renameSync(incoming, this.path(sha256))
    return sha256
  }

  /** A path for a file that is being made and will be adopted. */
  newcomer(ending: string): string {
    return join(this.#dir, 'incoming', `${randomUUID()}${ending}`)
  }

  /** Takes over a file made under a `newcomer` path. */
  async adopt(path: string): Promise<{ sha256: string; size: number }> {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk)
      size += chunk.length
    }
    const sha256 = hash.digest('hex')
    mkdirSync(join(this.#dir, sha256.slice(0, 2)), { recursive: true })
    renameSync(path, this.path(sha256))
    return { sha256, size }
  }

  /**
   * Takes a stream into the store. Nothing is kept of a file that is refused.
   * @param claimed Media type the sender claims; it must agree with the first bytes.
   */
  async take(source: Readable, claimed: string): Promise<StoredFile | FileProblem> {
    const incoming = join(this.#dir, 'incoming', randomUUID())
    const hash = createHash('sha256')
    let size = 0
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length
        hash.update(chunk)
        done(size > fileSizeMax ? new TooLarge() : null, chunk)
      },
    })
    try {
      await pipeline(source, count, createWriteStream(incoming))
      if (size === 0) return 'empty'
      const found = await fileTypeFromFile(incoming)
      const type = acceptedTypes.find((one) => one === found?.mime)
      if (!type) return acceptedTypes.some((one) => one === claimed) ? 'not_what_it_claims' : 'wrong_type'
      if (claimed !== type && claimed !== 'application/octet-stream') return 'not_what_it_claims'
      const pixels = await pixelsOf(incoming, type)
      if (pixels !== null && pixels > pixelsMax) return 'picture_too_large'
      const sha256 = hash.digest('hex')
      mkdirSync(join(this.#dir, sha256.slice(0, 2)), { recursive: true })
      renameSync(incoming, this.path(sha256))
      return { sha256, size, type }
    } catch (error) {
      if (error instanceof TooLarge) return 'too_large'
      throw error
    } finally {
      rmSync(incoming, { force: true })
    }
  }
}

class TooLarge extends Error {}

/** Width times height as the header states it; null where the format does not say so near its start. */
async function pixelsOf(path: string, type: FileType): Promise<number | null> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0)
    if (type === 'image/png')
      return bytesRead >= 24 ? buffer.readUInt32BE(16) * buffer.readUInt32BE(20) : null
    if (type !== 'image/jpeg') return null
    for (let at = 2; at + 9 < bytesRead; ) {
      if (buffer[at] !== 0xff) return null
      const marker = buffer[at + 1]!
      const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
      if (isFrame) return buffer.readUInt16BE(at + 5) * buffer.readUInt16BE(at + 7)
      at += 2 + buffer.readUInt16BE(at + 2)
    }
    return null
  } finally {
    await file.close()
  }
}
