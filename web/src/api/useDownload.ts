import { useState } from 'react'
import { saveBlob } from '../ui/csv.ts'
import { isRefused, local } from './client.ts'
import type { Refusal } from './types.ts'

/** How far a file has come: bytes so far, and how many lines it will have when the server says so. */
export interface Coming {
  bytes: number
  lines: number | null
}

/**
 * Fetches a file and saves it under its own name, telling how far it has come. What the server refuses, and a
 * connection that is cut in the middle, come back as a refusal: half a file is never saved.
 */
export async function download(
  path: string,
  name: string,
  tell: (coming: Coming) => void,
  fetcher: typeof fetch = fetch,
  save: typeof saveBlob = saveBlob,
): Promise<Refusal | null> {
  try {
    const answer = await fetcher(path)
    if (!answer.ok || !answer.body) {
      const said: unknown = await answer.json().catch(() => null)
      return isRefused(said) ? said.refusal : local('unreadable_answer', 'downloadCut')
    }
    const said = answer.headers.get('x-mingbu-lines')
    const chunks: BlobPart[] = []
    let bytes = 0
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      bytes += value.length
      tell({ bytes, lines: said === null ? null : Number(said) })
    }
    save(name, new Blob(chunks, { type: answer.headers.get('content-type') ?? '' }))
    return null
  } catch {
    return local('network_cut', 'downloadCut')
  }
}

/** One download at a time with how far it has come and why it was refused. */
export function useDownload() {
  const [coming, setComing] = useState<Coming | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  return {
    coming,
    refusal,
    clear: () => setRefusal(null),
    async start(path: string, name: string): Promise<void> {
      setRefusal(null)
      setComing({ bytes: 0, lines: null })
      setRefusal(await download(path, name, setComing))
      setComing(null)
    },
  }
}
