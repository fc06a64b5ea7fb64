import {
  type InspectionKind,
  inspectionKinds,
  kindNames,
} from '../../../../server/src/supervision/inspections/rules.ts'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { inspectionTexts } from './texts.ts'

export type InspectionState =
  | 'waits'
  | 'rejected'
  | 'cancelled'
  | 'approved'
  | 'reading'
  | 'deciding'
  | 'reported'
const colours: Record<InspectionState, 'amber' | 'green' | 'grey'> = {
  waits: 'amber',
  rejected: 'grey',
  cancelled: 'grey',
  approved: 'amber',
  reading: 'amber',
  deciding: 'amber',
  reported: 'green',
}

/** How far an inspection is. */
export function stateOf(one: {
  approved: boolean | null
  readings: number
  reported: boolean
  cancelled?: boolean
}): InspectionState {
  if (one.reported) return 'reported'
  if (one.cancelled) return 'cancelled'
  if (one.approved === null) return 'waits'
  if (!one.approved) return 'rejected'
  return one.readings === 0 ? 'approved' : one.readings < 2 ? 'reading' : 'deciding'
}

export function InspectionStateTag({ state }: { state: InspectionState }) {
  const t = useTexts(inspectionTexts)
  return <Mark colour={colours[state]}>{t.states[state]}</Mark>
}

export function useKind() {
  const pick = usePick()
  return (kind: InspectionKind) => pick(kindNames[kind])
}
export function useKindOptions() {
  const kind = useKind()
  return inspectionKinds.map((value) => ({ value, label: kind(value) }))
}
export function useOfficeOptions(city: boolean) {
  const pick = usePick()
  return registrationOffices
    .filter(({ id }) => city || id !== 'city')
    .map(({ id, name }) => ({ value: id, label: pick(name) }))
}

/** A word in a colour that can be read. */
export function Mark({ colour, children }: { colour: 'red' | 'amber' | 'green' | 'grey'; children: string }) {
  return <span className={`mb-status mb-status-${colour}`}>{children}</span>
}
