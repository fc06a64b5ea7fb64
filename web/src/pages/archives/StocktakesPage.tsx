import { App, Input } from 'antd'
import { useState } from 'react'
import { asRefused, useApi } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../ui/states.tsx'
import '../custody/custody.css'
import '../people/people.css'
import './archives.css'
import { CountBox, Differences, PastStocktakes } from './StocktakeLists.tsx'
import { readScan } from './scan.ts'
import { archiveTexts } from './texts.ts'
import type { StocktakeBox, StocktakeRoom, Stocktakes } from './types.ts'

const colours = { counting: 'amber', recounting: 'amber', agreed: 'green', differs: 'red', abandoned: 'grey' }
const labelOf = ({ room, rack, box }: StocktakeBox) => `${room}-${rack}-${box}`

/** 库房清点: each room box by box, blind; who scans a box's label counts it. */
export function StocktakesPage() {
  const t = useTexts(archiveTexts)
  const { message } = App.useApp()
  const [counting, setCounting] = useState<StocktakeBox | null>(null)
  const asked = useApi<Stocktakes>('archives/stocktakes')
  const begin = useAct<object, { countId: string }>('archives.startBox')
  const refused = asRefused(asked.error)
  if (refused) return <ErrorState refusal={refused.refusal} onRetry={() => void asked.refetch()} fullPage />
  const all = asked.data
  if (!all) return <LoadingState label={t.loading} fullPage />
  const open = async (one: StocktakeBox) => {
    if (one.state === 'counting' || one.state === 'recounting') return setCounting(one)
    const { stocktakeId, rack, box } = one
    const outcome = await begin.perform({ stocktakeId, rack, box })
    if (outcome.ok) setCounting({ ...one, countId: outcome.result.countId, state: 'counting' })
  }
  const scanned = (text: string) => {
    const read = readScan(text)
    const one =
      read?.kind === 'box' &&
      all.boxes.find(({ room, rack, box }) => room === read.room && rack === read.rack && box === read.box)
    if (one) void open(one)
    else if (read) void message.warning(t.notCounted)
  }
  return (
    <>
      <div className="mb-page-head">
        <div className="mb-custody-head">
          <div>
            <h1>{t.stocktakes}</h1>
            <p>{t.stocktakesHint}</p>
          </div>
          <Input.Search
            className="mb-custody-scan mb-screen-only"
            aria-label={t.scanBox}
            placeholder={t.scanBox}
            enterButton={t.count}
            maxLength={30}
            autoFocus
            onSearch={scanned}
          />
        </div>
      </div>
      {begin.refusal && <RefusalAlert refusal={begin.refusal} onClose={begin.clear} />}
      {all.rooms.length === 0 && <EmptyState label={t.noRooms} />}
      {all.rooms.map((room) => (
        <Room
          key={room.code}
          room={room}
          boxes={all.boxes.filter((one) => one.room === room.code)}
          onCount={(one) => void open(one)}
        />
      ))}
      <div className="mb-person-section">
        <Differences rows={all.differences} />
      </div>
      <div className="mb-person-section">
        <PastStocktakes rows={all.stocktakes} />
      </div>
      {counting && (
        <CountBox
          key={counting.countId}
          label={labelOf(counting)}
          countId={counting.countId!}
          again={counting.state === 'recounting'}
          onClose={() => setCounting(null)}
        />
      )}
    </>
  )
}

function Room({
  room,
  boxes,
  onCount,
}: {
  room: StocktakeRoom
  boxes: StocktakeBox[]
  onCount: (one: StocktakeBox) => void
}) {
  const t = useTexts(archiveTexts)
  const { number, date } = useFormats()
  const { message } = App.useApp()
  const start = useAct<object, unknown>('archives.startStocktake')
  const close = useAct<object, unknown>('archives.closeStocktake')
  const abandon = useAct<object, unknown>('archives.abandonBox')
  const refusal = [start, close, abandon].find((act) => act.refusal)
  const run = (act: typeof start, input: object, said: string) =>
    void act.perform(input).then((outcome) => outcome.ok && message.success(said))
  const { open } = room
  const stands = open
    ? fill(t.stocktakeStands, { counted: number(open.boxes - open.left), boxes: number(open.boxes) })
    : room.lastAt
      ? fill(t.lastStocktake, { at: date(room.lastAt) })
      : t.neverCounted
  return (
    <section className="mb-custody-stock" aria-label={room.name}>
      <h2>
        {room.code} {room.name}{' '}
        <span className={`mb-status mb-status-${open ? 'amber' : room.lastAt ? 'green' : 'grey'}`}>
          {stands}
        </span>
      </h2>
      {refusal?.refusal && <RefusalAlert refusal={refusal.refusal} onClose={refusal.clear} />}
      <div className="mb-archive-actions mb-screen-only">
        {open ? (
          <ActButton
            size="small"
            availability={room.availability['archives.closeStocktake']}
            pending={close.pending}
            onClick={() => run(close, { stocktakeId: open.id }, t.stocktakeClosed)}
          >
            {t.closeStocktake}
          </ActButton>
        ) : (
          <ActButton
            size="small"
            type="primary"
            availability={room.availability['archives.startStocktake']}
            pending={start.pending}
            onClick={() => run(start, { room: room.code }, t.stocktakeStarted)}
          >
            {t.startStocktake}
          </ActButton>
        )}
      </div>
      {boxes.length > 0 && (
        <ul className="mb-archive-counts">
          {boxes.map((one) => (
            <li key={labelOf(one)}>
              <span className="mb-code">{labelOf(one)}</span>
              <span className={`mb-status mb-status-${one.state ? colours[one.state] : 'grey'}`}>
                {one.state ? t.boxStates[one.state] : t.toCount}
              </span>
              <small>{[one.counter, one.second].filter(Boolean).join('、')}</small>
              <span className="mb-archive-actions mb-screen-only">
                {(one.state === null || one.state === 'counting' || one.state === 'recounting') && (
                  <ActButton
                    size="small"
                    availability={
                      one.state === null
                        ? room.availability['archives.startBox']
                        : one.availability?.[
                            one.state === 'counting' ? 'archives.submitBox' : 'archives.recountBox'
                          ]
                    }
                    onClick={() => onCount(one)}
                  >
                    {one.state === 'recounting' ? t.countAgain : t.count}
                  </ActButton>
                )}
                {one.state === 'counting' && (
                  <ActButton
                    size="small"
                    availability={one.availability?.['archives.abandonBox']}
                    pending={abandon.pending}
                    onClick={() => run(abandon, { countId: one.countId }, t.boxAbandoned)}
                  >
                    {t.abandonBox}
                  </ActButton>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
