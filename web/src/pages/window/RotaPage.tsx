import { Button, DatePicker, Form, Input, InputNumber, Select, Space, type TableColumnsType } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { dutyTable } from '../../../../server/src/people/duties.ts'
import { registrationOffices } from '../../../../server/src/values/districts.ts'
import { useApi, useSession } from '../../api/queries.ts'
import { useAct } from '../../api/useAct.ts'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { ActButton } from '../../ui/ActButton.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { RefusalAlert } from '../../ui/RefusalAlert.tsx'
import '../access/access.css'
import { WordModal } from '../access/WordModal.tsx'
import { useWords } from '../access/words.tsx'
import { FormModal } from '../people/FormModal.tsx'
import { windowTexts } from './texts.ts'
import type { Rota, RotaLine, SwapLine } from './types.ts'

const iso = (day: Dayjs) => day.format('YYYY-MM-DD')

/** 坐班排班: four weeks of an office, who plans, cancels and swaps. */
export function RotaPage() {
  const t = useTexts(windowTexts)
  const pick = usePick()
  const city = useSession().data?.district.id === 'city'
  const [from, setFrom] = useState<string | undefined>()
  const [district, setDistrict] = useState('haishu')
  const { data, isPending } = useApi<Rota>('window/rota', { from, district: city ? district : undefined })
  const [planning, setPlanning] = useState(false)
  const tools = (
    <>
      <DatePicker
        aria-label={t.from}
        value={data ? dayjs(data.from) : null}
        onChange={(day) => setFrom(day ? iso(day) : undefined)}
      />
      {city && (
        <Select
          aria-label={t.office}
          value={district}
          onChange={setDistrict}
          options={registrationOffices
            .filter((one) => one.id !== 'city')
            .map((one) => ({ value: one.id, label: pick(one.name) }))}
        />
      )}
      {data?.mayPlan && (
        <Button type="primary" onClick={() => setPlanning(true)}>
          {t.plan}
        </Button>
      )}
    </>
  )
  return (
    <>
      <div className="mb-page-head">
        <h1>{t.rota}</h1>
        <p>{t.rotaHint}</p>
      </div>
      {data && data.swaps.length > 0 && <Swaps swaps={data.swaps} />}
      <RotaTable rota={data} loading={isPending} tools={tools} />
      {planning && data && <PlanModal rota={data} onClose={() => setPlanning(false)} />}
    </>
  )
}

function RotaTable({
  rota,
  loading,
  tools,
}: {
  rota: Rota | undefined
  loading: boolean
  tools: React.ReactNode
}) {
  const t = useTexts(windowTexts)
  const words = useWords()
  const { date } = useFormats()
  const cancel = useAct<object, unknown>('window.cancelTurn')
  const [asked, setAsked] = useState<{ what: 'cancel' | 'swap'; turn: RotaLine } | null>(null)
  const columns: TableColumnsType<RotaLine> = [
    {
      title: t.day,
      key: 'day',
      width: 180,
      render: (_, one) => (
        <>
          {date(one.day)} {t.halves[one.half]}
        </>
      ),
    },
    { title: t.windowNo, dataIndex: 'windowNo', key: 'no', width: 90, align: 'right' },
    { title: t.person, key: 'person', width: 130, render: (_, one) => <b>{one.person}</b> },
    {
      title: t.post,
      key: 'post',
      width: 220,
      render: (_, one) => (
        <div className="mb-wrap">
          {words.duty(one.duty)} {one.need && <span className="mb-soft">{one.need}</span>}
        </div>
      ),
    },
    {
      title: t.state,
      key: 'state',
      width: 120,
      render: (_, one) =>
        one.clash ? (
          <span className="mb-status mb-status-red">{t.clash[one.clash]}</span>
        ) : one.begun ? (
          <span className="mb-status mb-status-green">{t.begun}</span>
        ) : null,
    },
    {
      title: t.acts,
      key: 'acts',
      width: 170,
      render: (_, one) => (
        <Space>
          <ActButton
            size="small"
            availability={one.availability['window.askSwap']}
            onClick={() => setAsked({ what: 'swap', turn: one })}
          >
            {t.swap}
          </ActButton>
          <ActButton
            size="small"
            availability={one.availability['window.cancelTurn']}
            onClick={() => setAsked({ what: 'cancel', turn: one })}
          >
            {t.cancel}
          </ActButton>
        </Space>
      ),
    },
  ]
  const slot = (one: RotaLine) => `${date(one.day)} ${t.halves[one.half]}`
  return (
    <>
      <DataTable<RotaLine>
        title={t.rota}
        columns={columns}
        rows={rota?.turns ?? []}
        loading={loading}
        rowKey={(one) => one.id}
        emptyLabel={t.noTurnsPlanned}
        tools={tools}
        csv={[
          { title: t.day, value: (one) => one.day },
          { title: t.half, value: (one) => t.halves[one.half] },
          { title: t.windowNo, value: (one) => String(one.windowNo) },
          { title: t.person, value: (one) => one.person },
          { title: t.post, value: (one) => words.duty(one.duty) },
        ]}
      />
      {asked?.what === 'cancel' && (
        <WordModal
          title={`${t.cancel} · ${slot(asked.turn)}`}
          label={t.reason}
          action={t.cancel}
          pending={cancel.pending}
          refusal={cancel.refusal}
          onRefusalClose={cancel.clear}
          onClose={() => setAsked(null)}
          onWord={(reason) =>
            void cancel
              .perform({ district: asked.turn.district, rotaId: asked.turn.id, reason })
              .then((outcome) => outcome.ok && setAsked(null))
          }
        />
      )}
      {asked?.what === 'swap' && rota && (
        <FormModal<{ otherId: string; reason: string }>
          title={`${t.swap} · ${slot(asked.turn)}`}
          type="window.askSwap"
          confirmed={false}
          input={(values) => ({ district: asked.turn.district, rotaId: asked.turn.id, ...values })}
          done={t.swap}
          onClose={() => setAsked(null)}
        >
          <Form.Item
            name="otherId"
            label={t.otherTurn}
            rules={[{ required: true, message: fill(t.required, { field: t.otherTurn }) }]}
          >
            <Select
              options={rota.turns
                .filter((one) => one.personId !== rota.me && !one.begun)
                .map((one) => ({ value: one.id, label: `${slot(one)} · ${one.person}` }))}
            />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t.reason}
            rules={[{ required: true, message: fill(t.required, { field: t.reason }) }]}
          >
            <Input maxLength={500} />
          </Form.Item>
        </FormModal>
      )}
    </>
  )
}

