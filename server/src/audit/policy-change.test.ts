import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parsePolicy } from '@mingbu/tlog'
import { unzipSync } from 'fflate'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watched } from '../../test/watched.ts'
import { witnessName } from '../evidence/neighbours.ts'
import { adoptPolicies, readPolicies } from '../evidence/policy.ts'
import { inclusionProof } from '../evidence/proofs.ts'
import { Publisher } from '../evidence/publisher.ts'
import { checkpoints } from '../evidence/queries.ts'
import { Sequencer } from '../evidence/sequencer.ts'
import { verifyEverything } from '../evidence/verify.ts'
import { act } from '../kernel/act.ts'
import { TreeMemory } from '../signing/memory.ts'
import { originHash, Witness } from '../signing/witness.ts'
import { makePack } from './acts.ts'

const note = act({
  type: 'probe.change',
  title: { zh: '记一笔', en: 'Note' },
  clauses: ['6.4'],
  actors: ['service'],
  duties: [],
  districtOf: (input) => input.district,
  input: Type.Object({ district: Type.String() }),
  result: Type.Object({}),
  handle: async () => ({}),
})

const folder = mkdtempSync(join(tmpdir(), 'mingbu-policy-change-'))
const place = (name: string) => join(folder, name)

/** The installation at three moments: before the change, adopted but nothing published since, and published since. */
type Moment = 'before' | 'adopted' | 'after'
const packs = {} as Record<Moment, string>
const texts = { first: '', second: '' }
let house: Awaited<ReturnType<typeof watched>>

/**
 * The city bureau exchanges the key of its witness: the second version of Haishu's policy names another key, and asks
 * for it. Seen from either version, the checkpoints of the other lack their quorum.
 */
beforeAll(async () => {
  house = await watched()
  const { world, installer, witnesses, sequencer, ports } = house
  const inspector = await world.person('inspector', ['inspection'], 'city')
  const seed = { id: '', username: 'seed', token: Buffer.from(world.secrets.services.seed!, 'hex') }
  const notes = async (times: number) => {
    for (let i = 0; i < times; i++)
      expect(await world.as(seed, note, { district: 'haishu' })).toMatchObject({ ok: true })
  }
  const pack = async (moment: Moment) => {
    const made = await world.as(inspector, makePack, { office: 'haishu', purpose: '规则更替核对' })
    if (!made.ok) throw new Error(made.refusal.message.en)
    packs[moment] = world.deps.files.path((made.result as { file: string }).file)
  }
  await notes(3)
  await sequencer.drain()
  await notes(2)
  await sequencer.drain()
  await pack('before')

  const log = (await readPolicies(world.pools.auditor)).find(({ district }) => district === 'haishu')!
  const renewed = new Witness({
    name: witnessName('city'),
    seed: new Uint8Array(32).fill(77),
    logs: [log.text.split('\n')[0]!.split(' ')[1]!],
    memory: new TreeMemory(':memory:'),
  })
  texts.first = log.text
  texts.second = log.text.replace(/^(witness city) \S+/m, `$1 ${await renewed.vkey()}`)
  expect(parsePolicy(texts.second).quorum).toBe('both')
  const adopted = await world.as(installer, adoptPolicies, {
    policies: [{ log: 'haishu', text: texts.second }],
  })
  expect(adopted).toMatchObject({ ok: true, result: { adopted: 1 } })
  await pack('adopted')

  const others = ports.filter(({ name }) => name !== witnesses.get('city')!.name)
  const publisher = new Publisher(world.pools.sequencer, [
    ...others,
    {
      name: renewed.name,
      addCheckpoint: async (body) => renewed.addCheckpoint(Buffer.from(body)),
      latest: async (origin) => renewed.latest(originHash(origin)),
    },
  ])
  const again = new Sequencer(world.pools.sequencer, house.signer, { outside: publisher })
  await notes(4)
  await again.drain()
  await pack('after')
  for (const version of ['first', 'second'] as const)
    writeFileSync(place(`${version}.policy`), texts[version])
}, 120_000)
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await house?.world[Symbol.asyncDispose]()
})

/** `mingbu verify --from`, as an outsider runs it. */
async function verified(
  pack: string,
  policies: readonly string[],
): Promise<{ code: number; found: string[] }> {
  const given = policies.length > 0 ? ['--policy', ...policies.map((one) => place(`${one}.policy`))] : []
  const command = join(import.meta.dirname, '..', 'cli', 'mingbu.ts')
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [command, 'verify', '--from', pack, ...given, '--json'],
      { env: { ...process.env, MINGBU_DATA: folder } },
      (error, out) => {
        const { problems } = JSON.parse(out) as { problems: { code: string; zh: string }[] }
        for (const { zh } of problems) expect(zh).not.toMatch(/\b(the|is|not|of|lacks|quorum)\b/)
        resolve({ code: error ? Number(error.code) : 0, found: problems.map(({ code }) => code) })
      },
    ),
  )
}

