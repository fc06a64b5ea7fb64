import { getRouteApi, useRouter } from '@tanstack/react-router'
import { Button, Segmented, Select, Space, type TableColumnsType } from 'antd'
import { type ReactNode, useState } from 'react'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { asTable, type ListState, useList, useSession } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import '../access/access.css'
import { WordModal } from '../access/WordModal.tsx'
import { useWords } from '../access/words.tsx'
import { DutyCalendar, ViewSwitch } from './DutyCalendar.tsx'
import { useDutyColumns, useExemptionColumns } from './lines.tsx'
import { dutiesTexts } from './texts.ts'
import {
  type DueList,
  type DutiesSearch,
  type DutyLine,
  type DutyShow,
  dutyShows,
  type ExemptionLine,
} from './types.ts'

const route = getRouteApi('/inside/duties')

/**
 * 定期职责: what is due in the office, for those who lead it or look into it. What it shows stands in its address:
 * `kind` (a duty's), `district` (an office), `person` (an id), `show` (`open`, `overdue`, `all`
 * or `forecast`), `on` (the day due), and `view=calendar` with its `month`.
 */
export function DutiesPage() {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  const words = useWords()
  const router = useRouter()
  const search = route.useSearch()
  const { show = 'open', kind, district, person, on, view, month } = search
  const tell = (part: { [key in keyof DutiesSearch]: DutiesSearch[key] | undefined }) =>
    void router.navigate({ to: '/duties', search: set({ ...search, ...part }), replace: true })
  const forecast = show === 'forecast'
  const written = useList<DutyLine, DueList>('duties', {
    show: forecast ? 'open' : show,
    kind,
    district,
    person,
    on: forecast ? undefined : on,
  })
  const city = useSession().data?.district.id === 'city'
  const columns = useDutyColumns({ office: city })
  const { first } = written
  const filters = (
    <Space wrap>
      <ViewSwitch view={view} onView={(value) => tell({ view: value })} />
      {view !== 'calendar' && (
        <Segmented<DutyShow>
          aria-label={t.show}
          value={show}
          onChange={(value) => tell({ show: value })}
          options={dutyShows.map((value) => ({ value, label: t.shows[value] }))}
        />
      )}
      <Select
        aria-label={t.duty}
        value={kind ?? ''}
        onChange={(value) => tell({ kind: value })}
        popupMatchSelectWidth={false}
        style={{ minWidth: 180 }}
        options={[
          { value: '', label: t.kindAll },
          ...(first?.kinds ?? []).map((one) => ({ value: one.kind, label: pick(one.title) })),
        ]}
      />
      {city && (
        <Select
          aria-label={t.office}
          value={district ?? ''}
          onChange={(value) => tell({ district: value, person: undefined })}
          popupMatchSelectWidth={false}
          style={{ minWidth: 140 }}
          options={[
            { value: '', label: t.officeAll },
            ...registrationOffices.map(({ id }) => ({ value: id, label: words.office(id) })),
          ]}
        />
      )}
      <Select
        aria-label={t.person}
        value={person ?? ''}
        onChange={(value) => tell({ person: value })}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        style={{ minWidth: 140 }}
        options={[
          { value: '', label: t.personAll },
          ...(first?.people ?? []).map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
      {on && view !== 'calendar' && (
        <Button onClick={() => tell({ on: undefined })}>{fill(t.onlyOn, { day: on })}</Button>
      )}
    </Space>
  )
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.list}</h1>
        <p>{t.listHint}</p>
      </div>
      {view !== 'calendar' && first && first.counts.length > 0 && (
        <div className="mb-panel">
          {first.counts.map((one) => (
            <div key={one.kind}>
              <b>{pick(one.title)}</b>{' '}
              {fill(t.counts, { open: one.open, overdue: one.overdue, done: one.done })}
            </div>
          ))}
        </div>
      )}
      {view === 'calendar' ? (
        <>
          <div className="mb-screen-only mb-calendar-tools">{filters}</div>
          <DutyCalendar
            path="duties/calendar"
            params={{ kind, district, person }}
            month={month}
            onMonth={(value) => tell({ month: value })}
            office
            targetOf={(entry) => ({
              to: '/duties',
              search: set({
                district,
                person,
                kind: entry.kind,
                on: entry.day,
                show: entry.state === 'forecast' ? 'forecast' : 'all',
              }),
            })}
          />
        </>
      ) : (
        <Listed
          forecast={forecast}
          written={written}
          asked={{ kind, district, person, on }}
          tools={filters}
          columns={columns}
          empty={forecast && city && !district ? t.chooseOffice : t.empty}
        />
      )}
      <Exemptions rows={first?.exemptions ?? []} />
    </>
  )
}

