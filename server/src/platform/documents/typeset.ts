import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import QRCode from 'qrcode'

const require = createRequire(import.meta.url)

let compiler: NodeCompiler | null = null

/** One compiler for the process, with every font a paper may use; the first page pays for loading it. */
function theCompiler(): NodeCompiler {
  if (compiler) return compiler
  const fonts = dirname(require.resolve('@expo-google-fonts/noto-serif-sc/package.json'))
  const blobs = ['400Regular/NotoSerifSC_400Regular.ttf', '700Bold/NotoSerifSC_700Bold.ttf'].map((path) =>
    readFileSync(join(fonts, path)),
  )
  compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: blobs }] })
  return compiler
}

/** A finished document: PDF/A-2b with every font embedded. */
export interface Typeset {
  pdf: Buffer
  pages: number
}

/**
 * Typesets a Typst template with data. The data reach the template only as JSON through `sys.inputs`, so that no
 * text typed by anyone is ever markup. The same template, data and time give the same bytes.
 * @throws Error when the template does not compile: our bug.
 */
export function typeset(
  template: string,
  data: object,
  { createdAt }: { createdAt: Temporal.Instant },
): Typeset {
  const typst = theCompiler()
  const compiled = typst.compile({
    mainFileContent: template,
    inputs: { data: JSON.stringify(data) },
    resetRead: true,
  })
  const document = compiled.result
  if (!document) {
    const problems = compiled.takeDiagnostics()?.shortDiagnostics ?? []
    throw new Error(`a paper does not compile: ${JSON.stringify(problems).slice(0, 500)}`)
  }
  const pdf = typst.pdf(document, {
    pdfStandard: 'a-2b',
    creationTimestamp: Math.floor(createdAt.epochMilliseconds / 1000),
  })
  const pages = document.numOfPages
  typst.evictCache(10)
  return { pdf, pages }
}

/** A QR code as SVG text, error correction M, for a template's `image.decode`. */
export const qrSvg = (text: string): Promise<string> =>
  QRCode.toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 0 })
