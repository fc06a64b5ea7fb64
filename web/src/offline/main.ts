import { parsePolicy, sha256 } from '@mingbu/tlog'
import type { PackProblem } from '../../../server/src/audit/pack-problems.ts'
import { type PackFiles, splitNotes, textOf, words } from '../../../server/src/audit/pack-reader.ts'
import { type PackReport, verifyPack } from '../../../server/src/audit/verify-pack.ts'
import { fill, type Language } from '../i18n/texts.ts'
import { type Chosen, folderPack, fromDrop, fromInput, zipPack } from './files.ts'
import { canVerify, element } from './page.ts'
import './style.css'
import { offlineTexts } from './texts.ts'

/** What the page shows below its inputs. */
type Shown =
  | { kind: 'nothing' }
  | { kind: 'busy'; text: (language: Language) => string; done: number; of: number }
  | { kind: 'trouble'; text: (language: Language) => string }
  | { kind: 'report'; report: PackReport; policies: { district: string; text: string }[] | null }

const page = document.getElementById('page')!
let language: Language = navigator.language.startsWith('zh') ? 'zh' : 'en'
let shown: Shown = { kind: 'nothing' }
let trusted: { policies: string[]; kept: string[]; strange: string[] } = {
  policies: [],
  kept: [],
  strange: [],
}
/** Counts what was begun, so that a slow answer never covers a newer question. */
let turn = 0

const t = () => offlineTexts[language]

/** A button that opens the browser's own choice of files. */
function chooser(text: string, input: Partial<HTMLInputElement>, take: (files: Chosen) => void): HTMLElement {
  const field = element('input', { type: 'file', ...input })
  field.addEventListener('change', () => take(fromInput(field.files)))
  return element('label', { className: 'choose' }, text, field)
}

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
  const { policies, kept, strange } = trusted
  page.replaceChildren(
    element('header', {}, element('h1', {}, t().title), other),
    element('p', {}, t().lead),
    element(
      'section',
      { className: 'drop' },
      element('p', {}, t().drop),
      chooser(t().chooseFolder, { webkitdirectory: true, name: 'folder' }, (files) => check(files)),
      chooser(t().chooseZip, { accept: '.zip', name: 'zip' }, (files) => check(files)),
    ),
    element(
      'details',
      { open: policies.length + kept.length + strange.length > 0 },
      element('summary', {}, t().trusted),
      element('p', {}, t().trustedHint),
      chooser(t().chooseTrusted, { multiple: true, name: 'trusted' }, takeTrusted),
      element('p', {}, fill(t().trustedCount, { policies: policies.length, kept: kept.length })),
      ...strange.map((name) => element('p', { className: 'bad' }, fill(t().notTrusted, { name }))),
    ),
    drawShown(),
  )
}

function drawShown(): HTMLElement {
  switch (shown.kind) {
    case 'nothing':
      return element('section')
    case 'busy':
      return element(
        'section',
        { ariaLive: 'polite' },
        element('p', {}, shown.text(language)),
        element('progress', { max: shown.of || 1, value: shown.done }),
      )
    case 'trouble':
      return element(
        'section',
        { role: 'alert', className: 'verdict bad' },
        element('p', {}, shown.text(language)),
      )
    case 'report':
      return drawReport(shown.report, shown.policies)
  }
}

function drawReport(report: PackReport, policies: { district: string; text: string }[] | null): HTMLElement {
  const { ok, logs, leaves, opened, officers, files, problems, packHash } = report
  const [first, ...others] = problems
  return element(
    'section',
    {},
    element(
      'div',
      { role: 'alert', className: ok ? 'verdict good' : 'verdict bad' },
      element('h2', {}, ok ? t().good : t().bad),
      element('p', {}, fill(t().summary, { logs: logs.length, leaves, opened, files })),
      ...(officers.signed + officers.byCode + officers.unchecked > 0
        ? [element('p', {}, fill(t().officers, { ...officers }))]
        : []),
    ),
    ...(first ? [element('h3', {}, t().first), problemLine(first)] : []),
    ...(others.length > 0
      ? [
          element(
            'details',
            {},
            element('summary', {}, fill(t().others, { n: others.length })),
            ...others.map(problemLine),
          ),
        ]
      : []),
    logTable(report),
    element('p', { className: 'small' }, t().packHash, element('br'), element('code', {}, packHash ?? '–')),
    element('p', { className: policies ? 'warning' : 'small' }, policies ? t().ownPolicy : t().givenPolicy),
    ...(policies ?? []).map(({ district, text }) => element('pre', {}, `# ${district}\n${text}`)),
  )
}

