import { usePick, useTexts } from '../../i18n/language.tsx'
import { fill, type Text } from '../../i18n/texts.ts'
import { controlTexts } from './texts.ts'
import type { TrendPoint } from './types.ts'

const height = 26
const step = 9

/** How often a clause governed (pale) and refused or found something (dark), month by month. */
export function Trend({ points, clause }: { points: readonly TrendPoint[]; clause: Text }) {
  const t = useTexts(controlTexts)
  const pick = usePick()
  const most = Math.max(1, ...points.map((one) => one.governed + one.found))
  const told = points
    .map(({ month, governed, refused, found }) => fill(t.trendPoint, { month, governed, refused, found }))
    .join('; ')
  const tall = (n: number) => (n === 0 ? 0 : Math.max(2, Math.round((n / most) * height)))
  return (
    <svg
      className="mb-trend"
      width={points.length * step}
      height={height}
      role="img"
      aria-label={fill(t.trendOf, { clause: pick(clause), points: told })}
    >
      <title>{told}</title>
      {points.map((one, i) => (
        <g key={one.month}>
          <rect
            className="mb-trend-all"
            x={i * step}
            width={step - 2}
            y={height - tall(one.governed)}
            height={tall(one.governed)}
          />
          <rect
            className="mb-trend-stopped"
            x={i * step}
            width={step - 2}
            y={height - tall(one.refused + one.found)}
            height={tall(one.refused + one.found)}
          />
        </g>
      ))}
    </svg>
  )
}
