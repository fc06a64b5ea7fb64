import { createHash } from 'node:crypto'
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

/**
 * Puts the script and the styles of a page into it, and a content policy that lets these two run and nothing else: no
 * request can leave the page.
 */
export function singleFile(): Plugin {
  return {
    name: 'mingbu:single-file',
    enforce: 'post',
    apply: 'build',
    generateBundle(_, bundle) {
      const page = Object.values(bundle).find((file) => file.fileName.endsWith('.html'))
      if (page?.type !== 'asset') throw new Error('there is no page to put everything into')
      const scripts: string[] = []
      const styles: string[] = []
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') scripts.push(file.code.replaceAll('</script', '<\\/script').trim())
        else if (file.fileName.endsWith('.css')) styles.push(String(file.source).trim())
        else if (file !== page) throw new Error(`${file.fileName} cannot be put into the page`)
        if (file !== page) delete bundle[file.fileName]
      }
      const [script, style] = [scripts.join('\n'), styles.join('\n')]
      const sum = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
      const policy = `default-src 'none'; script-src ${sum(script)}; style-src ${sum(style)}`
      const html = String(page.source)
        .replaceAll(/\s*<(script|link)\b[^>]*>(<\/script>)?/g, '')
        .replace(
          '<meta charset="utf-8" />',
          `$&\n    <meta http-equiv="content-security-policy" content="${policy}" />`,
        )
      // Replaced by functions: a script may hold `$&`.
      page.source = html
        .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
        .replace('</body>', () => `  <script type="module">${script}</script>\n  </body>`)
    },
  }
}
