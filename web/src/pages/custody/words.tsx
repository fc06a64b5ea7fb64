import { Link } from '@tanstack/react-router'
import { placeLabel } from '../../../../server/src/custody/archives/rules.ts'
import { officeById } from '../../../../server/src/values/districts.ts'
import { useSession } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { custodyTexts } from './texts.ts'

const word = (words: Record<string, string>, code: string): string => words[code] ?? code

/** How kinds, places and movements are called. */
export function useCustodyWords() {
  const t = useTexts(custodyTexts)
  const pick = usePick()
  return {
    kind: (kind: string) => word(t.kinds, kind),
    office: (id: string) => pick(officeById(id)?.name ?? { zh: id, en: id }),
    /** A place in words: whose hands, which certificate; empty is where deliveries come from. */
    place: (place: string | null, person?: string | null, certificate?: string | null) => {
      const of = place?.replace(/:.*/, '') ?? null
      if (of === null) return t.outside
      if (of === 'shelf' && place !== 'shelf') return placeLabel(place!)
      if (of === 'person') return person ?? t.places.person
      if (of === 'certificate' && certificate) return fill(t.certificateOf, { number: certificate })
      return word(t.places, of)
    },
    movement: (movement: string, to: string, kind?: string) => {
      if (kind === 'file' && movement === 'receive') return t.madeUp
      return movement === 'issue' && to === 'holder' ? t.issued : word(t.movements, movement)
    },
    reason: (reason: string) => word(t.reasons, reason),
  }
}

/** A range of numbers; a single one, or the first of several, leads to its life. */
export function Numbers({ range }: { range: string }) {
  const number = range.split('–')[0]!
  return (
    <Link className="mb-code mb-custody-link" to="/custody/serials/$number" params={{ number }}>
      {range}
    </Link>
  )
}

/** A picture or minutes of the books, in a window of its own. */
export function FileLink({ file, children }: { file: string; children: React.ReactNode }) {
  return (
    <a className="mb-custody-link" href={`/api/custody/files/${file}`} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}

/** The act a line rests on, where the reader may see acts at all. */
export function ActProof({ actId, children }: { actId: string; children: React.ReactNode }) {
  return (
    <Link className="mb-custody-link" to="/evidence/$actId" params={{ actId }}>
      {children}
    </Link>
  )
}

/** Who did the act a line rests on, and below it when. */
export function ActBy({ who, actId, at }: { who: string; actId: string; at: string }) {
  const { dateTime } = useFormats()
  return (
    <>
      {who}
      <div>
        <ActProof actId={actId}>{dateTime(at)}</ActProof>
      </div>
    </>
  )
}

export const useMe = (): string | undefined => useSession().data?.person.id
