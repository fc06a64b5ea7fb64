import { erasureDuties } from '../../../../server/src/people/duties.ts'
import { useList, useSession } from '../../api/queries.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ClauseTag } from '../../ui/ClauseTag.tsx'
import { ErrorState } from '../../ui/states.tsx'
import './erasure.css'
import { ErasureTable } from './ErasureTable.tsx'
import { Propose } from './Propose.tsx'
import { erasureTexts } from './texts.ts'
import type { Erasure, Erasures } from './types.ts'

const readers: readonly string[] = [...erasureDuties.propose, ...erasureDuties.erase]

/** What may be erased and after how long, proposing it, and every erasure proposed and done. */
export function ErasuresPage() {
  const t = useTexts(erasureTexts)
  const session = useSession().data
  const may = (duties: readonly string[]) => session?.duties.some((duty) => duties.includes(duty)) ?? false
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.title}</h1>
        <p>{t.subtitle}</p>
      </div>
      {session && !may(readers) && (
        <ErrorState
          refusal={{
            code: 'no_duty',
            clause: '6.7',
            message: { zh: erasureTexts.zh.noDuty, en: erasureTexts.en.noDuty },
          }}
        />
      )}
      {session && may(readers) && <Inside mayPropose={may(erasureDuties.propose)} />}
    </>
  )
}

function Inside({ mayPropose }: { mayPropose: boolean }) {
  const list = useList<Erasure, Erasures>('erasures', {}, 'before')
  return (
    <>
      <div className="mb-erasure-top">
        <Rules kinds={list.first?.kinds ?? []} />
        {mayPropose && <Propose />}
      </div>
      <ErasureTable list={list} />
    </>
  )
}

function Rules({ kinds }: Pick<Erasures, 'kinds'>) {
  const t = useTexts(erasureTexts)
  const pick = usePick()
  return (
    <section className="mb-panel" aria-label={t.rules}>
      <h2>
        {t.rules} <ClauseTag clause="6.4" /> <ClauseTag clause="6.7" />
      </h2>
      <table className="mb-plain">
        <thead>
          <tr>
            <th scope="col">{t.kind}</th>
            <th scope="col">{t.years}</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ type, title, years }) => (
            <tr key={type}>
              <td>{pick(title)}</td>
              <td>{fill(t.yearsOf, { years })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mb-soft">{t.forEver}</p>
      <dl className="mb-erasure-what">
        <dt>{t.goes}</dt>
        <dd>{t.goesHint}</dd>
        <dt>{t.stays}</dt>
        <dd>{t.staysHint}</dd>
      </dl>
    </section>
  )
}
