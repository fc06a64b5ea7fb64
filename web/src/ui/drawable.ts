import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'

/** A picture or a document that can be drawn page by page. */
export interface Drawable {
  pages: number
  /** Draws one page (from 0) turned by `rotation` degrees so that it is `width` CSS pixels wide. */
  draw(page: number, width: number, rotation: 0 | 90 | 180 | 270): Promise<HTMLCanvasElement>
  close(): void
}

/** Largest side of a canvas we ask for; beyond it browsers silently draw nothing. */
const sideMax = 8192

/** Opens a PDF, JPEG or PNG; null for other kinds. @throws when the content cannot be decoded. */
export async function openDrawable(blob: Blob): Promise<Drawable | null> {
  if (blob.type === 'application/pdf') return openPdf(blob)
  if (blob.type === 'image/jpeg' || blob.type === 'image/png' || blob.type === 'image/webp')
    return openImage(blob)
  return null
}

async function openImage(blob: Blob): Promise<Drawable> {
  const bitmap = await createImageBitmap(blob)
  return {
    pages: 1,
    draw: async (_page, width, rotation) => {
      const lying = rotation === 90 || rotation === 270
      const [across, down] = lying ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height]
      const { canvas, context, scale } = sheet(across, down, width)
      context.translate(canvas.width / 2, canvas.height / 2)
      context.rotate((rotation * Math.PI) / 180)
      context.imageSmoothingQuality = 'high'
      context.drawImage(
        bitmap,
        (-bitmap.width * scale) / 2,
        (-bitmap.height * scale) / 2,
        bitmap.width * scale,
        bitmap.height * scale,
      )
      return canvas
    },
    close: () => bitmap.close(),
  }
}

async function openPdf(blob: Blob): Promise<Drawable> {
  const pdfjs = await import('pdfjs-dist')
  pdfjs.GlobalWorkerOptions.workerSrc = workerUrl
  // No scripts, no forms, no compiled fonts: the page's content policy would refuse them and a scan needs none.
  const loading = pdfjs.getDocument({
    data: new Uint8Array(await blob.arrayBuffer()),
    enableXfa: false,
    useWasm: false,
  })
  const file = await loading.promise
  return {
    pages: file.numPages,
    draw: async (number, width, rotation) => {
      const page = await file.getPage(number + 1)
      const turned = (page.rotate + rotation) % 360
      const plain = page.getViewport({ scale: 1, rotation: turned })
      const { canvas, scale } = sheet(plain.width, plain.height, width)
      await page.render({ canvas, viewport: page.getViewport({ scale, rotation: turned }) }).promise
      return canvas
    },
    close: () => void loading.destroy(),
  }
}

/** A canvas `width` CSS pixels wide at the screen's own resolution, and how far to scale what is drawn on it. */
function sheet(
  across: number,
  down: number,
  width: number,
): { canvas: HTMLCanvasElement; context: CanvasRenderingContext2D; scale: number } {
  const wanted = (width * devicePixelRatio) / across
  const scale = Math.min(wanted, sideMax / Math.max(across, down))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(across * scale))
  canvas.height = Math.max(1, Math.round(down * scale))
  canvas.style.width = `${width}px`
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas to draw on')
  return { canvas, context, scale }
}
