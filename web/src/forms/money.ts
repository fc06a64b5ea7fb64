/** Largest amount a form takes, in fen: a hundred thousand million yuan, far inside exact integers. */
export const moneyMaxFen = 10_000_000_000_000

/**
 * Reads what a clerk types or pastes as yuan: `1280000`, `1,280,000.5`, `¥1,280,000.00元`, full-width digits.
 *
 * @returns Integer fen; null for an empty text; undefined for what is not an amount, has more than two decimals,
 *   is negative or exceeds `moneyMaxFen`. Never rounds.
 */
export function parseYuan(text: string): number | null | undefined {
  const plain = text
    .normalize('NFKC')
    .replaceAll('。', '.')
    .replaceAll(/[,\s¥]|元|RMB|CNY/gi, '')
  if (plain === '') return null
  const match = /^(\d{1,12})(?:\.(\d{0,2}))?$/.exec(plain)
  if (!match) return undefined
  const fen = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return fen <= moneyMaxFen ? fen : undefined
}

/** Integer fen as the text of an amount field: `1,280,000.00`. */
export function formatYuan(fen: number): string {
  return `${Math.trunc(fen / 100)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${String(fen % 100).padStart(2, '0')}`
}
