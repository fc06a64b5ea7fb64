import { expect, test } from 'vitest'
import { code128, code128Path, symbolWidths } from './code128.ts'

test('every symbol is its own, eleven modules wide, with an even number of dark ones', () => {
  const data = symbolWidths.slice(0, -1)
  expect(symbolWidths).toHaveLength(107)
  expect(new Set(symbolWidths).size).toBe(107)
  for (const widths of data) {
    const [a, b, c, d, e, f] = [...widths].map(Number) as [number, number, number, number, number, number]
    expect(a + b + c + d + e + f).toBe(11)
    expect((a + c + e) % 2).toBe(0)
  }
})

// Start B 104, start C 105, to C 99, to B 100, stop 106; the check symbol is worked out by hand in the comment.
test.each([
  // 104 + 1·33 + 2·13 + 3·16 + 4·17 = 279; 279 - 2·103 = 73
  ['A-01', [104, 33, 13, 16, 17, 73, 106]],
  // 105 + 1·12 + 2·34 = 185; 185 - 103 = 82
  ['1234', [105, 12, 34, 82, 106]],
  // 104 + 1·52 + 2·99 + 3·0 + 4·1 = 358; 358 - 3·103 = 49
  ['T0001', [104, 52, 99, 0, 1, 49, 106]],
  // 104 + 1·17 + 2·99 + 3·23 + 4·45 + 5·100 + 6·33 = 1266; 1266 - 12·103 = 30
  ['12345A', [104, 17, 99, 23, 45, 100, 33, 30, 106]],
])('%s is %o', (text, symbols) => {
  expect(code128(text)).toEqual(symbols)
})

test.each(['', '海曙', 'A\n'])('%j is refused', (text) => {
  expect(() => code128(text)).toThrow(RangeError)
})

/** Reads bars back as a scanner does: widths of dark and light in turn, cut into symbols, each set by its own rules. */
function read(text: string): string {
  const { path, modules } = code128Path(text, 10)
  const bars = [...path.matchAll(/M(\d+) 0h(\d)/g)].map(([, x, width]) => [Number(x), Number(width)] as const)
  const widths = bars.flatMap(([x, width], i) => [width, (bars[i + 1]?.[0] ?? modules) - x - width])
  let out = ''
  let set = 'B'
  const symbols: number[] = []
  for (let i = 0; i + 7 < widths.length; i += 6)
    symbols.push(symbolWidths.indexOf(widths.slice(i, i + 6).join('')))
  for (const symbol of symbols.slice(0, -2))
    if (symbol === 104 || (symbol === 100 && set === 'C')) set = 'B'
    else if (symbol === 105 || (symbol === 99 && set === 'B')) set = 'C'
    else out += set === 'C' ? String(symbol).padStart(2, '0') : String.fromCharCode(symbol + 32)
  return out
}
test.each(['HAISHU-2026-T01-000001', 'A-01-03', 'B-2', 'QIANWAN-2026-T01-1234567', '0012', '~ !'])(
  'a scanner reads %s',
  (text) => {
    expect(read(text)).toBe(text)
  },
)
