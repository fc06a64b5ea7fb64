import type { ReactNode } from 'react'
import type { UnitFacts } from '../../../../server/src/register/state.ts'
import { codeName, FWJG, GHYT, TDYT } from '../../../../server/src/values/dictionaries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { registerTexts } from './texts.ts'

/** Names and values in a grid; what there is no value for is left out. */
export function Facts({
  items,
}: {
  items: readonly (readonly [name: string, value: ReactNode, wide?: boolean])[]
}) {
  return (
    <dl className="mb-reg-facts">
      {items
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value, wide]) => (
          <div key={name} className={wide ? 'mb-fact-wide' : undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** The physical side: unit, building, parcel. */
export function UnitFactsPanel({ unit }: { unit: UnitFacts }) {
  const t = useTexts(registerTexts)
  const pick = usePick()
  const { area } = useFormats()
  const { parcel, building } = unit
  return (
    <section className="mb-panel" aria-labelledby="unit-facts">
      <h2 id="unit-facts">{t.facts}</h2>
      <Facts
        items={[
          [t.location, unit.location, true],
          [t.use, pick(codeName(GHYT, unit.use))],
          [t.area, area(unit.area)],
          [t.innerArea, unit.innerArea && area(unit.innerArea)],
          [t.sharedArea, unit.sharedArea && area(unit.sharedArea)],
          [
            t.floor,
            building ? fill(t.floorOf, { floor: unit.floor, floors: building.floorsAbove }) : unit.floor,
          ],
          [t.room, unit.room],
          [t.building, building?.name],
          [t.structure, building && pick(codeName(FWJG, building.structure))],
          [t.completedOn, building?.completedOn],
          [
            t.parcelCode,
            <span className="mb-code" key="parcel">
              {parcel.code}
            </span>,
          ],
          [t.parcelLocation, parcel.location, true],
          [t.parcelArea, area(parcel.area)],
          [t.landUse, pick(codeName(TDYT, parcel.landUse))],
          [
            t.landTerm,
            parcel.termFrom && parcel.termTo && fill(t.fromTo, { from: parcel.termFrom, to: parcel.termTo }),
          ],
        ]}
      />
    </section>
  )
}
