/** A thread that checks bundles: one message for each, one answer under the same number. */
import { parentPort } from 'node:worker_threads'
import { sha256 } from '../kernel/evidence-fields.ts'
import { type Bundle, checkBundle } from './check-bundle.ts'

parentPort!.on('message', ({ no, bundle }: { no: number; bundle: Bundle }) => {
  const checked = checkBundle(bundle, sha256)
  const moved =
    'hashes' in checked ? [checked.hashes.buffer as ArrayBuffer, checked.acts.buffer as ArrayBuffer] : []
  parentPort!.postMessage({ no, checked }, moved)
})
