/** The mark of the product: a ruled page cut like a seal. */
export function Seal({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="4" fill="#a63a2b" />
      <path d="M7 7h18v18H7zM7 13h18M7 19h18M14 7v18" fill="none" stroke="#fff" strokeWidth="2" />
    </svg>
  )
}
