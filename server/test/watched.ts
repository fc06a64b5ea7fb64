import { join } from 'node:path'
import { formatVkey } from '@mingbu/tlog'
import { expect, inject } from 'vitest'
import { neighbours, watchedBy, witnessName } from '../src/evidence/neighbours.ts'
import { adoptPolicies, housePolicy, readPolicies } from '../src/evidence/policy.ts'
import { Publisher } from '../src/evidence/publisher.ts'
import { Sequencer } from '../src/evidence/sequencer.ts'
import type { WitnessPort } from '../src/signing/client.ts'
import { TreeMemory } from '../src/signing/memory.ts'
import { readSeed } from '../src/signing/seed.ts'
import { CheckpointSigner } from '../src/signing/signer.ts'
import { originHash, Witness } from '../src/signing/witness.ts'
import { openTestWorld } from './world.ts'

/** A world whose logs are watched by every office's witness. `down` are those that do not answer. */
export async function watched() {
  const world = await openTestWorld()
  const logs = new Map((await readPolicies(world.pools.auditor)).map((log) => [log.district, log]))
  const vkeyOf = (log: string) => formatVkey(logs.get(log)!.policy.logs[0]!.verifier)
  const down = new Set<string>()
  const witnesses = new Map(
    Object.keys(neighbours).map((office, i) => [
      office,
      new Witness({
        name: witnessName(office),
        seed: new Uint8Array(32).fill(100 + i),
        logs: watchedBy(office).map(vkeyOf),
        memory: new TreeMemory(':memory:'),
      }),
    ]),
  )
  const port = (office: string): WitnessPort => {
    const witness = witnesses.get(office)!
    const reach = () => {
      if (down.has(office)) throw new Error('connection refused')
      return witness
    }
    return {
      name: witness.name,
      addCheckpoint: async (body) => reach().addCheckpoint(Buffer.from(body)),
      latest: async (origin) => reach().latest(originHash(origin)),
    }
  }
  const ports = [...witnesses.keys()].map(port)
  const keys = new Map(
    await Promise.all([...witnesses.values()].map(async (one) => [one.name, await one.vkey()] as const)),
  )
  const installer = {
    id: '',
    username: 'installer',
    token: Buffer.from(world.secrets.services.installer!, 'hex'),
  }
  const adopted = await world.as(installer, adoptPolicies, {
    policies: Object.keys(neighbours).map((log) => ({ log, text: housePolicy(log, vkeyOf(log), keys) })),
  })
  expect(adopted).toMatchObject({ ok: true, result: { adopted: 13 } })
  const publisher = new Publisher(world.pools.sequencer, ports)
  const signer = signerOf()
  const sequencer = new Sequencer(world.pools.sequencer, signer, { outside: publisher })
  return { world, down, witnesses, ports, publisher, sequencer, signer, installer }
}

/** The house's signer, with a memory of its own. */
export const signerOf = (memory = new TreeMemory(':memory:')) =>
  new CheckpointSigner(readSeed(join(inject('dataDir'), 'signer')), memory)
