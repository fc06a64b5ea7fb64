import { parentPort, workerData } from 'node:worker_threads'
import { prove } from '../../kernel/proof/prove.ts'
import { dutyTable } from '../duties.ts'
import { tableHash } from './acts.ts'
import { type Said, shownProof } from './prover.ts'

const say = (said: Said) => parentPort?.postMessage(said)
const began = performance.now()
const proof = prove(dutyTable, { step: (done, total) => say({ done, total }) }, workerData)
say({ proof: { ...shownProof(proof), table: tableHash(), ms: Math.round(performance.now() - began) } })
