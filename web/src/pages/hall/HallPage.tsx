import { getRouteApi, Link } from '@tanstack/react-router'
import type { Hall } from '../../../../server/src/supervision/hall/rules.ts'
import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ErrorState, LoadingState } from '../../ui/states.tsx'
import { PublicFrame } from '../check/CheckPage.tsx'
import './hall.css'
import { hallTexts } from './texts.ts'

const route = getRouteApi('/hall/$office')
const everyMs = 60_000

/** 大厅公示屏: for a screen that hangs in the hall and that nobody touches. What it shows stays when the connection is lost, and says so. */
export function HallPage() {
  const { office } = route.useParams()
  const t = useTexts(hallTexts)
  const pick = usePick()
  const found = useApi<Hall>(`public/hall/${office}`, {}, { refetchInterval: everyMs })
  const refused = asRefused(found.error)
  const title = found.data ? `${pick(found.data.office)} · ${t.title}` : t.title
  return (
    <PublicFrame title={title}>
      {found.isPending && <LoadingState label={t.loading} />}
      {refused && !found.data && (
        <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
      )}
      {found.data && <Shown hall={found.data} stale={found.isError} />}
    </PublicFrame>
  )
}

function Shown({ hall, stale }: { hall: Hall; stale: boolean }) {
  const t = useTexts(hallTexts)
  const pick = usePick()
  const { number, dateTime } = useFormats()
  const clock = (at: string) => dateTime(at).slice(-5)
  const figures = [
    [t.applied, hall.applied, 'plain'],
    [t.finished, hall.finished, 'plain'],
    [t.underWay, hall.underWay, 'plain'],
    [t.late, hall.late, hall.late > 0 ? 'late' : 'plain'],
  ] as const
  return (
    <div className="mb-hall">
      <dl className="mb-hall-figures">
        {figures.map(([label, value, tone]) => (
          <div key={label} className={`mb-panel mb-hall-${tone}`}>
            <dt>{label}</dt>
            <dd>{number(value)}</dd>
          </div>
        ))}
      </dl>
      <section className="mb-panel">
        <h2>{t.leaders}</h2>
        {hall.leaders.length === 0 ? (
          <p className="mb-soft">{t.noLeader}</p>
        ) : (
          <ul className="mb-hall-leaders">
            {hall.leaders.map((one) => (
              <li key={`${one.windowNo} ${one.name}`}>
                <b>{one.name}</b>{' '}
                {fill(t.window, {
                  duty: pick(one.duty),
                  no: one.windowNo,
                  from: clock(one.from),
                  until: clock(one.until),
                })}{' '}
                <span className={`mb-status mb-status-${one.signedIn ? 'green' : 'grey'}`}>
                  {one.signedIn ? t.signedIn : t.planned}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="mb-panel">
        <h2>{t.times}</h2>
        <table className="mb-plain">
          <thead>
            <tr>
              <th scope="col">{t.business}</th>
              <th scope="col">{t.legal}</th>
              <th scope="col">{t.promised}</th>
            </tr>
          </thead>
          <tbody>
            {hall.businesses.map((one) => (
              <tr key={one.code}>
                <td>{pick(one.name)}</td>
                <td>{one.legalDays}</td>
                <td>{one.promisedDays}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="mb-panel">
        <h2>{t.checks}</h2>
        <p>{t.checkHint}</p>
        <p className="mb-hall-links">
          <Link to="/notices">{t.notices}</Link>
          <Link to="/checkpoints">{t.checkpoints}</Link>
        </p>
      </section>
      <p className={stale ? 'mb-hall-at mb-hall-stale' : 'mb-hall-at mb-soft'} role="status">
        {fill(stale ? t.stale : t.updated, { at: dateTime(hall.at) })}
      </p>
    </div>
  )
}
