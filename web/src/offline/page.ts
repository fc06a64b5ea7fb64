import { fromHex, verifyEd25519 } from '@mingbu/tlog'

/** An element with attributes and children: these pages have no library. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), attributes)
  made.append(...children)
  return made
}

/** Whether this browser knows Ed25519: a published signature must verify. @see RFC 8032, 7.1, test 1 */
export const canVerify = () =>
  verifyEd25519(
    fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
    new Uint8Array(),
    fromHex(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ),
  )
