import { Link } from '@tanstack/react-router'
import { accountDuties } from '../../../../server/src/people/duties.ts'
import { useSession } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { evidenceTexts } from './texts.ts'
import { type ActLine, type ThingKind, thingKinds } from './types.ts'

/** A thing by its kind and number, leading to its whole life where there is one that this person may read. */
export function ThingLink({ kind, id, number }: { kind: string; id: string; number?: string | null }) {
  const name = useThingName()
  const followed = useMayFollow()(kind, id)
  const words = (
    <>
      {name(kind)} <span className="mb-code">{number ?? short(id)}</span>
    </>
  )
  if (!followed) return <span>{numbered.has(kind) ? words : name(kind)}</span>
  return (
    <Link to="/life/$kind/$id" params={{ kind, id }}>
      {words}
    </Link>
  )
}

/** Kinds of subject whose number says something to people; of the others an id tells nothing. */
const numbered: ReadonlySet<string> = new Set([...thingKinds, 'office', 'room', 'seal'])

/** Ids too long for a line show how they begin. */
const short = (id: string): string => (id.length > 28 ? `${id.slice(0, 13)}…` : id)

/** What a kind of thing is called. */
export function useThingName(): (kind: string) => string {
  const subjects = useTexts(evidenceTexts).subjects as Record<string, string>
  return (kind) => subjects[kind] ?? kind
}

/** Whether this person may read the life of a thing: a colleague's account is for those who supervise. */
export function useMayFollow(): (kind: string, id: string) => boolean {
  const session = useSession().data
  return (kind, id) =>
    (thingKinds as readonly string[]).includes(kind as ThingKind) &&
    (kind !== 'person' ||
      session?.person.id === id ||
      (session?.duties.some((duty) => accountDuties.includes(duty)) ?? false))
}

/** Who acted, in words; a person's name leads to what the account did. */
export function Actor({ line }: { line: Pick<ActLine, 'person' | 'personId'> }) {
  const said = useActor()(line)
  const mayFollow = useMayFollow()
  if (!line.personId || !mayFollow('person', line.personId)) return said
  return (
    <Link to="/life/$kind/$id" params={{ kind: 'person', id: line.personId }}>
      {said}
    </Link>
  )
}

/** The words for whoever acted. */
export function useActor(): (line: Pick<ActLine, 'person'>) => string {
  const t = useTexts(evidenceTexts)
  return ({ person }) => (person === 'anonymous' ? t.anonymous : person.replace(/^service:/, `${t.service} `))
}