function Swaps({ swaps }: { swaps: readonly SwapLine[] }) {
  const t = useTexts(windowTexts)
  const { date } = useFormats()
  const answer = useAct<object, unknown>('window.answerSwap')
  const decide = useAct<object, unknown>('window.decideSwap')
  const slot = ({ day, half, windowNo }: SwapLine['mine']) => `${date(day)} ${t.halves[half]} ${windowNo}`
  const failed = [answer, decide].find((one) => one.refusal)
  return (
    <section className="mb-panel mb-access-form" aria-labelledby="window-swaps">
      <h2 id="window-swaps">{t.swaps}</h2>
      {failed?.refusal && <RefusalAlert refusal={failed.refusal} onClose={failed.clear} />}
      <ul>
        {swaps.map((one) => {
          const [act, type] =
            one.state === 'asked'
              ? ([answer, 'window.answerSwap'] as const)
              : ([decide, 'window.decideSwap'] as const)
          const say = (yes: boolean) =>
            void act.perform({
              district: one.district,
              swapId: one.id,
              ...(one.state === 'asked' ? { agrees: yes } : { confirmed: yes }),
            })
          return (
            <li key={one.id}>
              {fill(t.swapIs, {
                who: one.askedByName,
                mine: slot(one.mine),
                other: one.askedOfName,
                theirs: slot(one.theirs),
                reason: one.reason,
              })}{' '}
              <Space>
                <ActButton
                  size="small"
                  type="primary"
                  availability={one.availability[type]}
                  onClick={() => say(true)}
                >
                  {one.state === 'asked' ? t.agree : t.confirm}
                </ActButton>
                <ActButton size="small" availability={one.availability[type]} onClick={() => say(false)}>
                  {one.state === 'asked' ? t.decline : t.refuse}
                </ActButton>
              </Space>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

interface Wish {
  personId: string
  duty: string
  windowNo: number
  day: Dayjs
  half: 'am' | 'pm'
  need?: string
}

function PlanModal({ rota, onClose }: { rota: Rota; onClose: () => void }) {
  const t = useTexts(windowTexts)
  const words = useWords()
  const needed = (field: string) => [{ required: true, message: fill(t.required, { field }) }]
  return (
    <FormModal<Wish>
      title={t.plan}
      type="window.plan"
      confirmed={false}
      input={({ day, need, ...rest }) => ({
        district: rota.district,
        ...rest,
        day: iso(day),
        ...(need ? { need } : {}),
      })}
      initial={{ duty: 'acceptance', windowNo: 1, half: 'am' }}
      done={t.plan}
      onClose={onClose}
    >
      <Form.Item name="personId" label={t.person} rules={needed(t.person)}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={rota.leaders.map((one) => ({ value: one.id, label: one.name }))}
        />
      </Form.Item>
      <Form.Item name="day" label={t.day} rules={needed(t.day)}>
        <DatePicker />
      </Form.Item>
      <Form.Item name="half" label={t.half} rules={needed(t.half)}>
        <Select options={(['am', 'pm'] as const).map((one) => ({ value: one, label: t.halves[one] }))} />
      </Form.Item>
      <Form.Item name="windowNo" label={t.windowNo} rules={needed(t.windowNo)}>
        <InputNumber min={1} max={99} precision={0} />
      </Form.Item>
      <Form.Item name="duty" label={t.post} rules={needed(t.post)}>
        <Select options={dutyTable.window.posts.map((one) => ({ value: one, label: words.duty(one) }))} />
      </Form.Item>
      <Form.Item name="need" label={t.need}>
        <Input maxLength={200} />
      </Form.Item>
    </FormModal>
  )
}
