import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import { StartupError } from './startup-error.ts'

/** The time every file in an archive bears, so that the same files give the same bytes. */
export const archiveTime = new Date(1980, 0, 1)

/** A file in an archive. */
export interface ArchivedFile {
  path: string
  size: number
  /** Hex. */
  sha256: string
}

/** Files written one after another into a folder or a zip file. Paths have forward slashes and stay below the top. */
export interface Archive {
  /** Writes a whole file. */
  add(path: string, bytes: Uint8Array | string): ArchivedFile
  /** Writes a file piece by piece; no other may be begun before `end`. */
  open(path: string): { write(chunk: Uint8Array): void; end(): ArchivedFile }
  /** What was written so far, in order. */
  readonly files: readonly ArchivedFile[]
  /** Ends the archive. Until then a zip file bears another name, and an end that never comes leaves none. */
  close(): void
  /** Takes back what was written, after a fault. After `close` it does nothing. */
  discard(): void
}

/** Where bytes of one file go. */
interface Place {
  write(chunk: Uint8Array): void
  end(): void
}

/** What the zip format without its extensions can hold. */
const zipFilesMax = 65_535
const zipBytesMax = 0xffff_ffff

/**
 * Begins an archive: `name.zip` is a zip file, anything else a folder, which must be new or empty.
 * @throws StartupError when something is there already, or cannot be written.
 */
export function createArchive(to: string): Archive {
  const path = resolve(to)
  try {
    return path.endsWith('.zip') ? zipArchive(path) : folderArchive(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new StartupError(`${path} cannot be written (${String(error.code)}).`)
    throw error
  }
}

function folderArchive(folder: string): Archive {
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0))
    throw new StartupError(`${folder} is there already; an export goes into a new or an empty folder.`)
  mkdirSync(folder, { recursive: true })
  const open = (path: string): Place => {
    const file = join(folder, ...path.split('/'))
    mkdirSync(dirname(file), { recursive: true })
    const handle = openSync(file, 'wx')
    return { write: (chunk) => writeAll(handle, chunk), end: () => closeSync(handle) }
  }
  return counted(open, { close() {}, discard: () => rmSync(folder, { recursive: true, force: true }) })
}

function zipArchive(file: string): Archive {
  if (existsSync(file)) throw new StartupError(`${file} is there already.`)
  mkdirSync(dirname(file), { recursive: true })
  const handle = openSync(`${file}.part`, 'wx')
  let bytes = 0
  let files = 0
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    bytes += chunk.length
    if (bytes > zipBytesMax) throw tooMuch()
    writeAll(handle, chunk)
  })
  const open = (path: string): Place => {
    if (++files > zipFilesMax) throw tooMuch()
    const packed = /\.(zip|xlsx|pdf)$/.test(path)
    const entry = packed ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 })
    entry.mtime = archiveTime
    zip.add(entry)
    return { write: (chunk) => entry.push(chunk), end: () => entry.push(new Uint8Array(), true) }
  }
  const close = () => {
    zip.end()
    closeSync(handle)
    renameSync(`${file}.part`, file)
  }
  const discard = () => {
    closeSync(handle)
    rmSync(`${file}.part`, { force: true })
  }
  return counted(open, { close, discard })
}

const tooMuch = () => new StartupError('That is more than a zip file holds; export into a folder instead.')

/** Adds to a way of writing files the hash and size of each, and sees to it that it ends once. */
function counted(begin: (path: string) => Place, ends: Pick<Archive, 'close' | 'discard'>): Archive {
  const files: ArchivedFile[] = []
  let ended = false
  const once = (end: () => void) => () => {
    if (!ended) end()
    ended = true
  }
  const open: Archive['open'] = (path) => {
    const place = begin(path)
    const hash = createHash('sha256')
    let size = 0
    return {
      write(chunk) {
        size += chunk.length
        hash.update(chunk)
        place.write(chunk)
      },
      end() {
        place.end()
        const made = { path, size, sha256: hash.digest('hex') }
        files.push(made)
        return made
      },
    }
  }
  const add: Archive['add'] = (path, bytes) => {
    const file = open(path)
    file.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
    return file.end()
  }
  return { add, open, files, close: once(ends.close), discard: once(ends.discard) }
}

function writeAll(handle: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(handle, chunk, at)
}