test.each<[Moment, string[], string[]]>([
  ['before', [], []],
  ['before', ['first'], []],
  ['before', ['second'], ['older_quorum', 'quorum_missing']],
  ['adopted', [], []],
  ['adopted', ['first'], []],
  ['adopted', ['second'], ['older_quorum', 'quorum_missing']],
  ['adopted', ['second', 'first'], []],
  ['after', [], []],
  ['after', ['second'], []],
  ['after', ['first', 'second'], []],
  ['after', ['first'], ['older_quorum', 'quorum_missing']],
])('a pack taken %s, held against the policies %j: %j', async (moment, policies, codes) => {
  const { code, found } = await verified(packs[moment], policies)
  expect([...new Set(found)].sort()).toEqual(codes)
  expect(code).toBe(codes.length === 0 ? 0 : 1)
})

test('the pack says which checkpoints were published under which version', async () => {
  const names = Object.keys(unzipSync(readFileSync(packs.after)))
  expect(names).toEqual(
    expect.arrayContaining([
      'logs/haishu/policy',
      'logs/haishu/policy-1/policy',
      'logs/haishu/policy-1/cosigned',
    ]),
  )
})

/** The pack taken after the change with files exchanged by whoever hands it out, its sums made anew. */
async function forged(change: (files: Record<string, Uint8Array>) => void): Promise<string> {
  const files = unzipSync(readFileSync(packs.after))
  change(files)
  delete files.SHA256SUMS
  const to = mkdtempSync(join(folder, 'forged-'))
  const sums: string[] = []
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(to, name)), { recursive: true })
    writeFileSync(join(to, name), bytes)
    const sum = Buffer.from(await crypto.subtle.digest('SHA-256', bytes as BufferSource)).toString('hex')
    sums.push(`${sum}  ${name}\n`)
  }
  writeFileSync(join(to, 'SHA256SUMS'), sums.join(''))
  return to
}

test.each<[string, (files: Record<string, Uint8Array>) => void, string[], string[]]>([
  ['nothing exchanged', () => {}, [], []],
  [
    'the earlier version in the place of the one in force',
    (files) => {
      files['logs/haishu/policy'] = Buffer.from(texts.first)
    },
    [],
    ['older_quorum', 'quorum_missing'],
  ],
  [
    'the version in force in the place of the earlier one',
    (files) => {
      files['logs/haishu/policy-1/policy'] = Buffer.from(texts.second)
    },
    [],
    ['older_quorum'],
  ],
  [
    'a version that asks for nobody, where the true one was given',
    (files) => {
      files['logs/haishu/policy'] = Buffer.from(texts.second.replace('quorum both', 'quorum none'))
      const note = Buffer.from(files['logs/haishu/checkpoint']!).toString()
      const own = note.replaceAll(/^— \S*\/witness .*\n/gm, '')
      files['logs/haishu/checkpoint'] = Buffer.from(own)
    },
    ['second'],
    ['quorum_missing'],
  ],
])('a pack with %s', async (_, change, policies, codes) => {
  const { found } = await verified(await forged(change), policies)
  expect([...new Set(found)].sort()).toEqual(codes)
})

test('the database verifies through the change, and what is public names the policy each checkpoint satisfies', async () => {
  const { world, installer } = house
  expect(await verifyEverything(world.pools.auditor, world.deps.vault)).toMatchObject({ problems: [] })
  const shown = async () => {
    const found = (await world.kernel.readPublic((tx) => checkpoints.run(tx as never, {}, world.deps))) as {
      items: { id: string; policy: string; nextPolicy: string | null }[]
    }
    return found.items.find(({ id }) => id === 'haishu')
  }
  const proven = async () => (await world.kernel.readPublic((tx) => inclusionProof(tx, 'haishu', 0)))!.policy
  expect(await shown()).toMatchObject({ policy: texts.second, nextPolicy: null })
  expect(await proven()).toBe(texts.second)
  // A third version that nothing has been published under: page and proofs stay with the one that was satisfied.
  const third = texts.second.replace('group neighbours 2', 'group neighbours 3')
  await world.as(installer, adoptPolicies, { policies: [{ log: 'haishu', text: third }] })
  expect(await shown()).toMatchObject({ policy: texts.second, nextPolicy: third })
  expect(await proven()).toBe(texts.second)
})
