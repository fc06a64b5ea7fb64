import { Link } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useFormats, usePick, useTexts } from '../../i18n/language.tsx'
import { fill } from '../../i18n/texts.ts'
import { useActTitles } from '../evidence/useActTitles.ts'
import { controlTexts } from './texts.ts'
import type { Counts, FigureName } from './types.ts'

interface FigureProps {
  counts: Counts
  figure: FigureName
  acts: string[]
  /** Kinds of finding that are counted. */
  kinds: string[]
}

/** A figure leads to what stands behind it: acts, one kind at a time, or findings; the others are plain. */
export function Figure({ counts, figure, acts, kinds }: FigureProps) {
  const t = useTexts(controlTexts)
  const { number } = useFormats()
  const count = number(counts[figure])
  const [only] = acts
  if (counts[figure] > 0 && (figure === 'found' || figure === 'open') && kinds.length > 0)
    return (
      <Link to="/findings" search={{ kinds: kinds.join(','), show: figure === 'open' ? 'open' : 'all' }}>
        {count}
      </Link>
    )
  if (counts[figure] === 0 || !only || (figure !== 'governed' && figure !== 'refused')) return count
  const outcome = figure === 'refused' ? { outcome: 'refused' as const } : {}
  if (acts.length === 1)
    return (
      <Link to="/evidence" search={{ type: only, ...outcome }}>
        {count}
      </Link>
    )
  return (
    <ActMenu
      acts={acts}
      label={fill(t.actsOf, { figure: t[figure], count })}
      count={count}
      outcome={outcome}
    />
  )
}

interface ActMenuProps {
  acts: string[]
  label: string
  count: string
  outcome: { outcome?: 'refused' }
}

function ActMenu({ acts, label, count, outcome }: ActMenuProps) {
  const pick = usePick()
  const [opened, setOpened] = useState(false)
  const titles = useActTitles(opened)
  return (
    <Dropdown
      trigger={['click']}
      onOpenChange={(open) => open && setOpened(true)}
      menu={{
        items: acts.map((type) => {
          const title = titles.get(type)
          return {
            key: type,
            label: (
              <Link to="/evidence" search={{ type, ...outcome }}>
                {title ? pick(title) : type}
              </Link>
            ),
          }
        }),
      }}
    >
      <Button type="link" size="small" className="mb-figure" aria-label={label} aria-haspopup="menu">
        {count}
      </Button>
    </Dropdown>
  )
}
