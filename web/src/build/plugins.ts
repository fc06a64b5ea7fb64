import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const sheets = fileURLToPath(new URL('./sheets.ts', import.meta.url))

/**
 * Lets Ant Design write its styles into constructable style sheets instead of `<style>` elements, so that the
 * content policy can be `style-src 'self'` without `'unsafe-inline'` and without a nonce. See `sheets.ts`.
 */
export function sheetStyles(): Plugin {
  return {
    name: 'mingbu:sheet-styles',
    enforce: 'pre',
    apply: 'build',
    resolveId(source) {
      return /(^|\/)Dom\/dynamicCSS(\.js)?$/.test(source) ? sheets : null
    },
  }
}

/** Drops the older `.woff` copies from the font package's style sheets; every browser we support reads `.woff2`. */
export function woff2Only(): Plugin {
  return {
    name: 'mingbu:woff2-only',
    enforce: 'pre',
    transform: {
      filter: { id: /@fontsource\/.+\.css$/ },
      handler: (code) => code.replaceAll(/,\s*url\([^)]+\.woff\) format\('woff'\)/g, ''),
    },
  }
}
