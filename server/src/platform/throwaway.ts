import { mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A memory file system that Linux offers to everybody. */
const inMemory = '/dev/shm'
/** Bytes that must be free there: several installations of a few hundred megabytes each. */
const roomNeeded = 6 * 2 ** 30

/**
 * Makes a fresh folder, `<name>XXXXXX`, for data that need not outlive the program which asks: in memory where there is plenty
 * of room, else where the system keeps temporary files. Copying a database is a thousand small files, which a disk takes
 * twenty times as long for. The caller removes it.
 */
export function throwawayFolder(name: string): string {
  return mkdtempSync(join(hasRoom(inMemory) ? inMemory : tmpdir(), name))
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= roomNeeded
  } catch {
    return false
  }
}
