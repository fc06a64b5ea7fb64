/** Kinds of files a form takes; the server applies the same rule to the whole content. */
export type FileKind = 'pdf' | 'jpeg' | 'png' | 'tiff'

const kinds: Record<
  FileKind,
  { label: string; media: string; endings: readonly string[]; starts: readonly (readonly number[])[] }
> = {
  pdf: { label: 'PDF', media: 'application/pdf', endings: ['.pdf'], starts: [[0x25, 0x50, 0x44, 0x46]] },
  jpeg: { label: 'JPEG', media: 'image/jpeg', endings: ['.jpg', '.jpeg'], starts: [[0xff, 0xd8, 0xff]] },
  png: { label: 'PNG', media: 'image/png', endings: ['.png'], starts: [[0x89, 0x50, 0x4e, 0x47]] },
  tiff: {
    label: 'TIFF',
    media: 'image/tiff',
    endings: ['.tif', '.tiff'],
    starts: [
      [0x49, 0x49, 0x2a, 0x00],
      [0x4d, 0x4d, 0x00, 0x2a],
    ],
  },
}

/** The kind a file is by its first bytes, whatever its name says; null when it is none of those we know. */
export function kindByContent(start: Uint8Array): FileKind | null {
  for (const [kind, { starts }] of Object.entries(kinds)) {
    if (starts.some((bytes) => bytes.every((byte, i) => start[i] === byte))) return kind as FileKind
  }
  return null
}

/** For people: `PDF、JPEG`. */
export function kindLabels(accepted: readonly FileKind[], separator: string): string {
  return accepted.map((kind) => kinds[kind].label).join(separator)
}

/** For the `accept` attribute of a file input. */
export function acceptAttribute(accepted: readonly FileKind[]): string {
  return accepted.flatMap((kind) => [kinds[kind].media, ...kinds[kind].endings]).join(',')
}

export type FileProblem = 'emptyFile' | 'tooLarge' | 'wrongType' | 'unreadable'

/** What, if anything, stops this file before it is sent. Looks at its size and first bytes. */
export async function fileProblem(
  file: Blob,
  accepted: readonly FileKind[],
  bytesMax: number,
): Promise<FileProblem | null> {
  if (file.size === 0) return 'emptyFile'
  if (file.size > bytesMax) return 'tooLarge'
  try {
    const kind = kindByContent(new Uint8Array(await file.slice(0, 8).arrayBuffer()))
    return kind && accepted.includes(kind) ? null : 'wrongType'
  } catch {
    return 'unreadable'
  }
}
