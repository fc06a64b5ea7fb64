import { Link } from '@tanstack/react-router'
import { Checkbox, type TableColumnsType } from 'antd'
import type { Answers } from '../../../../server/src/supervision/sampling/rules.ts'
import { usePick, useTexts } from '../../i18n/language.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { ProofLink } from '../access/words.tsx'
import { samplingTexts } from './texts.ts'
import type { SampledItem, SamplingDetail } from './types.ts'

const aspects = ['forms', 'materials', 'process', 'in_time'] as const

/** The sample with what program and people found of each; open ones can be chosen to be assigned. */
export function SampleTable({
  sampling,
  chosen,
  onChoose,
}: {
  sampling: SamplingDetail
  chosen: readonly string[]
  onChoose: (candidates: string[]) => void
}) {
  const t = useTexts(samplingTexts)
  const pick = usePick()
  const open = sampling.items.filter((one) => one.automatic && !one.answer)
  const assigns = sampling.how === null && open.length > 0
  const toggle = (candidate: string, on: boolean) =>
    onChoose(on ? [...chosen, candidate] : chosen.filter((one) => one !== candidate))
  const nameOf = (one: SampledItem) => one.number ?? one.unitCode ?? one.candidate
  const columns: TableColumnsType<SampledItem> = [
    ...(assigns
      ? [
          {
            title: t.choose,
            key: 'choose',
            width: 60,
            render: (_: unknown, one: SampledItem) =>
              open.includes(one) && (
                <Checkbox
                  aria-label={`${t.assign} ${nameOf(one)}`}
                  checked={chosen.includes(one.candidate)}
                  onChange={(event) => toggle(one.candidate, event.target.checked)}
                />
              ),
          },
        ]
      : []),
    {
      title: t.stratum,
      key: 'stratum',
      width: 100,
      render: (_, one) => `${one.stratum} · ${one.rank}`,
    },
    {
      title: sampling.source === 'cases' ? t.case : t.entry,
      key: 'case',
      width: 230,
      render: (_, one) => (
        <div className="mb-wrap">
          {nameOf(one)}
          <div className="mb-soft">{one.unitCode}</div>
        </div>
      ),
    },
    {
      title: t.automatic,
      key: 'automatic',
      width: 280,
      render: (_, one) =>
        one.automatic && (
          <div className="mb-wrap">
            <Marks answers={one.automatic} />
            {one.faults.map((fault) => (
              <div key={fault.zh} className="mb-soft">
                {pick(fault)}
              </div>
            ))}
          </div>
        ),
    },
    {
      title: t.person,
      key: 'person',
      width: 280,
      render: (_, one) => (
        <div className="mb-wrap">
          <div>
            {one.checker ?? <span className="mb-soft">{t.unassigned}</span>}{' '}
            {!one.answer && one.checkerId === sampling.me && sampling.how === null && (
              <Link
                to="/samplings/$id/items/$candidate"
                params={{ id: sampling.id, candidate: one.candidate }}
              >
                {t.look}
              </Link>
            )}
          </div>
          {one.answer ? (
            <ProofLink actId={one.answer.actId}>
              <Marks answers={one.answer} />
            </ProofLink>
          ) : (
            one.checker && <span className="mb-soft">{t.waitingAnswer}</span>
          )}
          {one.answer?.note && <div className="mb-soft">{one.answer.note}</div>}
          {one.answer?.reason && (
            <div className="mb-soft">
              {t.why_differs}: {one.answer.reason}
            </div>
          )}
          {one.findings.map((finding, i) => (
            <div key={finding.id}>
              <Link to="/findings/$id" params={{ id: finding.id }}>
                {t.findings} {i + 1}
              </Link>
            </div>
          ))}
        </div>
      ),
    },
  ]
  const wordOf = (answers: Answers | null) =>
    answers ? aspects.map((one) => `${t.aspects[one]}: ${answers[one] ? t.ok : t.bad}`).join('; ') : ''
  return (
    <>
      <h2 className="mb-sampling-head">{t.sampled}</h2>
      <DataTable<SampledItem>
        title={t.sampled}
        columns={columns}
        rows={sampling.items}
        rowKey={(one) => one.candidate}
        tools={
          assigns && (
            <Checkbox
              checked={chosen.length === open.length}
              indeterminate={chosen.length > 0 && chosen.length < open.length}
              onChange={(event) => onChoose(event.target.checked ? open.map((one) => one.candidate) : [])}
            >
              {t.chooseAll}
            </Checkbox>
          )
        }
        csv={[
          { title: t.stratum, value: (one) => `${one.stratum} ${one.rank}` },
          { title: t.case, value: nameOf },
          { title: t.automatic, value: (one) => wordOf(one.automatic) },
          { title: t.checker, value: (one) => one.checker },
          { title: t.person, value: (one) => wordOf(one.answer) },
          { title: t.note, value: (one) => one.answer?.note ?? null },
        ]}
      />
    </>
  )
}

/** Four marks: what is in order and what is not, in words and not in colour alone. */
function Marks({ answers }: { answers: Answers }) {
  const t = useTexts(samplingTexts)
  const bad = aspects.filter((one) => !answers[one])
  return bad.length === 0 ? (
    <span className="mb-status mb-status-green">{t.ok}</span>
  ) : (
    <span className="mb-status mb-status-red">
      {bad.map((one) => t.aspects[one]).join(' · ')} {t.bad}
    </span>
  )
}
