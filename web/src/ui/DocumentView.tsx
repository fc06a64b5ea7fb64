import {
  DownloadOutlined,
  ExpandOutlined,
  LeftOutlined,
  RightOutlined,
  RotateLeftOutlined,
  RotateRightOutlined,
  ZoomInOutlined,
  ZoomOutOutlined,
} from '@ant-design/icons'
import { Button, Space } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { type Drawable, openDrawable } from './drawable.ts'
import { LoadingState } from './states.tsx'
import { uiTexts } from './texts.ts'

interface DocumentViewProps {
  /** A file at hand, or an address of our own to fetch it from. */
  source: Blob | string
  name: string
}

const turns = [0, 90, 180, 270] as const
const zooms = [0.5, 0.75, 1, 1.5, 2, 3, 4] as const

type Opened =
  | { state: 'loading' }
  | { state: 'ready'; drawable: Drawable }
  | { state: 'none' }
  | { state: 'broken' }

/** A scan or document on screen: turned, enlarged, page by page. Zoom 1 fills the width that is there. */
export function DocumentView({ source, name }: DocumentViewProps) {
  const t = useTexts(uiTexts)
  const opened = useDrawable(source)
  const [page, setPage] = useState(0)
  const [turn, setTurn] = useState(0)
  const [zoom, setZoom] = useState(2)
  const pages = opened.state === 'ready' ? opened.drawable.pages : 0
  const tool = (
    label: string,
    icon: React.ReactNode,
    onClick: () => void,
    disabled = opened.state !== 'ready',
  ) => (
    <Button
      size="small"
      type="text"
      icon={icon}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    />
  )
  return (
    <figure className="mb-document" aria-label={name}>
      <figcaption className="mb-document-bar">
        <b>{name}</b>
        <Space size={2}>
          {pages > 1 && (
            <>
              {tool(t.previousPage, <LeftOutlined />, () => setPage(page - 1), page === 0)}
              <span aria-live="polite">{fill(t.pageOf, { page: page + 1, count: pages })}</span>
              {tool(t.nextPage, <RightOutlined />, () => setPage(page + 1), page >= pages - 1)}
            </>
          )}
          {tool(t.rotateLeft, <RotateLeftOutlined />, () => setTurn((turn + 3) % 4))}
          {tool(t.rotateRight, <RotateRightOutlined />, () => setTurn((turn + 1) % 4))}
          {tool(
            t.zoomOut,
            <ZoomOutOutlined />,
            () => setZoom(zoom - 1),
            opened.state !== 'ready' || zoom === 0,
          )}
          {tool(
            t.zoomIn,
            <ZoomInOutlined />,
            () => setZoom(zoom + 1),
            opened.state !== 'ready' || zoom === zooms.length - 1,
          )}
          {tool(t.fit, <ExpandOutlined />, () => setZoom(2))}
          {typeof source === 'string' && (
            <Button
              size="small"
              type="text"
              icon={<DownloadOutlined aria-hidden />}
              aria-label={t.download}
              title={t.download}
              href={source}
              download={name}
            />
          )}
        </Space>
      </figcaption>
      {opened.state === 'loading' && <LoadingState label={name} />}
      {opened.state === 'none' && <p className="mb-document-note">{t.noPreview}</p>}
      {opened.state === 'broken' && (
        <p className="mb-document-note" role="alert">
          {t.previewFailed}
        </p>
      )}
      {opened.state === 'ready' && (
        <Sheet
          drawable={opened.drawable}
          page={page}
          rotation={turns[turn]!}
          zoom={zooms[zoom]!}
          label={fill(t.image, { name })}
        />
      )}
    </figure>
  )
}

function Sheet({
  drawable,
  page,
  rotation,
  zoom,
  label,
}: {
  drawable: Drawable
  page: number
  rotation: (typeof turns)[number]
  zoom: number
  label: string
}) {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [broken, setBroken] = useState(false)
  const t = useTexts(uiTexts)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    if (frame.current) observer.observe(frame.current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (width === 0) return
    let current = true
    drawable.draw(page, Math.round(width * zoom), rotation).then(
      (canvas) => {
        if (!current) return
        setBroken(false)
        canvas.setAttribute('role', 'img')
        canvas.setAttribute('aria-label', label)
        frame.current?.replaceChildren(canvas)
      },
      () => current && setBroken(true),
    )
    return () => {
      current = false
    }
  }, [drawable, page, rotation, zoom, width, label])
  return (
    <>
      {broken && (
        <p className="mb-document-note" role="alert">
          {t.previewFailed}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="mb-document-sheet" ref={frame} tabIndex={0} aria-label={label} />
    </>
  )
}

function useDrawable(source: Blob | string): Opened {
  const [opened, setOpened] = useState<Opened>({ state: 'loading' })
  useEffect(() => {
    const stop = new AbortController()
    let drawable: Drawable | null = null
    setOpened({ state: 'loading' })
    open(source, stop.signal)
      .then((found) => {
        drawable = found
        if (stop.signal.aborted) found?.close()
        else setOpened(found ? { state: 'ready', drawable: found } : { state: 'none' })
      })
      .catch(() => !stop.signal.aborted && setOpened({ state: 'broken' }))
    return () => {
      stop.abort()
      drawable?.close()
    }
  }, [source])
  return opened
}

async function open(source: Blob | string, signal: AbortSignal): Promise<Drawable | null> {
  if (typeof source !== 'string') return openDrawable(source)
  const response = await fetch(source, { signal, credentials: 'same-origin' })
  if (!response.ok) throw new Error(`document answered ${response.status}`)
  return openDrawable(await response.blob())
}
