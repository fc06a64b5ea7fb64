import { reprint, spoil } from '../cases/printing.ts'
import { abandonCount, explain, recount, startCount, submitCount } from '../custody/count.ts'
import { countDelivery, receive } from '../custody/deliveries.ts'
import { askDestruction, decideDestruction, witness } from '../custody/destruction.ts'
import { endOffer, offer, take } from '../custody/handover.ts'
import { voidBlanks } from '../custody/void.ts'
import type { AnyAct } from '../kernel/act.ts'
import { printedSerial } from '../values/blankSerial.ts'
import type { CustodyModel, Kind, Player, Span, Step } from './custody-model.ts'
import type { Draws } from './draws.ts'

const range = ({ edition, first, last }: Span) => ({
  first: printedSerial(edition, first),
  last: printedSerial(edition, last),
})

/** The act and the input of a step. `picture` is a file that was uploaded in the office. */
export function requestOf(step: Step, district: string, picture: string): { act: AnyAct; input: unknown } {
  switch (step.act) {
    case 'receive':
      return {
        act: receive,
        input: { kind: step.kind, ...range(step), batch: '演练批次', source: '省厅' },
      }
    case 'countDelivery':
      return {
        act: countDelivery,
        input: {
          deliveryId: step.delivery,
          counted: step.counted,
          damaged: step.damaged.map(range),
          missing: step.missing.map(range),
        },
      }
    case 'offer':
      return { act: offer, input: { kind: step.kind, ...range(step), from: step.from, to: step.to } }
    case 'take':
      return { act: take, input: { offerId: step.offer } }
    case 'endOffer':
      return { act: endOffer, input: { offerId: step.offer } }
    case 'void':
      return {
        act: voidBlanks,
        input: { kind: step.kind, ...range(step), reason: 'soiled', photo: picture },
      }
    case 'reprint':
      return {
        act: reprint,
        input: { caseId: step.case, blankSerial: printedSerial(step.edition, step.serial) },
      }
    case 'spoil':
      return { act: spoil, input: { caseId: step.case, reason: 'misprint', photo: picture } }
    case 'startCount':
      return { act: startCount, input: { kind: step.kind, edition: step.edition, of: step.of } }
    case 'submitCount':
      return { act: submitCount, input: { countId: step.count, ranges: step.spans.map(range) } }
    case 'recount':
      return { act: recount, input: { countId: step.count, ranges: step.spans.map(range) } }
    case 'abandonCount':
      return { act: abandonCount, input: { countId: step.count } }
    case 'explain':
      return {
        act: explain,
        input: { differenceId: step.difference, outcome: step.outcome, explanation: '演练' },
      }
    case 'askDestruction':
      return { act: askDestruction, input: { kind: step.kind, note: '演练' } }
    case 'decide':
      return {
        act: decideDestruction,
        input: {
          district,
          destructionId: step.destruction,
          approve: step.approve,
          decisionNo: '甬自然资批1号',
        },
      }
    case 'witness':
      return {
        act: witness,
        input: { destructionId: step.destruction, minutes: picture, photos: [picture] },
      }
  }
}

/** Runs of numbers that follow one another, as they would be written on a list. */
function spans(edition: string, serials: readonly number[]): Span[] {
  const made: Span[] = []
  for (const serial of serials) {
    const last = made.at(-1)
    if (last && last.last === serial - 1) last.last = serial
    else made.push({ edition, first: serial, last: serial })
  }
  return made
}

const base = 33_500_000_000

/** Draws what somebody tries next: mostly what could be, often enough what must be refused. */
export class StepDraws {
  readonly #draws: Draws
  readonly #players: readonly [string, Player][]
  #next = base

  constructor(draws: Draws, players: ReadonlyMap<string, Player>) {
    this.#draws = draws
    this.#players = [...players]
  }