const problemLine = (problem: PackProblem) =>
  element('p', { className: 'problem' }, language === 'zh' ? problem.zh : problem.message)

function logTable({ logs }: PackReport): HTMLElement {
  const heads = [t().log, t().size, t().witnesses, t().quorum, t().checkpoints]
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)))),
    element(
      'tbody',
      {},
      ...logs.map(({ origin, size, witnesses, quorum, checkpoints }) =>
        element(
          'tr',
          {},
          ...[
            origin,
            String(size),
            witnesses.join(', ') || t().noWitness,
            quorum === 'none' ? t().ownSignature : quorum,
            String(checkpoints),
          ].map((text) => element('td', {}, text)),
        ),
      ),
    ),
  )
}

/** Sorts given files into policies and checkpoints by what they say. */
async function takeTrusted(chosen: Chosen): Promise<void> {
  const found: typeof trusted = { policies: [], kept: [], strange: [] }
  for (const [name, file] of chosen) {
    const text = await file.text()
    if (isPolicy(text)) found.policies.push(text)
    else if (text.includes('\n\n— ')) {
      try {
        found.kept.push(...splitNotes(text))
      } catch {
        found.strange.push(name)
      }
    } else found.strange.push(name)
  }
  trusted = found
  draw()
}

function isPolicy(text: string): boolean {
  try {
    parsePolicy(text)
    return true
  } catch {
    return false
  }
}

function show(next: Shown): void {
  shown = next
  draw()
}

/** Checks what was chosen or dropped, and shows how far it is. */
async function check(chosen: Chosen): Promise<void> {
  if (chosen.size === 0) return
  const mine = ++turn
  const stillMine = (next: Shown) => {
    if (mine === turn) show(next)
  }
  stillMine({ kind: 'busy', text: (of) => offlineTexts[of].reading, done: 0, of: 0 })
  try {
    if (!(await canVerify())) return stillMine({ kind: 'trouble', text: (of) => offlineTexts[of].tooOld })
    const files = await packIn(chosen)
    if (files === null) return stillMine({ kind: 'trouble', text: (of) => offlineTexts[of].notPack })
    let drawn = 0
    const report = await verifyPack(files, {
      sha256,
      policies: trusted.policies,
      kept: trusted.kept,
      async progress(at) {
        if (performance.now() - drawn < 100) return
        stillMine({
          kind: 'busy',
          text: (of) => fill(offlineTexts[of].progress, at),
          done: at.done,
          of: at.of,
        })
        await new Promise((go) => setTimeout(go))
        drawn = performance.now()
      },
    })
    const own = trusted.policies.length > 0 ? null : await ownPolicies(files, report)
    stillMine({ kind: 'report', report, policies: own })
  } catch (error) {
    stillMine({
      kind: 'trouble',
      text: (of) =>
        error instanceof NotZip
          ? offlineTexts[of].notZip
          : fill(offlineTexts[of].fault, { why: words(error)[of] }),
    })
  }
}

class NotZip extends Error {}

async function packIn(chosen: Chosen): Promise<PackFiles | null> {
  const [only] = chosen.values()
  if (chosen.size > 1 || !only!.name.toLowerCase().endsWith('.zip')) return folderPack(chosen)
  try {
    return await zipPack(only!)
  } catch (error) {
    throw new NotZip('no zip file', { cause: error })
  }
}

const ownPolicies = (files: PackFiles, { logs }: PackReport) =>
  Promise.all(
    logs.map(async ({ district }) => ({ district, text: await textOf(files, `logs/${district}/policy`) })),
  )

document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', async (event) => {
  event.preventDefault()
  const items = event.dataTransfer?.items
  if (items) await check(await fromDrop(items))
})
draw()
