/**
 * Code 128 (ISO/IEC 15417), as much of it as numbers on labels need: set B for text, set C for runs of digits, which take half
 * the room. A symbol is six widths of bar and space in turn, eleven modules together; the stop has seven and thirteen.
 */
const patterns =
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'.split(
    ' ',
  )
export const symbolWidths: readonly string[] = patterns

const [toC, toB, startB, startC, stop] = [99, 100, 104, 105, 106]

/** The symbols of a text, with start, check symbol and stop. @throws RangeError on an empty text, or what is not printable ASCII. */
export function code128(text: string): number[] {
  if (!/^[ -~]+$/.test(text)) throw new RangeError(`Code 128 set B has no sign for part of "${text}"`)
  const symbols: number[] = []
  let set: 'B' | 'C' | null = null
  const enter = (next: 'B' | 'C') => {
    if (set === null) symbols.push(next === 'C' ? startC : startB)
    else if (set !== next) symbols.push(next === 'C' ? toC : toB)
    set = next
  }
  for (let at = 0; at < text.length; ) {
    const digits = /^\d*/.exec(text.slice(at))![0].length
    // Changing sets costs a symbol: four digits are the fewest that pay for it.
    if (digits >= 4 && digits % 2 === 0) {
      enter('C')
      for (const end = at + digits; at < end; at += 2) symbols.push(Number(text.slice(at, at + 2)))
    } else {
      enter('B')
      symbols.push(text.charCodeAt(at) - 32)
      at += 1
    }
  }
  const check = symbols.reduce((sum, symbol, i) => sum + symbol * Math.max(1, i), 0) % 103
  return [...symbols, check, stop]
}

/** The bars of a text as one path, one module wide and high as said, and how many modules the whole takes. */
export function code128Path(text: string, height: number): { modules: number; path: string } {
  let x = 0
  let path = ''
  for (const symbol of code128(text))
    for (const [i, width] of [...patterns[symbol]!].entries()) {
      if (i % 2 === 0) path += `M${x} 0h${width}v${height}h-${width}z`
      x += Number(width)
    }
  return { modules: x, path }
}
