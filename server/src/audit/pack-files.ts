import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { unzipSync } from 'fflate'
import { StartupError } from '../platform/startup-error.ts'
import { type PackFiles, packTop } from './pack-reader.ts'

/** A pack on disk: a folder, or a zip file. @throws StartupError when it is neither. */
export function packFilesAt(path: string): PackFiles {
  const at = resolve(path)
  if (!existsSync(at)) throw new StartupError(`There is no ${at}.`)
  return statSync(at).isDirectory() ? folderFiles(at) : zipFiles(at)
}

function folderFiles(folder: string): PackFiles {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const known = new Set(names)
  return {
    names: () => names,
    read: async (name) => (known.has(name) ? readFileSync(join(folder, ...name.split('/'))) : null),
  }
}

function zipFiles(file: string): PackFiles {
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(readFileSync(file))
  } catch (error) {
    throw new StartupError(
      `${file} is no zip file that can be read (${error instanceof Error ? error.message : String(error)}).`,
    )
  }
  // Whoever packed a folder again may have packed the folder itself.
  const top = packTop(Object.keys(files)) ?? ''
  const names = Object.keys(files)
    .filter((name) => name.startsWith(top) && !name.endsWith('/'))
    .map((name) => name.slice(top.length))
  return {
    names: () => names,
    read: async (name) => (Object.hasOwn(files, top + name) ? files[top + name]! : null),
  }
}
