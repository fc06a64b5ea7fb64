import { apiTexts } from './texts.ts'
import type { Refusal } from './types.ts'

/** What the server keeps of an uploaded file: its SHA-256 in hex, its true type, its size in bytes. */
export interface StoredFile {
  file: string
  media: string
  bytes: number
}

export type UploadOutcome = { ok: true; stored: StoredFile } | { ok: false; refusal: Refusal }

/**
 * Sends one file. Sending the same bytes twice stores them once, so trying again after a cut network is safe.
 *
 * @param onProgress Bytes sent so far, from 0 to 1.
 */
export function uploadFile(
  file: File,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<UploadOutcome> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const refused = (code: string, words: 'networkCut' | 'unreadable' | 'stopped') =>
      resolve({
        ok: false,
        refusal: { code, clause: null, message: { zh: apiTexts.zh[words], en: apiTexts.en[words] } },
      })
    request.open('POST', '/api/files')
    request.setRequestHeader('x-mingbu', '1')
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total)
    request.onerror = () => refused('network_cut', 'networkCut')
    request.onabort = () => refused('stopped', 'stopped')
    request.onload = () => {
      try {
        const answer = JSON.parse(request.responseText) as
          | ({ ok: true } & StoredFile)
          | { ok: false; refusal: Refusal }
        resolve(
          answer.ok
            ? { ok: true, stored: { file: answer.file, media: answer.media, bytes: answer.bytes } }
            : { ok: false, refusal: answer.refusal },
        )
      } catch {
        refused('unreadable_answer', 'unreadable')
      }
    }
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    const body = new FormData()
    body.append('file', file)
    request.send(body)
  })
}