/** What is written down, or what is to come; of the latter only when it is looked at. */
function Listed(props: {
  forecast: boolean
  written: ListState<DutyLine, DueList>
  asked: Record<string, string | undefined>
  tools: ReactNode
  columns: TableColumnsType<DutyLine>
  empty: string
}) {
  return props.forecast ? <Coming {...props} /> : <Lines {...props} list={props.written} />
}
function Coming(props: Parameters<typeof Listed>[0]) {
  return <Lines {...props} list={useList<DutyLine>('duties/forecast', props.asked)} />
}
function Lines({
  list,
  tools,
  columns,
  empty,
}: Omit<Parameters<typeof Listed>[0], 'written'> & { list: ListState<DutyLine, unknown> }) {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  return (
    <DataTable<DutyLine>
      title={t.list}
      columns={columns}
      {...asTable(list)}
      rowKey={(line) => line.id}
      emptyLabel={empty}
      tools={tools}
      csv={[
        { title: t.duty, value: (line) => pick(line.title) },
        { title: t.office, value: (line) => line.district },
        { title: t.who, value: (line) => pick(line.name) },
        { title: t.from, value: (line) => line.from },
        { title: t.due, value: (line) => line.dueAt },
        { title: t.state, value: (line) => t.states[line.state] },
      ]}
    />
  )
}

/** Only what is set stands in the address. */
const set = (search: { [key in keyof DutiesSearch]: DutiesSearch[key] | undefined }): DutiesSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value))

function Exemptions({ rows }: { rows: ExemptionLine[] }) {
  const t = useTexts(dutiesTexts)
  const pick = usePick()
  const common = useExemptionColumns()
  const [deciding, setDeciding] = useState<{ one: ExemptionLine; approved: boolean } | null>(null)
  const decide = useAct<object, unknown>('duty.decideExemption')
  const columns: TableColumnsType<ExemptionLine> = [
    ...common,
    {
      title: t.acts,
      key: 'acts',
      width: 190,
      render: (_, one) =>
        one.approved === null ? (
          <Space>
            <ActButton
              type="primary"
              size="small"
              availability={one.availability?.['duty.decideExemption']}
              onClick={() => setDeciding({ one, approved: true })}
            >
              {t.approve}
            </ActButton>
            <ActButton
              size="small"
              availability={one.availability?.['duty.decideExemption']}
              onClick={() => setDeciding({ one, approved: false })}
            >
              {t.refuse}
            </ActButton>
          </Space>
        ) : null,
    },
  ]
  return (
    <>
      <DataTable<ExemptionLine>
        title={t.exemptions}
        tools={<h2 className="mb-access-heading">{t.exemptions}</h2>}
        columns={columns}
        rows={rows}
        rowKey={(one) => one.id}
        emptyLabel={t.noExemptions}
      />
      {deciding && (
        <WordModal
          title={fill(t.decideTitle, { duty: pick(deciding.one.title), who: pick(deciding.one.name) })}
          label={t.word}
          action={deciding.approved ? t.approve : t.refuse}
          danger={!deciding.approved}
          pending={decide.pending}
          refusal={decide.refusal}
          onRefusalClose={decide.clear}
          onWord={(word) =>
            void decide
              .perform({
                district: deciding.one.district,
                exemptionId: deciding.one.id,
                approved: deciding.approved,
                word,
              })
              .then((outcome) => outcome.ok && setDeciding(null))
          }
          onClose={() => setDeciding(null)}
        />
      )}
    </>
  )
}
