import { Button } from 'antd'
import { useState } from 'react'
import type { EntryParty } from '../../../../server/src/register/state.ts'
import { codeName, GYFS, QLLX, QLXZ, ZJZL } from '../../../../server/src/values/dictionaries.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { EmptyState } from '../../ui/states.tsx'
import { registerTexts } from './texts.ts'
import type { RegisterView } from './types.ts'
import { Facts } from './UnitFactsPanel.tsx'
import { numberOf } from './view.ts'

/** Holders listed before the rest is asked for; on paper all are. */
const holdersShown = 10

/** Who holds the unit, in what manner, under which certificate, for what price and term. */
export function OwnershipPanel({ view }: { view: RegisterView }) {
  const t = useTexts(registerTexts)
  const pick = usePick()
  const formats = useFormats()
  const { ownership } = view.state
  if (!ownership) {
    return (
      <section className="mb-panel" aria-labelledby="ownership">
        <h2 id="ownership">{t.ownership}</h2>
        <EmptyState label={t.noOwnership} />
      </section>
    )
  }
  const { body } = ownership
  const holders = ownership.parties.filter((party) => party.role === 'holder')
  return (
    <section className="mb-panel" aria-labelledby="ownership">
      <h2 id="ownership">
        {t.ownership}
        {holders.length > 1 && <small>{fill(t.holders, { count: holders.length })}</small>}
      </h2>
      <Holders holders={holders} sharing={body.sharing} />
      <Facts
        items={[
          [t.sharing, pick(codeName(GYFS, body.sharing))],
          [t.certificate, numberOf(ownership, view.certificates), true],
          [t.rightType, pick(codeName(QLLX, body.rightType)), true],
          [t.rightNature, pick(codeName(QLXZ, body.rightNature))],
          [
            t.price,
            body.priceFen === undefined ? null : fill(t.yuan, { amount: formats.money(body.priceFen) }),
          ],
          [
            t.landTerm,
            body.termFrom && body.termTo && fill(t.fromTo, { from: body.termFrom, to: body.termTo }),
          ],
          [t.registeredAt, formats.dateTime(ownership.legalFrom)],
          [t.reason, body.reason],
          [t.contract, 'contractNumber' in body ? String(body.contractNumber) : null],
          [t.remark, body.remark, true],
        ]}
      />
    </section>
  )
}

function Holders({ holders, sharing }: { holders: readonly EntryParty[]; sharing: string }) {
  const t = useTexts(registerTexts)
  const pick = usePick()
  const [open, setOpen] = useState(false)
  const hidden = holders.length - holdersShown
  return (
    <>
      <table className="mb-plain">
        <thead>
          <tr>
            <th scope="col">{t.holder}</th>
            <th scope="col">{t.kind}</th>
            <th scope="col">{t.idType}</th>
            <th scope="col" className="mb-figure">
              {t.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {holders.map((holder, index) => (
            <tr key={holder.partyId} className={!open && index >= holdersShown ? 'mb-paper-only' : undefined}>
              <td className="mb-wrap">{holder.name}</td>
              <td>{holder.kind === 'person' ? t.person : t.company}</td>
              <td>{pick(codeName(ZJZL, holder.idType))}</td>
              <td className="mb-figure">{shareWords(holder, sharing, t)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 && (
        <Button type="link" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t.lessHolders : fill(t.moreHolders, { count: hidden })}
        </Button>
      )}
    </>
  )
}

function shareWords(holder: EntryParty, sharing: string, t: { whole: string; together: string }): string {
  if (holder.shareNum !== null && holder.shareDen !== null) return `${holder.shareNum}/${holder.shareDen}`
  if (sharing === '0') return t.whole
  return sharing === '1' ? t.together : '—'
}
