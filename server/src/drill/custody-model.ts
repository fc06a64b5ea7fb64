/**
 * What the clauses say becomes of blanks, as plain maps of single serials: no ranges, no SQL, nothing shared with the
 * ledger but the names of its acts. The drill and the property test hold the ledger against it.
 */
export type Kind = 'certificate' | 'proof'

/** One thing someone tries. Numbers are inclusive, as they stand on paper. */
export type Step = { who: string } & (
  | { act: 'receive'; kind: Kind; edition: string; first: number; last: number }
  | { act: 'countDelivery'; delivery: string; counted: number; damaged: Span[]; missing: Span[] }
  | {
      act: 'offer'
      kind: Kind
      edition: string
      first: number
      last: number
      from: 'store' | 'me'
      to: string
    }
  | { act: 'take' | 'endOffer'; offer: string }
  | { act: 'void'; kind: Kind; edition: string; first: number; last: number }
  | { act: 'reprint'; case: string; edition: string; serial: number }
  | { act: 'spoil'; case: string }
  | { act: 'startCount'; kind: Kind; edition: string; of: string }
  | { act: 'submitCount' | 'recount'; count: string; spans: Span[] }
  | { act: 'abandonCount'; count: string }
  | { act: 'explain'; difference: string; outcome: 'found' | 'lost' | 'explained' }
  | { act: 'askDestruction'; kind: Kind }
  | { act: 'decide'; destruction: string; approve: boolean }
  | { act: 'witness'; destruction: string }
)
export interface Span {
  edition: string
  first: number
  last: number
}

interface Stop {
  kind: Kind
  edition: string
  place?: string
  serials?: Set<number>
  by: string
}
interface Count {
  kind: Kind
  edition: string
  place: string
  by: string
  state: string
  stop: Stop
}
interface Difference {
  kind: Kind
  edition: string
  serials: number[]
  place: string
  side: 'missing' | 'surplus'
  counters: string[]
  stop: Stop
  closed: boolean
}

/** Persons of the walk by name, with what they may do. */
export interface Player {
  id: string
  duties: readonly string[]
  city: boolean
}

const numbers = ({ first, last }: { first: number; last: number }): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
const key = (kind: string, edition: string, serial: number) => `${kind}/${edition}/${serial}`
const has = (player: Player, ...duties: string[]) => duties.some((duty) => player.duties.includes(duty))

export class CustodyModel {
  readonly where = new Map<string, string>()
  readonly allotted = new Set<string>()
  readonly deliveries = new Map<string, Span & { kind: Kind; by: string; counted: boolean }>()
  readonly offers = new Map<
    string,
    { kind: Kind; edition: string; serials: number[]; from: string; to: string; giver: string; open: boolean }
  >()
  readonly counts = new Map<string, Count>()
  readonly differences = new Map<string, Difference>()
  readonly destructions = new Map<
    string,
    { kind: Kind; serials: string[]; by: string; decidedBy?: string; first?: string; state: string }
  >()
  /** Printed certificates of cases: the certificate's place and the blank it stands on. */
  readonly cases = new Map<string, { place: string; on: string | null }>()
  #stops = new Set<Stop>()
  readonly #players: ReadonlyMap<string, Player>

  constructor(players: ReadonlyMap<string, Player>) {
    this.#players = players
  }

