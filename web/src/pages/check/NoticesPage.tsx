import { asRefused, useApi } from '../../api/queries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { PublicFrame } from './CheckPage.tsx'
import './check.css'
import { checkTexts } from './texts.ts'

interface NoticeRow extends Text {
  number: string
  certificate: string
  /** Null once the notice has run out. */
  declaredBy: string | null
  from: string
  until: string
  basis: string
  state: 'running' | 'over' | 'dropped' | 'void'
}

const tones = { running: 'amber', over: 'green', dropped: 'grey', void: 'red' } as const

/** 遗失公告, for anybody: which certificates were declared lost, by whom while it runs, and what became of it. */
export function NoticesPage() {
  const t = useTexts(checkTexts)
  const pick = usePick()
  const { date } = useFormats()
  const found = useApi<{ items: NoticeRow[] }>('public/notices')
  const refused = asRefused(found.error)
  return (
    <PublicFrame title={t.notices}>
      <p className="mb-soft">{t.noticesHint}</p>
      {found.isPending && <LoadingState label={t.notices} />}
      {refused && <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />}
      {found.data?.items.length === 0 && <EmptyState label={t.noNotices} />}
      {found.data && found.data.items.length > 0 && (
        <section className="mb-panel mb-scroll-x">
          <table className="mb-plain">
            <thead>
              <tr>
                <th scope="col">{t.lostCertificate}</th>
                <th scope="col">{t.declaredBy}</th>
                <th scope="col">{t.runsTo}</th>
                <th scope="col">{t.noticeState}</th>
                <th scope="col">{t.noticeNumber}</th>
              </tr>
            </thead>
            <tbody>
              {found.data.items.map((one) => (
                <tr key={one.number}>
                  <td className="mb-wrap">
                    {one.certificate}
                    <br />
                    <small className="mb-soft">{pick(one)}</small>
                  </td>
                  <td className="mb-wrap">
                    {one.declaredBy ?? <span className="mb-soft">{t.noLonger}</span>}
                  </td>
                  <td className="mb-notice-days">
                    {date(one.from)}
                    <br />
                    {fill(t.until, { to: date(one.until) })}
                  </td>
                  <td>
                    <span className={`mb-status mb-status-${tones[one.state]}`}>
                      {t.noticeStates[one.state]}
                    </span>
                  </td>
                  <td className="mb-wrap">
                    <span className="mb-code">{one.number}</span>
                    <br />
                    <small className="mb-soft">{one.basis}</small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </PublicFrame>
  )
}
