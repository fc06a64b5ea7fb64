import { concat, fromHex, type Sha256, toHex, utf8 } from '@mingbu/tlog'

/**
 * The arithmetic of a sample (抽样): pure, and the same in the server, in the offline page and, as SQL, in the database.
 *
 * - frame hash: SHA-256 of `mingbu/sampling/frame/v1 LF`, then for each candidate `stratum SP id LF`, sorted by stratum, then
 *   by id, as bytes. `sha256sum` over such a file gives the same.
 * - seed: SHA-256(`mingbu/sampling/seed/v1` ‖ 00 ‖ leaf hash of the planning act (32) ‖ public value, UTF-8)
 * - score of a candidate: SHA-256(`mingbu/sampling/draw/v1` ‖ 00 ‖ seed (32) ‖ the 16 bytes of its id)
 * - sample: of each stratum the candidates with the smallest scores, as many as it was allotted.
 */

/** What may be drawn: a case or an entry of the register by its id (a UUID), in its stratum (层). */
export interface Candidate {
  id: string
  stratum: string
}

/** A stratum: how many candidates it has, and how many of them are taken. */
export interface Stratum {
  stratum: string
  candidates: number
  take: number
}

/** A candidate that was drawn, with its place in its stratum, from 1. */
export interface Drawn extends Candidate {
  rank: number
}

const frameDomain = 'mingbu/sampling/frame/v1\n'
const seedDomain = utf8('mingbu/sampling/seed/v1\0')
const drawDomain = utf8('mingbu/sampling/draw/v1\0')

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const isStratum = (text: string): boolean => /^[A-Za-z0-9_.-]{1,40}$/.test(text)

/** The order of a frame: by stratum, then by id; both are ASCII, so this is the order of their bytes. */
export const inOrder = (a: Candidate, b: Candidate): number =>
  a.stratum !== b.stratum ? (a.stratum < b.stratum ? -1 : 1) : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/**
 * Hash of a frame, hex. @throws RangeError when an id is no UUID, a stratum no plain word, or the frame is not in order or
 * names a candidate twice: one frame, one text.
 */
export function frameHash(frame: readonly Candidate[], sha256: Sha256): string {
  const lines: string[] = [frameDomain]
  const seen = new Set<string>()
  for (const [i, one] of frame.entries()) {
    if (!uuid.test(one.id) || !isStratum(one.stratum)) throw new RangeError(`candidate ${i} has not its form`)
    if (i > 0 && inOrder(frame[i - 1]!, one) >= 0) throw new RangeError(`candidate ${i} is not in order`)
    if (seen.has(one.id)) throw new RangeError(`candidate ${i} stands there twice`)
    seen.add(one.id)
    lines.push(`${one.stratum} ${one.id}\n`)
  }
  return toHex(sha256(utf8(lines.join(''))))
}

/** Candidates of each stratum, in the order of the strata. */
export function countStrata(frame: readonly Candidate[]): Omit<Stratum, 'take'>[] {
  const counts = new Map<string, number>()
  for (const { stratum } of frame) counts.set(stratum, (counts.get(stratum) ?? 0) + 1)
  return [...counts]
    .map(([stratum, candidates]) => ({ stratum, candidates }))
    .sort((a, b) => (a.stratum < b.stratum ? -1 : 1))
}

/**
 * Allots a sample to strata: one to each, and the rest in proportion to what is left in each, by largest remainder, at
 * equal remainders to the stratum that comes first. No stratum gets more than it has; a size beyond all takes all.
 * @throws RangeError when the size is no whole number of at least one for each stratum.
 */
export function allot(counted: readonly Omit<Stratum, 'take'>[], size: number): Stratum[] {
  const all = counted.reduce((sum, one) => sum + one.candidates, 0)
  if (!Number.isSafeInteger(size) || size < counted.length)
    throw new RangeError(`a sample of ${counted.length} strata has at least as many`)
  const more = BigInt(Math.min(size, all) - counted.length)
  const left = BigInt(all - counted.length)
  const shares = counted.map((one) => {
    const product = more * BigInt(one.candidates - 1)
    return {
      ...one,
      take: 1 + (left === 0n ? 0 : Number(product / left)),
      rest: left === 0n ? 0n : product % left,
    }
  })
  const missing = Math.min(size, all) - shares.reduce((sum, one) => sum + one.take, 0)
  const next = [...shares].sort((a, b) =>
    a.rest !== b.rest ? (a.rest > b.rest ? -1 : 1) : a.stratum < b.stratum ? -1 : 1,
  )
  for (const one of next.slice(0, missing)) one.take++
  return shares.map(({ rest: _rest, ...one }) => one)
}

/** The seed, hex. @throws RangeError when the leaf hash has not 32 bytes. */
export function seedOf(leafHash: Uint8Array, publicValue: string, sha256: Sha256): string {
  if (leafHash.length !== 32) throw new RangeError('a leaf hash has 32 bytes')
  return toHex(sha256(concat(seedDomain, leafHash, utf8(publicValue))))
}

/**
 * Draws the sample: of each stratum as many as it takes. Whoever has frame, strata and seed draws the same.
 * Cost: one hash a candidate; only the best of each stratum are kept.
 * @returns in the order of the strata, the smallest score first.
 */
export function draw(
  frame: readonly Candidate[],
  strata: readonly Pick<Stratum, 'stratum' | 'take'>[],
  seed: string,
  sha256: Sha256,
): Drawn[] {
  const bytes = new Uint8Array(drawDomain.length + 32 + 16)
  bytes.set(drawDomain)
  bytes.set(fromHex(seed), drawDomain.length)
  const score = (id: string): string => {
    bytes.set(fromHex(id.replaceAll('-', '')), drawDomain.length + 32)
    return toHex(sha256(bytes))
  }
  const of = Map.groupBy(frame, (one) => one.stratum)
  return [...strata]
    .sort((a, b) => (a.stratum < b.stratum ? -1 : 1))
    .flatMap(({ stratum, take }) =>
      (of.get(stratum) ?? [])
        .map(({ id }) => ({ id, score: score(id) }))
        .sort((a, b) => (a.score < b.score ? -1 : 1))
        .slice(0, take)
        .map(({ id }, i) => ({ id, stratum, rank: i + 1 })),
    )
}

/** A public value as it is hashed: without spaces around it, and one space where there were several. */
export const plainValue = (text: string): string => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ')
