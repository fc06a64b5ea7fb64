import { Button, Select, Space } from 'antd'
import { useState } from 'react'
import { codeName, GYFS } from '../../../../server/src/values/dictionaries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { Facts } from '../../ui/Facts.tsx'
import { LongText } from '../../ui/LongText.tsx'
import { MaskedText } from '../../ui/MaskedText.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { UnitSurveys } from '../survey/UnitSurveys.tsx'
import { casePageTexts } from './caseTexts.ts'
import type { CaseView, EntryView, PartyView, RenewalView, SaleView } from './types.ts'

/** What was applied for, by whom, and what the register says today, side by side. */
export function ApplicationTab({ view }: { view: CaseView }) {
  return (
    <>
      {view.body.renewal ? (
        <RenewalFacts view={view} renewal={view.body.renewal} />
      ) : (
        <SaleFacts view={view} body={view.body} />
      )}
      <Parties view={view} />
      <RightsNow view={view} />
      {view.unit && <UnitSurveys unit={view.unit.code} citing={view} />}
    </>
  )
}

function SaleFacts({ view, body }: { view: CaseView; body: SaleView }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const { money } = useFormats()
  return (
    <section className="mb-panel">
      <h2>{t.sale}</h2>
      <Facts
        items={[
          [t.price, `¥ ${money(body.priceFen)}`],
          [t.contract, body.contractNumber],
          [t.scope, body.sale === 'whole' ? t.whole : t.share],
          [t.sharing, pick(codeName(GYFS, body.sharing))],
          ...useCommonFacts(view),
          [t.secondReview, view.secondReview ? t.secondReviewYes : t.secondReviewNo],
          [t.remark, body.remark ? <LongText key="remark" text={body.remark} /> : null],
        ]}
      />
    </section>
  )
}

/** What every application has, whatever it asks for. */
function useCommonFacts(view: CaseView): readonly (readonly [string, string | null])[] {
  const t = useTexts(casePageTexts)
  const { dateTime, date, area } = useFormats()
  return [
    [t.area, view.unit ? area(view.unit.area) : null],
    [t.applied, dateTime(view.appliedAt)],
    [t.accepted, view.acceptedAt && dateTime(view.acceptedAt)],
    [t.promisedDue, view.promisedDue && date(view.promisedDue)],
    [t.legalDue, view.legalDue && date(view.legalDue)],
  ]
}

/** Which certificate another is asked for, why, and how far its notice is. */
function RenewalFacts({ view, renewal }: { view: CaseView; renewal: RenewalView['renewal'] }) {
  const t = useTexts(casePageTexts)
  const { date } = useFormats()
  const { lossNotice: notice } = view
  return (
    <section className="mb-panel">
      <h2>{t.renewal}</h2>
      <Facts
        items={[
          [t.renewalWhy, t.renewalWhys[renewal.why]],
          [t.oldCertificate, renewal.certificateNumber],
          [t.whatHappened, <LongText key="statement" text={renewal.statement} />],
          ...(renewal.why === 'lost'
            ? [
                [t.lossNotice, notice?.number ?? t.notAnnounced] as const,
                [
                  t.noticeDays,
                  notice && fill(t.fromTo, { from: date(notice.from), to: date(notice.until) }),
                ] as const,
              ]
            : []),
          ...useCommonFacts(view),
        ]}
      />
    </section>
  )
}

