import { explain, recount, startCount, submitCount } from '../src/custody/count.ts'
import { countDelivery, receive } from '../src/custody/deliveries.ts'
import { askDestruction, decideDestruction, witness } from '../src/custody/destruction.ts'
import { offer, take } from '../src/custody/handover.ts'
import { setReorderLevel } from '../src/custody/reorder.ts'
import { approveSealHandover, giveSeal, takeSeal } from '../src/custody/seal-handover.ts'
import { closeSeals, registerSeal, takeOutSeal } from '../src/custody/seals.ts'
import { voidBlanks } from '../src/custody/void.ts'
import type { AnyAct } from '../src/kernel/act.ts'
import type { Outcome } from '../src/kernel/perform.ts'
import { type Home, openTown, type Town } from './town.ts'
import type { Someone } from './world.ts'

/** Who keeps, prints, leads and approves in the test's office, by a word. */
export interface Keepers {
  keeper: Someone
  otherKeeper: Someone
  printer: Someone
  otherPrinter: Someone
  head: Someone
  leader: Someone
  superior: Someone
  clerk: Someone
  sealer: Someone
}

/** A town whose office has a store: numbers 33600000001 to …100 of edition D lie in it, 11 to 30 are with the printer. */
export interface Store extends Town {
  keepers: Keepers
  /** Does an act as somebody and says `done`, or the code of the refusal. */
  says(who: Someone, act: AnyAct, input: unknown): Promise<string>
  /** Does an act that must succeed. */
  done(who: Someone, act: AnyAct, input: unknown): Promise<Record<string, never>>
  /** Where a number of the store's stock lies. */
  place(number: number): Promise<string | null>
  /** Another hundred numbers after `after`, in the store; 11 to 30 of them with the printer. For tests that share a store. */
  deliver(after: number): Promise<void>
}

/** A printed serial of the store's stock by its place in it: 1 is the first. */
export const serial = (number: number): string => `D336${String(number).padStart(8, '0')}`
export const range = (first: number, last = first) => ({ first: serial(first), last: serial(last) })

export async function openStore(homes: readonly Home[] = [{}]): Promise<Store> {
  const town = await openTown(homes)
  const keepers: Keepers = {
    keeper: await town.person('keeper', ['certificate_keeping']),
    otherKeeper: await town.person('keeper2', ['certificate_keeping']),
    printer: town.staff.printer,
    otherPrinter: await town.person('printer2', ['printing']),
    head: await town.person('head', ['centre_lead']),
    leader: await town.person('leader', ['district_lead']),
    superior: await town.person('superior', ['district_lead'], 'city'),
    clerk: town.staff.clerk,
    sealer: town.staff.sealer,
  }
  const perform = (who: Someone, act: AnyAct, input: unknown) =>
    town.as(who, act, input) as Promise<Outcome<Record<string, never>>>
  const done: Store['done'] = async (who, act, input) => {
    const outcome = await perform(who, act, input)
    if (!outcome.ok)
      throw new Error(`${act.type} by ${who.username}: ${outcome.refusal.code} ${outcome.refusal.message.en}`)
    return outcome.result
  }
  const deliver = async (after: number) => {
    const { deliveryId } = await done(keepers.keeper, receive, {
      kind: 'certificate',
      ...range(after + 1, after + 100),
      batch: '2026-1',
      source: '浙江省自然资源厅',
    })
    await done(keepers.otherKeeper, countDelivery, { deliveryId, counted: 100, damaged: [], missing: [] })
    const { offerId } = await done(keepers.keeper, offer, {
      kind: 'certificate',
      ...range(after + 11, after + 30),
      from: 'store',
      to: keepers.printer.id,
    })
    await done(keepers.printer, take, { offerId })
  }
  await deliver(0)
  return {
    ...town,
    keepers,
    done,
    deliver,
    async says(who, act, input) {
      const outcome = await perform(who, act, input)
      return outcome.ok ? 'done' : outcome.refusal.code
    },
    async place(number) {
      const [row] = await town.superuser<{ place: string }>(
        `select place from kernel.custody_holding where district = 'haishu' and kind = 'certificate' and edition = 'D' and serials @> $1::bigint`,
        [33_600_000_000 + number],
      )
      return row?.place ?? null
    },
  }
}

/** Puts a row into every table of the books: a delivery, hand-overs, a void, a destruction, a stock-take that differs, a seal that passed on. */
export async function fillBooks(store: Store): Promise<void> {
  const { keeper, otherKeeper, head, leader, superior, clerk, printer } = store.keepers
  const photo = await store.upload(store.staff.clerk)
  await store.done(head, setReorderLevel, { kind: 'certificate', level: 50 })
  await store.done(printer, voidBlanks, {
    kind: 'certificate',
    ...range(11, 12),
    reason: 'soiled',
    photo,
    note: '污损',
  })
  const { destructionId } = await store.done(keeper, askDestruction, {
    kind: 'certificate',
    note: '集中销毁',
  })
  const decision = { district: 'haishu', destructionId, approve: true, decisionNo: '甬自然资批〔2026〕1号' }
  await store.done(superior, decideDestruction, decision)
  for (const who of [head, clerk])
    await store.done(who, witness, { destructionId, minutes: photo, photos: [photo] })
  const { countId } = await store.done(head, startCount, { kind: 'certificate', edition: 'D', of: 'store' })
  const ranges = [range(1, 9), range(31, 100)]
  await store.done(head, submitCount, { countId, ranges })
  await store.done(otherKeeper, recount, { countId, ranges })
  const [found] = await store.superuser<{ id: string }>('select id from custody.difference')
  await store.done(leader, explain, { differenceId: found!.id, outcome: 'lost', explanation: '经查缺失' })
  const [second, third] = [
    await store.person('sealer2', ['seal_keeping']),
    await store.person('sealer3', ['seal_keeping']),
  ]
  await store.done(head, registerSeal, {
    no: 2,
    kind: 'registration',
    name: '不动产登记专用章',
    number: '演-2',
    keeperId: second.id,
    position: '发证室保险柜',
    image: photo,
  })
  const handover = await store.done(leader, approveSealHandover, { no: 2, to: third.id, reason: '轮岗' })
  await store.done(second, takeOutSeal, { no: 2 })
  await store.done(second, giveSeal, handover)
  await store.done(third, takeSeal, handover)
  await store.done(head, closeSeals, { note: '未入柜' })
}
