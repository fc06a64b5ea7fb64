import { FileProtectOutlined, PrinterOutlined, ReloadOutlined } from '@ant-design/icons'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { Button, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useEffect, useRef, useState } from 'react'
import { lookDuties, lookerDuties } from '../../../../server/src/people/duties.ts'
import { formatUnitCode } from '../../../../server/src/values/unitCode.ts'
import { asRefused, useApi, useSession } from '../../api/queries.ts'
import type { Page } from '../../api/types.ts'
import { useLook } from '../../api/useLook.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import { LooksTable } from '../evidence/LooksTable.tsx'
import { dutyRefusal } from './access.ts'
import { PaperButton } from './PaperButton.tsx'
import { PurposeForm } from './PurposeForm.tsx'
import { RegisterSheet } from './RegisterSheet.tsx'
import './register.css'
import { registerTexts } from './texts.ts'
import type { FoundUnit, Purpose, RegisterView } from './types.ts'

const route = getRouteApi('/inside/register/$unitCode')

/** The register page of one unit: asks why first, because looking is an act, then shows all of it. */
export function RegisterPage() {
  const { unitCode } = route.useParams()
  // Another unit is another look: nothing of the last one may be carried over, least of all its purpose.
  return <OneUnit key={unitCode} unitCode={unitCode} />
}

function OneUnit({ unitCode }: { unitCode: string }) {
  const t = useTexts(registerTexts)
  const session = useSession().data
  const [purpose, setPurpose] = useState<Purpose | null>(null)
  const refusal = dutyRefusal(session?.duties ?? [], lookDuties, {
    zh: registerTexts.zh.noLookDuty,
    en: registerTexts.en.noLookDuty,
  })
  if (refusal) return <ErrorState refusal={refusal} />
  if (purpose) return <Looked unitCode={unitCode} purpose={purpose} />
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.page}</h1>
        <p className="mb-code">{formatUnitCode(unitCode)}</p>
      </div>
      <BeforeLook unitCode={unitCode} onChosen={setPurpose} />
    </>
  )
}

/** What may be seen without a look: that there is such a unit, and where it lies. */
function BeforeLook({ unitCode, onChosen }: { unitCode: string; onChosen: (purpose: Purpose) => void }) {
  const t = useTexts(registerTexts)
  const router = useRouter()
  const found = useApi<Page<FoundUnit>>('units', { q: unitCode })
  const refused = asRefused(found.error)
  if (found.isPending) return <LoadingState label={t.opening} />
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void found.refetch()} />
  const unit = found.data?.items.find((one) => one.code === unitCode)
  if (!unit) {
    return (
      <>
        <EmptyState label={t.noSuchUnit} />
        <p className="mb-register-back">
          <Link to="/register">{t.back}</Link>
        </p>
      </>
    )
  }
  return (
    <PurposeForm
      unit={unit}
      onChosen={onChosen}
      onBack={() => (router.history.canGoBack() ? router.history.back() : router.history.push('/register'))}
    />
  )
}

function Looked({ unitCode, purpose }: { unitCode: string; purpose: Purpose }) {
  const t = useTexts(registerTexts)
  const formats = useFormats()
  /** Null for now. */
  const [asOf, setAsOf] = useState<string | null>(null)
  const { case: opened } = route.useSearch()
  const forCase = purpose === 'case' && opened ? { forCase: opened } : null
  const look = useLook<RegisterView>('register.view', {
    unitCode,
    purpose,
    ...forCase,
    ...(asOf ? { asOf } : {}),
  })
  const session = useSession().data
  // The form that had the focus is gone; whoever reads by ear goes on at the heading.
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const today = formats.date(new Date().toISOString())
  return (
    <>
      <header className="mb-case-header">
        <div className="mb-case-what">
          <h1 ref={heading} tabIndex={-1} className="mb-register-title">
            {t.page}
          </h1>
          <span className="mb-code">{formatUnitCode(unitCode)}</span>
          <span className="mb-header-space" />
          <div className="mb-case-actions">
            <label className="mb-register-day" htmlFor="register-day">
              <span>{t.asOf}</span>
              <DatePicker
                id="register-day"
                value={asOf ? dayjs(asOf) : null}
                placeholder={t.asOfToday}
                maxDate={dayjs(today)}
                disabled={look.loading}
                onChange={(day) => setAsOf(day ? day.format('YYYY-MM-DD') : null)}
              />
            </label>
            <Button icon={<ReloadOutlined aria-hidden />} loading={look.loading} onClick={look.again}>
              {t.again}
            </Button>
            {look.data && <PaperButton look={{ unitCode, purpose, ...forCase }} asOf={asOf} />}
            <Button icon={<PrinterOutlined aria-hidden />} disabled={!look.data} onClick={() => print()}>
              {t.print}
            </Button>
            <Link to="/life/$kind/$id" params={{ kind: 'unit', id: unitCode }} className="mb-register-proof">
              <FileProtectOutlined aria-hidden /> {t.evidence}
            </Link>
          </div>
        </div>
        <p className="mb-register-look">
          {look.data && (
            <b>
              {asOf
                ? fill(t.asOfNote, { date: asOf })
                : fill(t.asOfNow, { time: formats.dateTime(look.data.asOf) })}
            </b>
          )}{' '}
          {fill(t.lookedFor, { purpose: t.purposes[purpose] })}
          <span className="mb-screen-only"> · {t.asOfHint}</span>
        </p>
      </header>
      {look.loading && <LoadingState label={t.opening} />}
      {look.refusal && <ErrorState refusal={look.refusal} onRetry={look.again} />}
      {look.data && <RegisterSheet view={look.data} />}
      {look.data && session?.duties.some((duty) => lookerDuties.includes(duty)) && (
        <LooksTable unitCode={unitCode} />
      )}
    </>
  )
}
