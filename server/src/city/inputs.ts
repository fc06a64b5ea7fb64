/** The trimmed public inputs of server/data/city, read once. */
import { readFileSync } from 'node:fs'

interface GivenNames {
  single: string[]
  first: string[]
  second: string[]
}

interface Names {
  given: Record<'male' | 'female', GivenNames>
  /** Road names by county code. */
  roads: Record<string, string[]>
  /** Road names of the two functional zones, which have no county code. */
  zoneRoads: Record<string, string[]>
  estates: Record<'prefix' | 'core' | 'suffix', string[]>
}

export const names: Names = JSON.parse(
  readFileSync(new URL('../../data/city/names.json', import.meta.url), 'utf8'),
)
