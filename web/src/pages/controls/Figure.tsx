import { Link } from '@tanstack/react-router'
import { useFormats } from '../../i18n/language.tsx'
import type { BoardSearch, Counts, FigureName } from './types.ts'

interface FigureProps {
  counts: Counts
  figure: FigureName
  /** The clause or control whose figure it is. */
  of: string
  /** What the board was asked for. */
  asked: BoardSearch
}

/** A figure leads to exactly what it counts, in the same bounds; nothing leads nowhere. */
export function Figure({ counts, figure, of, asked }: FigureProps) {
  const { number } = useFormats()
  const count = number(counts[figure])
  if (counts[figure] === 0) return count
  return (
    <Link to="/controls/behind" search={{ ...asked, of, figure }}>
      {count}
    </Link>
  )
}
