import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { createCanvas } from '@napi-rs/canvas'
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { grey } from './grey.ts'
import type { Grey } from './pictures.ts'
import { Fault, pagesMax, pixelsMax } from './scan-faults.ts'

/** The longer side of a page as it is drawn, in pixels: about 120 dots an inch of A4, enough for light, ink and lean. */
const drawnSide = 1400
const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))

/** Pages of a PDF, drawn one after the other. Runs no script of it. @throws Fault, or what the decoder throws. */
export async function* pdfPages(bytes: Uint8Array): AsyncGenerator<Grey> {
  const task = getDocument({
    data: bytes,
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false,
    enableXfa: false,
    stopAtErrors: true,
    maxImageSize: pixelsMax,
    canvasMaxAreaInBytes: 4 * pixelsMax,
    useSystemFonts: false,
    disableFontFace: true,
    cMapUrl: join(home, 'cmaps') + sep,
    standardFontDataUrl: join(home, 'standard_fonts') + sep,
    wasmUrl: join(home, 'wasm') + sep,
  })
  try {
    const document = await task.promise.catch((error: unknown) => {
      throw (error as Error).name === 'PasswordException' ? new Fault('encrypted') : error
    })
    if (document.numPages > pagesMax) throw new Fault('too_many_pages')
    for (let no = 1; no <= document.numPages; no++) {
      const page = await document.getPage(no)
      const whole = page.getViewport({ scale: 1 })
      const viewport = page.getViewport({ scale: drawnSide / Math.max(whole.width, whole.height) })
      const [width, height] = [Math.ceil(viewport.width), Math.ceil(viewport.height)]
      const canvas = createCanvas(Math.max(1, width), Math.max(1, height))
      const canvasContext = canvas.getContext('2d')
      canvasContext.fillStyle = '#fff'
      canvasContext.fillRect(0, 0, width, height)
      await page.render({ canvas: null, canvasContext: canvasContext as never, viewport }).promise
      page.cleanup()
      yield grey(
        canvas.width,
        canvas.height,
        canvasContext.getImageData(0, 0, canvas.width, canvas.height).data,
        4,
        1,
      )
    }
  } finally {
    await task.destroy()
  }
}