function Parties({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const check = useAct<{ caseId: string; partyNo: number; method: string; passed: boolean }, unknown>(
    'case.checkIdentity',
  )
  const may = view.availability['case.checkIdentity']?.enabled === true
  return (
    <section className="mb-panel">
      <h2>{t.parties}</h2>
      {check.refusal && <RefusalAlert refusal={check.refusal} onClose={check.clear} />}
      <div className="mb-scroll-x">
        <table className="mb-plain">
          <thead>
            <tr>
              <th scope="col">{t.side}</th>
              <th scope="col">{t.party}</th>
              <th scope="col">{t.idNumber}</th>
              <th scope="col">{t.share}</th>
              <th scope="col">{t.agent}</th>
              <th scope="col">{t.identity}</th>
            </tr>
          </thead>
          <tbody>
            {view.parties.map((party) => (
              <tr key={party.no}>
                <td>{t[party.side]}</td>
                <td>{party.name}</td>
                <td className="mb-code">
                  <MaskedText masked={party.idMasked} />
                </td>
                <td>{party.share ? `${party.share.num}/${party.share.den}` : '—'}</td>
                <td>
                  {party.agentName
                    ? fill(t.bracketed, { what: party.agentName, more: t[party.agentBasis ?? 'notarised'] })
                    : '—'}
                </td>
                <td>
                  <Identity
                    party={party}
                    view={view}
                    may={may}
                    pending={check.pending}
                    onCheck={(method, passed) =>
                      void check.perform({ caseId: view.caseId, partyNo: party.no, method, passed })
                    }
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

type Method = 'card_reader' | 'face' | 'company_register' | 'by_eye'

interface IdentityProps {
  party: PartyView
  view: CaseView
  may: boolean
  pending: boolean
  onCheck: (method: Method, passed: boolean) => void
}

function Identity({ party, view, may, pending, onCheck }: IdentityProps) {
  const t = useTexts(casePageTexts)
  const whom = party.agentName ? 'agent' : 'party'
  const last = view.checks.filter((one) => one.partyNo === party.no && one.whom === whom).at(-1)
  const [method, setMethod] = useState<Method>(
    party.kind === 'person' || party.agentName ? 'card_reader' : 'company_register',
  )
  const said = last
    ? fill(last.passed ? t.verified : t.failed, { method: t.methods[last.method as Method] })
    : t.unverified
  return (
    <Space size={6} wrap>
      <span className={last?.passed ? 'mb-good-text' : 'mb-field-problem'}>{said}</span>
      {may && !last?.passed && (
        <Space size={4}>
          <Select<Method>
            size="small"
            aria-label={`${t.method} · ${party.agentName ?? party.name}`}
            value={method}
            onChange={setMethod}
            popupMatchSelectWidth={false}
            options={Object.entries(t.methods).map(([value, label]) => ({ value: value as Method, label }))}
          />
          <Button
            size="small"
            type="primary"
            ghost
            loading={pending}
            onClick={() => onCheck(method, true)}
            aria-label={`${t.pass} · ${party.agentName ?? party.name}`}
          >
            {t.pass}
          </Button>
          <Button
            size="small"
            danger
            disabled={pending}
            onClick={() => onCheck(method, false)}
            aria-label={`${t.fail} · ${party.agentName ?? party.name}`}
          >
            {t.fail}
          </Button>
        </Space>
      )}
    </Space>
  )
}

function RightsNow({ view }: { view: CaseView }) {
  const t = useTexts(casePageTexts)
  const pick = usePick()
  const { money, date } = useFormats()
  const { rights } = view
  const names = (entry: EntryView, role: string) =>
    entry.parties
      .filter((party) => party.role === role)
      .map(
        (party) =>
          `${party.name}${party.shareNum && party.shareDen ? ` ${party.shareNum}/${party.shareDen}` : ''}`,
      )
      .join('、')
  const list = (entries: readonly EntryView[], words: (entry: EntryView) => string) =>
    entries.length === 0 ? (
      t.none
    ) : (
      <ul className="mb-lines">
        {entries.map((entry) => (
          <li key={entry.id}>{words(entry)}</li>
        ))}
      </ul>
    )
  return (
    <section className="mb-panel">
      <h2>{t.rightsNow}</h2>
      <Facts
        items={[
          [
            t.owners,
            rights.ownership
              ? fill(t.bracketed, {
                  what: names(rights.ownership, 'holder'),
                  more: pick(codeName(GYFS, String(rights.ownership.body.sharing))),
                })
              : t.noOwnership,
          ],
          [
            t.mortgages,
            list(
              rights.mortgages,
              (one) =>
                `${names(one, 'mortgagee')} · ¥ ${money(Number(one.body.amountFen))} · ${String(one.body.debtFrom)} – ${String(one.body.debtTo)}`,
            ),
          ],
          [
            t.seizures,
            list(
              rights.seizures,
              (one) =>
                `${String(one.body.organ)} · ${String(one.body.document)}${one.legalTo ? ` · ${fill(t.until, { date: date(one.legalTo) })}` : ''}`,
            ),
          ],
          [
            t.objections,
            list(rights.objections, (one) => `${names(one, 'applicant')} · ${String(one.body.matter ?? '')}`),
          ],
          [t.prenotices, list(rights.prenotices, (one) => names(one, 'holder'))],
        ]}
      />
    </section>
  )
}