  #chance(share: number): boolean {
    return this.#draws.next() < share
  }

  #some<T>(map: ReadonlyMap<string, T>, which: (one: T) => boolean): string {
    const fit = [...map].filter(([, one]) => this.#chance(0.08) || which(one))
    return fit.length > 0 ? this.#draws.one(fit)[0] : '00000000-0000-4000-8000-000000000000'
  }

  /** Serials at some place, a run of them; at times with one too many, or the wrong way round. */
  #run(model: CustodyModel, kind: Kind, edition: string, place: string): { first: number; last: number } {
    const there = spans(edition, model.at(kind, edition, place))
    if (there.length === 0 || this.#chance(0.05))
      return {
        first: base + Math.floor(this.#draws.between(0, 300)),
        last: base + Math.floor(this.#draws.between(0, 300)),
      }
    const one = this.#draws.one(there)
    const first = one.first + Math.floor(this.#draws.between(0, one.last - one.first + 0.99))
    const last = Math.min(one.last, first + Math.floor(this.#draws.between(0, 12)))
    return this.#chance(0.08) ? { first, last: last + 1 } : { first, last }
  }

  /** The next attempt: usually one that the model would let through, a third of the time whatever is drawn. */
  draw(model: CustodyModel): Step {
    let step = this.#any(model)
    if (this.#chance(0.33)) return step
    for (let more = 0; more < 12 && model.copy().apply(step) === false; more++) step = this.#any(model)
    return step
  }

  #any(model: CustodyModel): Step {
    const draws = this.#draws
    const [who, me] = draws.one(this.#players)
    const kind = draws.one(['certificate', 'certificate', 'proof'] as const)
    const edition = draws.one(['D', 'D', ''])
    const mine = `person:${me.id}`
    const other = () => draws.one(this.#players)[1].id
    const act = draws.one([
      ...([
        'receive',
        'countDelivery',
        'startCount',
        'recount',
        'askDestruction',
        'decide',
        'endOffer',
      ] as const),
      ...([
        'countDelivery',
        'submitCount',
        'submitCount',
        'recount',
        'explain',
        'explain',
        'abandonCount',
      ] as const),
      ...(['offer', 'offer', 'offer', 'offer', 'take', 'take', 'take', 'take', 'void', 'void'] as const),
      ...(['reprint', 'reprint', 'spoil', 'witness', 'witness', 'decide'] as const),
    ])
    switch (act) {
      case 'receive': {
        const again = this.#chance(0.15)
        const first = again ? base + Math.floor(draws.between(0, 400)) : this.#next
        const last = first + Math.floor(draws.between(0, 40)) - (this.#chance(0.05) ? 50 : 0)
        if (!again) this.#next = Math.max(this.#next, last + 1 + Math.floor(draws.between(0, 3)))
        return { who, act, kind, edition, first, last }
      }
      case 'countDelivery': {
        const delivery = this.#some(model.deliveries, (one) => !one.counted)
        const one = model.deliveries.get(delivery)
        const pick = (share: number): Span[] =>
          one && this.#chance(share)
            ? [{ edition: one.edition, first: one.first, last: Math.min(one.last, one.first + 1) }]
            : []
        const damaged = pick(0.2)
        const missing = one && damaged.length === 0 ? pick(0.2) : this.#chance(0.1) ? damaged : []
        const gone = missing.reduce((sum, span) => sum + span.last - span.first + 1, 0)
        const all = one ? one.last - one.first + 1 : 0
        return {
          who,
          act,
          delivery,
          counted: Math.max(0, all - gone - (this.#chance(0.1) ? 1 : 0)),
          damaged,
          missing,
        }
      }
      case 'offer': {
        const from = me.duties.includes('certificate_keeping') && this.#chance(0.6) ? 'store' : 'me'
        const to = from === 'me' && this.#chance(0.5) ? 'store' : other()
        return {
          who,
          act,
          kind,
          edition,
          from,
          to,
          ...this.#run(model, kind, edition, from === 'me' ? mine : 'store'),
        }
      }
      case 'take':
      case 'endOffer': {
        const found = this.#some(model.offers, (one) => one.open && (one.to === mine || one.to === 'store'))
        return { who, act, offer: found }
      }
      case 'void':
        return {
          who,
          act,
          kind,
          edition,
          ...this.#run(model, kind, edition, draws.one([mine, mine, 'store', 'missing'])),
        }
      case 'reprint':
        return {
          who,
          act,
          case: this.#some(model.cases, (one) => one.on === null),
          edition,
          serial: this.#run(model, 'certificate', edition, mine).first,
        }
      case 'spoil':
        return { who, act, case: this.#some(model.cases, (one) => one.on !== null) }
      case 'startCount':
        // Somebody of the city would count the city's own store, which is another book.
        if (me.city) return this.#any(model)
        return { who, act, kind, edition, of: this.#chance(0.4) ? 'store' : other() }
      case 'abandonCount':
        return {
          who,
          act,
          count: this.#some(model.counts, (one) => one.state === 'counting' && one.by === who),
        }
      case 'submitCount':
      case 'recount': {
        const wanted = act === 'submitCount' ? 'counting' : 'recounting'
        const count = this.#some(
          model.counts,
          (one) => one.state === wanted && (act === 'recount' || one.by === who),
        )
        const one = model.counts.get(count)
        const held = one ? model.at(one.kind, one.edition, one.place) : []
        const seen = held.filter(() => !this.#chance(0.03))
        const counted = spans(one?.edition ?? '', this.#chance(0.7) ? held : seen)
        if (one && this.#chance(0.1))
          counted.push({ edition: one.edition, first: base + 900, last: base + 900 })
        if (counted[0] && this.#chance(0.05)) counted.push({ ...counted[0] })
        return { who, act, count, spans: counted }
      }
      case 'explain': {
        const difference = this.#some(model.differences, (one) => !one.closed)
        const surplus = model.differences.get(difference)?.side === 'surplus'
        const outcome = surplus !== this.#chance(0.1) ? 'explained' : draws.one(['found', 'lost'] as const)
        return { who, act, difference, outcome }
      }
      case 'askDestruction':
        return { who, act, kind }
      case 'decide':
        return {
          who,
          act,
          destruction: this.#some(model.destructions, (one) => one.state === 'asked'),
          approve: this.#chance(0.8),
        }
      case 'witness':
        return {
          who,
          act,
          destruction: this.#some(model.destructions, (one) => ['approved', 'witnessed'].includes(one.state)),
        }
    }
  }
}
