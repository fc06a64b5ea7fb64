import { expect, test } from 'vitest'
import { measured, openArchive } from '../../../test/archive.ts'
import { openStore } from '../../../test/store.ts'
import type { Player } from '../../drill/custody-model.ts'
import { fileActs, walkFiles } from '../../drill/files-walk.ts'
import { verifyEverything } from '../../evidence/verify.ts'

const duties = {
  archivist: ['archiving'],
  second: ['archiving'],
  head: ['centre_lead'],
  leader: ['district_lead'],
  clerk: ['acceptance'],
}
type Name = keyof typeof duties

test.each([9, 12])(
  'a random history of files agrees with the plain model on every step, seed %i',
  async (seed) => {
    await using store = await openStore([{}, {}, {}])
    const archive = await openArchive(store)
    const { head, leader, clerk } = store.keepers
    const people = { archivist: archive.archivist, second: archive.second, head, leader, clerk }
    for (const home of [0, 1, 2]) await measured(store, archive, await archive.fileOf(home))
    const players = new Map<string, Player>(
      Object.entries(people).map(([name, { id }]) => [
        name,
        { id, duties: duties[name as Name], city: false },
      ]),
    )
    const report = await walkFiles({
      world: store,
      district: 'haishu',
      players,
      perform: (who, act, input) => store.as(people[who as Name], act, input),
      seed,
      steps: 100,
    })
    expect(report).toMatchObject({ steps: 100, problems: [], mismatches: 0 })
    expect(report.refused).toBeGreaterThan(10)
    expect(fileActs.filter((act) => !report.acts.has(act)).map((act) => act.type)).toEqual([])
    await store.sequencer.drain()
    expect((await verifyEverything(store.pools.auditor, store.deps.vault)).problems).toEqual([])
  },
  120_000,
)
