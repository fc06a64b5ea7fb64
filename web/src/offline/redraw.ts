import { sha256 } from '@mingbu/tlog'
import {
  type RedrawReport,
  type RedrawStep,
  redraw,
  redrawSteps,
  UnreadableSample,
} from '../../../server/src/supervision/sampling/redraw.ts'
import { fill, type Language } from '../i18n/texts.ts'
import { canVerify, element } from './page.ts'
import { redrawTexts } from './redraw-texts.ts'
import './style.css'

type Shown =
  | { kind: 'nothing' }
  | { kind: 'busy' }
  | { kind: 'trouble'; text: (language: Language) => string }
  | { kind: 'report'; report: RedrawReport; policy: string; value: string }

const page = document.getElementById('page')!
let language: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
let shown: Shown = { kind: 'nothing' }
const t = () => redrawTexts[language]

function draw(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  document.title = t().title
  const other = element(
    'button',
    { type: 'button', className: 'language' },
    language === 'zh' ? 'English' : '中文',
  )
  other.addEventListener('click', () => {
    language = language === 'zh' ? 'en' : 'zh'
    draw()
  })
  const field = element('input', { type: 'file', accept: '.json', name: 'sample' })
  field.addEventListener('change', () => void check(field.files?.[0]))
  page.replaceChildren(
    element('header', {}, element('h1', {}, t().title), other),
    element('p', {}, t().lead),
    element(
      'section',
      { className: 'drop' },
      element('p', {}, t().drop),
      element('label', { className: 'choose' }, t().choose, field),
    ),
    element(
      'details',
      {},
      element('summary', {}, t().how),
      element(
        'ol',
        {},
        ...t()
          .howSteps.split('\n')
          .map((text) => element('li', {}, text)),
      ),
    ),
    drawShown(),
  )
}

function drawShown(): HTMLElement {
  switch (shown.kind) {
    case 'nothing':
      return element('section')
    case 'busy':
      return element('section', { ariaLive: 'polite' }, element('p', {}, t().busy))
    case 'trouble':
      return element(
        'section',
        { role: 'alert', className: 'verdict bad' },
        element('p', {}, shown.text(language)),
      )
    case 'report':
      return drawReport(shown.report, shown.policy, shown.value)
  }
}

function drawReport(report: RedrawReport, policy: string, value: string): HTMLElement {
  const { ok, steps, plan, candidates, sample, seed, witnesses, witnessedAt } = report
  return element(
    'section',
    {},
    element(
      'div',
      { role: 'alert', className: ok ? 'verdict good' : 'verdict bad' },
      element('h2', {}, ok ? t().good : t().bad),
      element('p', {}, fill(t().summary, { candidates, sampled: sample.length })),
    ),
    element('table', {}, element('tbody', {}, ...steps.map(stepRow))),
    ...(plan
      ? [
          element('h3', {}, t().plan),
          facts([
            [t().period, `${plan.fromDay} – ${plan.toDay}`],
            [t().source, plan.source === 'cases' ? t().cases : t().entries],
            [t().strata, plan.strataBy === 'kind' ? t().byKind : t().byMonth],
            [t().size, String(plan.size)],
            [t().plannedAt, plan.at],
            [t().witnessed, witnessedAt ? `${witnessedAt} (${witnesses.join(', ')})` : t().noWitness],
            [t().publicValue, plan.valueName],
            [t().valueRule, plan.valueRule],
            [t().valueOn, plan.valueOn],
            [t().value, value],
            [t().seed, seed],
          ]),
          element('p', { className: 'warning' }, t().compare),
        ]
      : []),
    element('h3', {}, t().sample),
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...[t().stratum, t().rank, t().candidate].map((text) => element('th', { scope: 'col' }, text)),
        ),
      ),
      element(
        'tbody',
        {},
        ...sample.map((one) =>
          element(
            'tr',
            {},
            ...[one.stratum, String(one.rank), one.id].map((text) => element('td', {}, text)),
          ),
        ),
      ),
    ),
    element('h3', {}, t().policy),
    element('p', { className: 'small' }, t().policyHint),
    element('pre', {}, policy),
  )
}

function facts(rows: readonly (readonly [string, string])[]): HTMLElement {
  return element(
    'table',
    {},
    element(
      'tbody',
      {},
      ...rows.map(([name, text]) =>
        element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, text)),
      ),
    ),
  )
}

function stepRow({ step, ok, differs }: RedrawReport['steps'][number]): HTMLElement {
  const word = ok === null ? t().unknown : ok ? t().agrees : t().differs
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, `${redrawSteps.indexOf(step) + 1}. ${t()[nameOf(step)]}`),
    element(
      'td',
      { className: ok === false ? 'bad' : '' },
      differs.length > 0
        ? `${word}: ${differs.slice(0, 20).join('; ')}${differs.length > 20 ? ' …' : ''}`
        : word,
    ),
  )
}
const nameOf = (step: RedrawStep) => `step_${step}` as const

function show(next: Shown): void {
  shown = next
  draw()
}

async function check(file: File | undefined): Promise<void> {
  if (!file) return
  show({ kind: 'busy' })
  try {
    if (!(await canVerify())) return show({ kind: 'trouble', text: (of) => redrawTexts[of].tooOld })
    const text = await file.text()
    const report = await redraw(text, sha256)
    const { plan, value } = JSON.parse(text) as { plan: { policy: string }; value: string }
    show({ kind: 'report', report, policy: plan.policy, value })
  } catch (error) {
    show({
      kind: 'trouble',
      text: (of) =>
        error instanceof UnreadableSample
          ? fill(redrawTexts[of].unreadable, { part: error.part })
          : fill(redrawTexts[of].fault, { why: error instanceof Error ? error.message : String(error) }),
    })
  }
}

document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', async (event) => {
  event.preventDefault()
  await check(event.dataTransfer?.files[0])
})
draw()
