import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons'
import { Button, Table, type TableColumnsType, Tooltip } from 'antd'
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react'
import { useFormats, useTexts } from '../i18n/language.tsx'
import { fill } from '../i18n/texts.ts'
import { type CsvColumn, saveText, toCsv } from './csv.ts'
import { EmptyState, ErrorState } from './states.tsx'
import { uiTexts } from './texts.ts'
import type { ShownRefusal } from './types.ts'

interface DataTableProps<T extends object> {
  /** Names the table for screen readers and the exported file. */
  title: string
  columns: TableColumnsType<T>
  rows: readonly T[]
  rowKey: (row: T) => string
  loading?: boolean
  error?: ShownRefusal | null
  onRetry?: () => void
  hasMore?: boolean
  loadingMore?: boolean
  onMore?: () => void
  /** Key of the row whose rows below it are shown from the start. */
  opened?: string | undefined
  /** Opens a row: double click, or Enter on the chosen row. */
  onOpen?: (row: T) => void
  rowClassName?: (row: T) => string
  emptyLabel?: string
  /** Columns of the export; without them there is no export button. */
  csv?: readonly CsvColumn<T>[]
  /** Filters, at the left of the tool bar. */
  tools?: ReactNode
  /** Link to the proof of what is listed. */
  proof?: ReactNode
}

/**
 * A list of anything: keyset pages, the three states (loading, empty, failed), print, export, link to the proof.
 * One row is in the tab order; ↑ ↓ Home End move, Enter opens.
 */
export function DataTable<T extends object>(props: DataTableProps<T>) {
  const {
    title,
    columns,
    rows,
    rowKey,
    loading = false,
    error = null,
    onRetry,
    hasMore = false,
    loadingMore = false,
    onMore,
    opened,
    onOpen,
    rowClassName,
    emptyLabel,
    csv,
    tools,
    proof,
  } = props
  const t = useTexts(uiTexts)
  const { number } = useFormats()
  const body = useRef<HTMLElement>(null)
  useScrollByKeys(body, title, rows)

  const move = (event: KeyboardEvent<HTMLElement>, row: T) => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') {
      event.preventDefault()
      onOpen?.(row)
      return
    }
    const next = neighbour(event.currentTarget, event.key)
    if (!next) return
    event.preventDefault()
    for (const other of body.current?.querySelectorAll<HTMLElement>('tr[data-row]') ?? []) other.tabIndex = -1
    next.tabIndex = 0
    next.focus()
  }

  const listed = fill(hasMore ? t.listed : t.all, { count: number(rows.length) })
  return (
    <section className="mb-table" ref={body} aria-label={title}>
      <div className="mb-table-bar">
        <div className="mb-table-tools">{tools}</div>
        {proof}
        {csv && (
          <Tooltip title={fill(t.exportHint, { count: number(rows.length) })}>
            <Button
              icon={<DownloadOutlined aria-hidden />}
              onClick={() => saveText(`${title}.csv`, toCsv(csv, rows))}
            >
              {t.export}
            </Button>
          </Tooltip>
        )}
        <Button icon={<PrinterOutlined aria-hidden />} onClick={() => print()}>
          {t.print}
        </Button>
      </div>
      {error && rows.length === 0 ? (
        <ErrorState refusal={error} {...(onRetry ? { onRetry } : {})} />
      ) : (
        <Table<T>
          size="small"
          columns={columns}
          dataSource={[...rows]}
          rowKey={rowKey}
          loading={loading}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{
            emptyText: loading ? (
              <div className="mb-empty" />
            ) : (
              <EmptyState {...(emptyLabel ? { label: emptyLabel } : {})} />
            ),
          }}
          {...(opened ? { expandable: { defaultExpandedRowKeys: [opened] } } : {})}
          {...(rowClassName ? { rowClassName } : {})}
          onRow={(row, index) =>
            ({
              'data-row': rowKey(row),
              ...(onOpen
                ? {
                    tabIndex: index === 0 ? 0 : -1,
                    onKeyDown: (event: KeyboardEvent<HTMLElement>) => move(event, row),
                    onDoubleClick: () => onOpen(row),
                  }
                : {}),
            }) as object
          }
        />
      )}
      <div className="mb-table-foot">
        <span aria-live="polite">{rows.length > 0 && listed}</span>
        {onOpen && rows.length > 0 && <span className="mb-screen-only">{t.keysHint}</span>}
        {hasMore && (
          <Button size="small" loading={loadingMore} onClick={onMore}>
            {t.loadMore}
          </Button>
        )}
      </div>
    </section>
  )
}

/** A table wider than its place can be scrolled with the keyboard, also where nothing in it takes the focus. */
function useScrollByKeys(body: RefObject<HTMLElement | null>, title: string, rows: unknown) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows may make another width
  useEffect(() => {
    const region = body.current?.querySelector<HTMLElement>('.ant-table-content')
    if (!region) return
    const tell = () => {
      if (region.scrollWidth <= region.clientWidth) return region.removeAttribute('tabindex')
      region.tabIndex = 0
      region.role = 'region'
      region.ariaLabel = title
    }
    const watch = new ResizeObserver(tell)
    watch.observe(region)
    return () => watch.disconnect()
  }, [body, title, rows])
}

function neighbour(row: HTMLElement, key: string): HTMLElement | null {
  const all = [...(row.parentElement?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])]
  const at = all.indexOf(row)
  switch (key) {
    case 'ArrowDown':
      return all[at + 1] ?? null
    case 'ArrowUp':
      return all[at - 1] ?? null
    case 'Home':
      return all[0] ?? null
    case 'End':
      return all.at(-1) ?? null
    default:
      return null
  }
}