  /** Another model that stands where this one stands. */
  copy(): CustodyModel {
    const made = new CustodyModel(this.#players)
    const clone = structuredClone({
      where: this.where,
      allotted: this.allotted,
      deliveries: this.deliveries,
      offers: this.offers,
      counts: this.counts,
      differences: this.differences,
      destructions: this.destructions,
      cases: this.cases,
      stops: this.#stops,
    })
    made.#stops = clone.stops
    for (const name of [
      'where',
      'deliveries',
      'offers',
      'counts',
      'differences',
      'destructions',
      'cases',
    ] as const)
      for (const [id, value] of clone[name]) made[name].set(id, value as never)
    for (const one of clone.allotted) made.allotted.add(one)
    return made
  }

  /** How many serials lie at each place, by kind and edition: `certificate/D/store` → 12. */
  balance(): Map<string, number> {
    const sums = new Map<string, number>()
    for (const [serial, place] of this.where) {
      const name = `${serial.slice(0, serial.lastIndexOf('/'))}/${place}`
      sums.set(name, (sums.get(name) ?? 0) + 1)
    }
    return sums
  }

  /** Serials at a place, in order. */
  at(kind: Kind, edition: string, place: string): number[] {
    const prefix = `${kind}/${edition}/`
    return [...this.where]
      .filter(([serial, there]) => there === place && serial.startsWith(prefix))
      .map(([serial]) => Number(serial.slice(prefix.length)))
      .sort((a, b) => a - b)
  }

  /** What becomes of a step: false when it is refused. `made` names what the step created, as the answer gave it. */
  apply(step: Step, made: Record<string, unknown> = {}): boolean | Record<string, unknown> {
    const me = this.#players.get(step.who)!
    const mine = `person:${me.id}`
    // The superior bureau decides about the office's lists and has no hand in its stock.
    if (me.city && step.act !== 'decide') return false
    switch (step.act) {
      case 'receive': {
        if (!has(me, 'certificate_keeping') || step.last < step.first) return false
        const keys = numbers(step).map((serial) => key(step.kind, step.edition, serial))
        if (keys.some((one) => this.allotted.has(one))) return false
        for (const one of keys) this.allotted.add(one)
        this.deliveries.set(String(made.deliveryId), { ...step, by: step.who, counted: false })
        return true
      }
      case 'countDelivery': {
        const one = this.deliveries.get(step.delivery)
        if (!one || one.counted || one.by === step.who) return false
        if (!has(me, 'certificate_keeping', 'printing', 'centre_lead', 'district_lead')) return false
        const [damaged, missing] = [step.damaged.flatMap(numbers), step.missing.flatMap(numbers)]
        const listed = [...damaged, ...missing]
        if (new Set(listed).size < listed.length || listed.some((n) => n < one.first || n > one.last))
          return false
        if (step.counted + missing.length !== one.last - one.first + 1) return false
        if (this.#standsStill(one.kind, one.edition, numbers(one), ['store'], 'receive')) return false
        for (const serial of numbers(one))
          this.where.set(
            key(one.kind, one.edition, serial),
            damaged.includes(serial) ? 'void' : missing.includes(serial) ? 'missing' : 'store',
          )
        one.counted = true
        return true
      }
      case 'offer': {
        if (!has(me, 'certificate_keeping', 'printing') || step.last < step.first) return false
        if (step.from === 'store' && (step.to === 'store' || !has(me, 'certificate_keeping'))) return false
        const taker =
          step.to === 'store' ? null : [...this.#players.values()].find(({ id }) => id === step.to)
        if (step.to === me.id || (taker && !has(taker, 'certificate_keeping', 'printing'))) return false
        const from = step.from === 'store' ? 'store' : mine
        const to = step.to === 'store' ? 'store' : `person:${step.to}`
        const serials = numbers(step)
        if (!this.#lie(step.kind, step.edition, serials, from)) return false
        if (
          this.#standsStill(
            step.kind,
            step.edition,
            serials,
            [from, to],
            step.to === 'store' ? 'return' : 'issue',
          )
        )
          return false
        const overlaps = [...this.offers.values()].some(
          (one) =>
            one.open &&
            one.kind === step.kind &&
            one.edition === step.edition &&
            one.serials.some((serial) => serials.includes(serial)),
        )
        if (overlaps) return false
        this.offers.set(String(made.offerId), {
          kind: step.kind,
          edition: step.edition,
          serials,
          from,
          to,
          giver: step.who,
          open: true,
        })
        return true
      }
      case 'take':
      case 'endOffer': {
        const one = this.offers.get(step.offer)
        if (!one?.open || !has(me, 'certificate_keeping', 'printing')) return false
        const other =
          one.giver !== step.who && (one.to === 'store' ? has(me, 'certificate_keeping') : one.to === mine)
        if (step.act === 'endOffer') {
          if (one.giver !== step.who && !other) return false
          one.open = false
          return true
        }
        if (!other || !this.#lie(one.kind, one.edition, one.serials, one.from)) return false
        if (
          this.#standsStill(
            one.kind,
            one.edition,
            one.serials,
            [one.from, one.to],
            one.to === 'store' ? 'return' : 'issue',
          )
        )
          return false
        this.#put(one.kind, one.edition, one.serials, one.to)
        one.open = false
        return true
      }
      case 'void': {
        if (!has(me, 'certificate_keeping', 'printing') || step.last < step.first) return false
        const serials = numbers(step)
        const places = new Set(
          serials.map((serial) => this.where.get(key(step.kind, step.edition, serial)) ?? null),
        )
        const [from] = places
        if (places.size !== 1 || !from) return false
        if (from !== mine && !(['store', 'missing'].includes(from) && has(me, 'certificate_keeping')))
          return false
        if (this.#standsStill(step.kind, step.edition, serials, [from, 'void'], 'void')) return false
        this.#put(step.kind, step.edition, serials, 'void')
        return true
      }
      case 'reprint': {
        const one = this.cases.get(step.case)
        if (!one || one.on !== null || !has(me, 'printing')) return false
        if (!this.#lie('certificate', step.edition, [step.serial], mine)) return false
        if (this.#standsStill('certificate', step.edition, [step.serial], [mine, one.place], 'use'))
          return false
        this.#put('certificate', step.edition, [step.serial], one.place)
        one.on = key('certificate', step.edition, step.serial)
        return true
      }
      case 'spoil': {
        const one = this.cases.get(step.case)
        if (!one || one.on === null || !has(me, 'printing')) return false
        this.where.set(one.on, 'void')
        one.on = null
        return true
      }
      case 'startCount': {
        if (!has(me, 'certificate_keeping', 'printing', 'centre_lead', 'district_lead')) return false
        const place = step.of === 'store' ? 'store' : `person:${step.of}`
        if (place === mine) return false
        const counting = [...this.counts.values()].some(
          (one) =>
            ['counting', 'recounting'].includes(one.state) &&
            one.kind === step.kind &&
            one.edition === step.edition &&
            one.place === place,
        )
        if (counting) return false
        const stop = { kind: step.kind, edition: step.edition, place, by: step.who }
        this.#stops.add(stop)
        this.counts.set(String(made.countId), {
          kind: step.kind,
          edition: step.edition,
          place,
          by: step.who,
          state: 'counting',
          stop,
        })
        return true
      }
      case 'abandonCount': {
        const one = this.counts.get(step.count)
        if (one?.state !== 'counting' || one.by !== step.who) return false
        one.state = 'abandoned'
        this.#stops.delete(one.stop)
        return true
      }
      case 'submitCount':
      case 'recount':
        return this.#count(step, me, made)
      case 'explain': {
        const one = this.differences.get(step.difference)
        if (!one || one.closed || !has(me, 'centre_lead', 'district_lead', 'inspection')) return false
        if (one.counters.includes(step.who) || one.place === mine) return false
        if ((one.side === 'surplus') !== (step.outcome === 'explained')) return false
        if (step.outcome === 'lost') {
          if (!this.#lie(one.kind, one.edition, one.serials, one.place)) return false
          this.#stops.delete(one.stop)
          if (this.#standsStill(one.kind, one.edition, one.serials, [one.place, 'missing'], 'lose')) {
            this.#stops.add(one.stop)
            return false
          }
          this.#put(one.kind, one.edition, one.serials, 'missing')
        }
        this.#stops.delete(one.stop)
        one.closed = true
        return true
      }
      case 'askDestruction': {
        if (!has(me, 'certificate_keeping')) return false
        const open = new Set(
          [...this.destructions.values()].flatMap((one) =>
            ['rejected', 'destroyed'].includes(one.state) ? [] : one.serials,
          ),
        )
        const serials = [...this.where]
          .filter(([one, place]) => place === 'void' && one.startsWith(`${step.kind}/`) && !open.has(one))
          .map(([one]) => one)
        if (serials.length === 0) return false
        this.destructions.set(String(made.destructionId), {
          kind: step.kind,
          serials,
          by: step.who,
          state: 'asked',
        })
        return { count: serials.length }
      }
      case 'decide': {
        const one = this.destructions.get(step.destruction)
        if (one?.state !== 'asked' || !me.city || !has(me, 'district_lead') || one.by === step.who)
          return false
        one.state = step.approve ? 'approved' : 'rejected'
        one.decidedBy = step.who
        return true
      }
      case 'witness': {
        const one = this.destructions.get(step.destruction)
        if (!one || me.city || [one.by, one.decidedBy, one.first].includes(step.who)) return false
        if (one.state === 'approved') {
          one.state = 'witnessed'
          one.first = step.who
          return true
        }
        if (one.state !== 'witnessed') return false
        for (const serial of one.serials) this.where.set(serial, 'destroyed')
        one.state = 'destroyed'
        return true
      }
    }
  }

  #count(
    step: Extract<Step, { act: 'submitCount' | 'recount' }>,
    me: Player,
    made: Record<string, unknown>,
  ): boolean | Record<string, unknown> {
    const one = this.counts.get(step.count)
    if (!one || !has(me, 'certificate_keeping', 'printing', 'centre_lead', 'district_lead')) return false
    const first = step.act === 'submitCount'
    if (one.state !== (first ? 'counting' : 'recounting')) return false
    if (first ? one.by !== step.who : one.by === step.who || one.place === `person:${me.id}`) return false
    const seen = step.spans.flatMap(numbers)
    if (step.spans.some((span) => span.edition !== one.edition || span.last < span.first)) return false
    if (new Set(seen).size < seen.length) return false
    const held = this.at(one.kind, one.edition, one.place)
    const missing = held.filter((serial) => !seen.includes(serial))
    const surplus = seen.filter((serial) => !held.includes(serial))
    const agreed = missing.length + surplus.length === 0
    if (agreed || !first) this.#stops.delete(one.stop)
    one.state = agreed ? 'agreed' : first ? 'recounting' : 'differs'
    if (first || agreed) return first ? { state: one.state } : { state: one.state, missing: 0, surplus: 0 }
    // What the office must call each difference by, the answer of the list of differences says.
    for (const found of (made.differences ?? []) as {
      id: string
      side: 'missing' | 'surplus'
      from: number
      to: number
    }[]) {
      const serials = numbers({ first: found.from, last: found.to - 1 })
      const stop = { kind: one.kind, edition: one.edition, serials: new Set(serials), by: step.who }
      this.#stops.add(stop)
      this.differences.set(found.id, {
        kind: one.kind,
        edition: one.edition,
        serials,
        place: one.place,
        side: found.side,
        counters: [one.by, step.who],
        stop,
        closed: false,
      })
    }
    return { state: 'differs', missing: missing.length, surplus: surplus.length }
  }

  #lie(kind: Kind, edition: string, serials: number[], place: string): boolean {
    return serials.every((serial) => this.where.get(key(kind, edition, serial)) === place)
  }

  #put(kind: Kind, edition: string, serials: number[], place: string): void {
    for (const serial of serials) this.where.set(key(kind, edition, serial), place)
  }

  #standsStill(kind: Kind, edition: string, serials: number[], places: string[], movement: string): boolean {
    return [...this.#stops].some(
      (stop) =>
        stop.kind === kind &&
        stop.edition === edition &&
        ((stop.place !== undefined && places.includes(stop.place)) ||
          (['issue', 'use'].includes(movement) && serials.some((serial) => stop.serials?.has(serial)))),
    )
  }
}
