import { DeleteOutlined, EyeOutlined, InboxOutlined, RedoOutlined } from '@ant-design/icons'
import { Button, Modal, Progress } from 'antd'
import { type DragEvent, lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { Refusal } from '../api/types.ts'
import { useFormats, useLanguage, usePick, useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { LoadingState } from '../ui/states.tsx'
import { acceptAttribute, type FileKind, type FileProblem, fileProblem, kindLabels } from './fileKinds.ts'
import { hashFile } from './sha256.ts'
import { formTexts } from './texts.ts'

const DocumentView = lazy(() =>
  import('../ui/DocumentView.tsx').then((module) => ({ default: module.DocumentView })),
)

/** What the server keeps: `file` is the SHA-256 it computed itself, in hex. */
interface Stored {
  file: string
}

interface FileDropProps<S extends Stored> {
  accept: readonly FileKind[]
  bytesMax: number
  /** Sends one file; `uploadFile` of the API client fits. */
  upload: (
    file: File,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ) => Promise<{ ok: true; stored: S } | { ok: false; refusal: Refusal }>
  /** A file lies on the server, and its fingerprint there is the one computed here. */
  onStored: (stored: S, file: File) => void
  multiple?: boolean
  disabled?: boolean
  /** What is to be uploaded, for screen readers. */
  label: string
}

interface Item {
  id: number
  file: File
  state: 'waiting' | 'hashing' | 'uploading' | 'done' | 'failed'
  progress: number
  sha256: string | null
  problem: FileProblem | 'mismatch' | Refusal | null
  stop: AbortController
}

/**
 * Files by drop or choice, several at once: looked at, fingerprinted in the browser, uploaded one after another
 * with progress. A file that fails stays with its reason and can be sent again; the others go on.
 */
export function FileDrop<S extends Stored>({
  accept,
  bytesMax,
  upload,
  onStored,
  multiple = true,
  disabled = false,
  label,
}: FileDropProps<S>) {
  const t = useTexts(formTexts)
  const formats = useFormats()
  const { language } = useLanguage()
  const [items, setItems] = useState<Item[]>([])
  const [over, setOver] = useState(false)
  const [shown, setShown] = useState<File | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const nextId = useRef(0)
  const queue = useRef(Promise.resolve())
  const running = useRef(new Set<AbortController>())
  useEffect(() => {
    const { current } = running
    return () => {
      for (const stop of current) stop.abort()
    }
  }, [])

  const change = useCallback(
    (id: number, part: Partial<Item>) =>
      setItems((all) => all.map((item) => (item.id === id ? { ...item, ...part } : item))),
    [],
  )

  const send = useCallback(
    async ({ id, file, stop }: Item) => {
      if (stop.signal.aborted) return
      const problem = await fileProblem(file, accept, bytesMax)
      if (problem) return change(id, { state: 'failed', problem })
      change(id, { state: 'hashing', progress: 0, problem: null })
      const sha256 = await hashFile(file, (progress) => change(id, { progress }), stop.signal).catch(
        () => null,
      )
      if (stop.signal.aborted) return
      if (sha256 === null) return change(id, { state: 'failed', problem: 'unreadable' })
      change(id, { state: 'uploading', progress: 0, sha256 })
      const outcome = await upload(file, (progress) => change(id, { progress }), stop.signal)
      if (stop.signal.aborted) return
      if (!outcome.ok) return change(id, { state: 'failed', problem: outcome.refusal })
      if (outcome.stored.file !== sha256) return change(id, { state: 'failed', problem: 'mismatch' })
      change(id, { state: 'done', progress: 1 })
      onStored(outcome.stored, file)
    },
    [accept, bytesMax, change, onStored, upload],
  )

  const enqueue = (added: Item[]) => {
    for (const item of added) {
      running.current.add(item.stop)
      queue.current = queue.current.then(() => send(item)).finally(() => running.current.delete(item.stop))
    }
  }
  const add = (files: FileList | null) => {
    if (disabled || !files) return
    const added = [...files].slice(0, multiple ? undefined : 1).map(
      (file): Item => ({
        id: nextId.current++,
        file,
        state: 'waiting',
        progress: 0,
        sha256: null,
        problem: null,
        stop: new AbortController(),
      }),
    )
    setItems((all) => [...(multiple ? all : []), ...added])
    enqueue(added)
  }
  const again = (item: Item) => {
    const fresh = { ...item, stop: new AbortController(), state: 'waiting' as const, problem: null }
    change(item.id, fresh)
    enqueue([fresh])
  }
  const remove = (item: Item) => {
    item.stop.abort()
    setItems((all) => all.filter((other) => other.id !== item.id))
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    add(event.dataTransfer.files)
  }

  return (
    <div className="mb-drop">
      <button
        type="button"
        className={over ? 'mb-drop-area mb-drop-over' : 'mb-drop-area'}
        disabled={disabled}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <InboxOutlined aria-hidden />
        <span>
          <b>{t.drop}</b>
          <small>
            {fill(t.accepted, {
              types: kindLabels(accept, language === 'zh' ? '、' : ', '),
              max: formats.fileSize(bytesMax),
            })}
          </small>
        </span>
      </button>
      <input
        ref={input}
        type="file"
        className="mb-visually-hidden"
        tabIndex={-1}
        aria-label={label}
        accept={acceptAttribute(accept)}
        multiple={multiple}
        disabled={disabled}
        onChange={(event) => {
          add(event.target.files)
          // The same file may be chosen again after it was mended.
          event.target.value = ''
        }}
      />
      {items.length > 0 && (
        <ul className="mb-drop-list" aria-label={t.files}>
          {items.map((item) => (
            <li key={item.id}>
              <FileLine item={item} accept={accept} bytesMax={bytesMax} />
              <Button
                size="small"
                type="text"
                icon={<EyeOutlined aria-hidden />}
                aria-label={fill(t.preview, { name: item.file.name })}
                onClick={() => setShown(item.file)}
              />
              {item.state === 'failed' && (
                <Button
                  size="small"
                  type="text"
                  icon={<RedoOutlined aria-hidden />}
                  aria-label={t.again}
                  onClick={() => again(item)}
                />
              )}
              {item.state !== 'done' && (
                <Button
                  size="small"
                  type="text"
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={fill(t.remove, { name: item.file.name })}
                  onClick={() => remove(item)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <Modal
        open={shown !== null}
        onCancel={() => setShown(null)}
        footer={null}
        width="min(1000px, 92vw)"
        title={shown?.name}
        destroyOnHidden
      >
        {shown && (
          <Suspense fallback={<LoadingState label={shown.name} />}>
            <DocumentView source={shown} name={shown.name} />
          </Suspense>
        )}
      </Modal>
    </div>
  )
}

function FileLine({ item, accept, bytesMax }: { item: Item; accept: readonly FileKind[]; bytesMax: number }) {
  const t = useTexts(formTexts)
  const formats = useFormats()
  const pick = usePick()
  const { language } = useLanguage()
  const values = {
    name: item.file.name,
    size: formats.fileSize(item.file.size),
    max: formats.fileSize(bytesMax),
    types: kindLabels(accept, language === 'zh' ? '、' : ', '),
  }
  const problem =
    item.problem === null
      ? null
      : typeof item.problem === 'string'
        ? fill(t[item.problem], values)
        : pick(item.problem.message)
  const busy = item.state === 'hashing' || item.state === 'uploading'
  return (
    <div className="mb-drop-file">
      <span className="mb-drop-name">{item.file.name}</span>
      <span className="mb-soft">{values.size}</span>
      <span aria-live="polite">{item.state !== 'failed' && t[item.state]}</span>
      {busy && (
        <Progress
          percent={Math.round(item.progress * 100)}
          size="small"
          aria-label={t[item.state as 'hashing' | 'uploading']}
        />
      )}
      {item.sha256 && item.state === 'done' && (
        <small className="mb-drop-hash" title={item.sha256}>
          {fill(t.hash, { hash: `${item.sha256.slice(0, 16)}…` })}
        </small>
      )}
      {problem && (
        <span role="alert" className="mb-field-problem">
          {problem}
        </span>
      )}
    </div>
  )
}
