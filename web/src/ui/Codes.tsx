import { create } from 'qrcode'
import { useMemo } from 'react'
import { code128Path } from './code128.ts'

/** The text as a QR code, dark fields as one path. */
export function QrCode({ text }: { text: string }) {
  const { size, path } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: 'M' })
    let path = ''
    for (let row = 0; row < modules.size; row++)
      for (let column = 0; column < modules.size; column++)
        if (modules.get(row, column)) path += `M${column} ${row}h1v1h-1z`
    return { size: modules.size, path }
  }, [text])
  return (
    <svg viewBox={`-2 -2 ${size + 4} ${size + 4}`} role="img" aria-label={text} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  )
}

/** Light on both sides of the bars, in modules: without it a scanner finds no beginning. */
const quiet = 10
const height = 40
/** The text as a bar code that hand scanners of every kind read (Code 128). A module is a third of a millimetre on paper. */
export function BarCode({ text }: { text: string }) {
  const { modules, path } = useMemo(() => code128Path(text, height), [text])
  const wide = modules + 2 * quiet
  return (
    <svg
      className="mb-barcode"
      viewBox={`${-quiet} 0 ${wide} ${height}`}
      style={{ inlineSize: `${(wide / 3).toFixed(1)}mm` }}
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
