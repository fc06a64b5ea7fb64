/**
 * Fictional people and companies.
 *
 * Every demo person carries a surname that begins with 演 (as in 演示, "demonstration") and a word of
 * landscape: 演溪, 演松, 演月 … It reads pleasantly, sorts together, and nobody bears it, so no screen or
 * print-out of the demo can be mistaken for someone's data. Companies and house numbers carry 演 as well.
 *
 * Document numbers pass every check of form but belong to nobody: area 330200 is the city itself, which
 * registers no residents, with sequence numbers from 900 up. Phones begin with 142, not given to subscribers.
 */

import { completeCreditCode, organisationCodeProblem } from '../values/creditCode.ts'
import { completeIdNumber } from '../values/idNumber.ts'
import { names } from './inputs.ts'
import type { PlanCompanyParty, PlanParty, PlanPersonParty, Sex } from './plan.ts'
import type { Random } from './prng.ts'

export const surnames = [
  '演山',
  '演川',
  '演林',
  '演溪',
  '演云',
  '演松',
  '演竹',
  '演梅',
  '演兰',
  '演荷',
  '演舟',
  '演桥',
  '演泉',
  '演星',
  '演月',
  '演枫',
] as const

const AREA = '330200'
const SEQUENCE_FROM = 900

export interface Person {
  name: string
  sex: Sex
  birthDate: string
  idNumber: string
  phone: string
}

/** Everyone made so far: keeps document numbers, phones and (where asked) names unique in the city. */
export class Population {
  readonly parties: PlanParty[] = []
  readonly #documents = new Set<string>()
  readonly #names = new Set<string>()
  #phones = 0

  /** Adds a natural person who may hold rights. */
  addPerson(random: Random, address: string, bornFrom = 1948, bornTo = 1996): PlanPersonParty {
    const person = fictionalPerson(random, this, { bornFrom, bornTo, uniqueName: false })
    const party: PlanPersonParty = { key: this.#nextKey(), kind: 'person', ...person, address }
    this.parties.push(party)
    return party
  }

  /** Adds a company with an invented name, or a bank branch when `bank` names its head office. */
  addCompany(random: Random, address: string, bank?: string): PlanCompanyParty {
    const name = bank ? `${bank}股份有限公司宁波演示支行` : this.takeName(() => companyName(random))
    const party: PlanCompanyParty = {
      key: this.#nextKey(),
      kind: bank ? 'bank' : 'company',
      name,
      creditCode: this.takeDocument(() => creditCode(random)),
      representative: personName(random, random.pick(['male', 'female'] as const)),
      phone: this.nextPhone(),
      address,
    }
    this.parties.push(party)
    return party
  }

  /** Draws until the document number is new. */
  takeDocument(draw: () => string): string {
    return takeNew(this.#documents, draw)
  }

  /** Draws until the name is new. */
  takeName(draw: () => string): string {
    return takeNew(this.#names, draw)
  }

  nextPhone(): string {
    return `142${String(++this.#phones).padStart(8, '0')}`
  }

  #nextKey(): string {
    return `p${String(this.parties.length + 1).padStart(6, '0')}`
  }
}

function takeNew(taken: Set<string>, draw: () => string): string {
  let found = draw()
  while (taken.has(found)) found = draw()
  taken.add(found)
  return found
}

interface Wish {
  bornFrom: number
  bornTo: number
  /** Staff lists read badly with two people of one name; among owners it is true to life. */
  uniqueName: boolean
}

/** Invents one person. */
export function fictionalPerson(random: Random, population: Population, wish: Wish): Person {
  const sex = random.pick(['male', 'female'] as const)
  const draw = () => personName(random, sex)
  const birthDate = dayIn(random, wish.bornFrom, wish.bornTo)
  return {
    name: wish.uniqueName ? population.takeName(draw) : draw(),
    sex,
    birthDate,
    idNumber: population.takeDocument(() => idNumber(random, birthDate, sex)),
    phone: population.nextPhone(),
  }
}

function personName(random: Random, sex: Sex): string {
  const { single, first, second } = names.given[sex]
  const given = random.chance(30) ? random.pick(single) : random.pick(first) + random.pick(second)
  return random.pick(surnames) + given
}

function dayIn(random: Random, yearFrom: number, yearTo: number): string {
  const first = Temporal.PlainDate.from({ year: yearFrom, month: 1, day: 1 })
  const days = first.until({ year: yearTo, month: 12, day: 31 }, { largestUnit: 'days' }).days
  return first.add({ days: random.between(0, days) }).toString()
}

/** GB 11643: sequence odd for men, even for women. */
function idNumber(random: Random, birthDate: string, sex: Sex): string {
  const pair = SEQUENCE_FROM + 2 * random.below((1000 - SEQUENCE_FROM) / 2)
  const body = AREA + birthDate.replaceAll('-', '') + String(sex === 'male' ? pair + 1 : pair)
  return completeIdNumber(body)
}

const trades = ['置业', '贸易', '实业', '科技', '商贸', '物业管理'] as const

function companyName(random: Random): string {
  const { prefix, core } = names.estates
  return `宁波${random.pick(surnames)}${random.pick(prefix)}${random.pick(core)}${random.pick(trades)}有限公司`
}

/** GB 32100: registered by the market regulator, with an inner organisation code that checks as well. */
function creditCode(random: Random): string {
  const organisation = `MAY${String(random.below(100_000)).padStart(5, '0')}`
  const inner = [...'0123456789X']
    .map((check) => organisation + check)
    .find((code) => !organisationCodeProblem(code))!
  return completeCreditCode(`91${AREA}${inner}`)
}
