import { unzipSync } from 'fflate'
import { type PackFiles, packTop } from '../../../server/src/audit/pack-reader.ts'

/** Files by the path under which somebody chose or dropped them. */
export type Chosen = Map<string, File>

/** A pack of chosen files, which lie in one folder. Null when they are none. */
export function folderPack(chosen: Chosen): PackFiles | null {
  return packOf([...chosen.keys()], async (path) => new Uint8Array(await chosen.get(path)!.arrayBuffer()))
}

/** A pack of one zip file. @throws Error when it cannot be unpacked. */
export async function zipPack(file: File): Promise<PackFiles | null> {
  const files = unzipSync(new Uint8Array(await file.arrayBuffer()))
  return packOf(
    Object.keys(files).filter((path) => !path.endsWith('/')),
    async (path) => files[path]!,
  )
}

function packOf(paths: readonly string[], read: (path: string) => Promise<Uint8Array>): PackFiles | null {
  const top = packTop(paths)
  if (top === null) return null
  const names = paths.filter((path) => path.startsWith(top)).map((path) => path.slice(top.length))
  const known = new Set(names)
  return { names: () => names, read: async (name) => (known.has(name) ? read(top + name) : null) }
}

export function fromInput(list: FileList | null): Chosen {
  return new Map([...(list ?? [])].map((file) => [file.webkitRelativePath || file.name, file]))
}

/** Everything that was dropped, folders with all that is in them. */
export async function fromDrop(items: DataTransferItemList): Promise<Chosen> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const chosen: Chosen = new Map()
  for (const entry of entries) await collect(entry, chosen)
  return chosen
}

async function collect(entry: FileSystemEntry, chosen: Chosen): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    chosen.set(entry.fullPath.replace(/^\//, ''), file)
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return
    for (const one of some) await collect(one, chosen)
  }
}
