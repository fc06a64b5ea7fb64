import { openCheckpoint, parsePolicy } from '@mingbu/tlog'
import { expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import { publicCheck } from './check.ts'

interface Answer {
  status: { code: string }
  certificateState: string | null
  logged: boolean
  proof: { checkpoint: string; policy: string; origin: string; size: number } | null
}
const check = (town: Town, token: string) =>
  town.kernel.readPublic((tx) => publicCheck.run(tx as never, { token }, town.deps)) as Promise<Answer>
const certificates = (town: Town) =>
  town.superuser<{ token: string; sold: boolean }>(
    'select check_token as token, case_id is not null as sold from register.certificate order by case_id is not null',
  )

test('of a certificate from a sale there is a proof under the published checkpoint; until it is published the page says wait', async () => {
  await using town = await openTown([{}])
  await town.bringTo('end', town.homes[0]!)
  const sold = (await certificates(town)).find((one) => one.sold)!
  expect(await check(town, sold.token)).toMatchObject({ logged: true, proof: null })
  await town.sequencer.drain()
  const { status, logged, proof } = await check(town, sold.token)
  expect({ code: status.code, logged }).toEqual({ code: 'valid', logged: true })
  expect(
    await openCheckpoint(proof!.checkpoint, parsePolicy(proof!.policy), { origin: proof!.origin }),
  ).toMatchObject({
    quorum: true,
    checkpoint: { size: proof!.size },
  })
})

test('a certificate from before the log is told valid or not, and that no proof will come', async () => {
  await using town = await openTown([{}])
  await town.sequencer.drain()
  const taken = (await certificates(town)).find((one) => !one.sold)!
  expect(await check(town, taken.token)).toMatchObject({ logged: false, proof: null })
})
