import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { decode as decodePng } from 'fast-png'
import jpeg from 'jpeg-js'
import { grey, light } from './grey.ts'
import { type Figures, figuresOf, type Grey } from './pictures.ts'
import { Fault, type Measured, pagesMax, pixelsMax } from './scan-faults.ts'

/** jpeg-js says so when a picture is larger than it may be, or needs more memory. */
const overLimit = /limit exceeded/
const asFault = (error: unknown): Measured => ({
  fault:
    error instanceof Fault
      ? error.reason
      : error instanceof Error && overLimit.test(error.message)
        ? 'too_large'
        : 'not_readable',
})

/** Pages of the bytes of a scan as shades of grey, one after the other. @throws Fault, or what the decoder throws. */
export async function* pagesOf(bytes: Uint8Array, media: string): AsyncGenerator<Grey> {
  if (media === 'application/pdf') yield* (await import('./pdf-pages.ts')).pdfPages(bytes)
  else if (media === 'image/tiff') yield* (await import('./tiff-pages.ts')).tiffPages(bytes)
  else yield greyOf(bytes, media)
}

/** Decodes the bytes of a picture to shades of grey. @throws Error when they are not one. */
export function greyOf(bytes: Uint8Array, media: string): Grey {
  if (media === 'image/jpeg') {
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      maxResolutionInMP: pixelsMax / 1_000_000,
      maxMemoryUsageInMB: 1500,
    })
    return grey(width, height, data, 4, 1)
  }
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (head.getUint32(16) * head.getUint32(20) > pixelsMax) throw new Fault('too_large')
  const { width, height, data, channels, depth, palette } = decodePng(bytes)
  if (palette) return indexed(width, height, data as Uint8Array, depth, palette)
  if (depth < 8) return bits(width, height, data as Uint8Array, depth)
  return grey(width, height, data, channels, depth === 16 ? 257 : 1)
}

/** One, two or four bits a pixel, rows filled up to whole bytes. */
function unpack(width: number, height: number, data: Uint8Array, depth: number): Uint8Array {
  if (depth >= 8) return data
  const out = new Uint8Array(width * height)
  const stride = Math.ceil((width * depth) / 8)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      out[y * width + x] = (data[y * stride + (bit >> 3)]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)
    }
  return out
}
function bits(width: number, height: number, data: Uint8Array, depth: number): Grey {
  const full = (1 << depth) - 1
  return {
    width,
    height,
    shades: unpack(width, height, data, depth).map((value) => Math.round((value * 255) / full)),
  }
}
function indexed(width: number, height: number, data: Uint8Array, depth: number, palette: number[][]): Grey {
  const lights = palette.map(([r = 0, g = 0, b = 0, alpha = 255]) => light(r, g, b, alpha))
  return { width, height, shades: unpack(width, height, data, depth).map((index) => lights[index] ?? 255) }
}

async function measure(path: string, media: string): Promise<Measured> {
  const pages: Figures[] = []
  try {
    for await (const page of pagesOf(new Uint8Array(readFileSync(path)), media)) {
      if (pages.length === pagesMax) throw new Fault('too_many_pages')
      pages.push(figuresOf(page))
    }
  } catch (error) {
    return asFault(error)
  }
  return pages.length === 0 ? { fault: 'not_readable' } : { pages }
}

// What a decoder throws outside of its own call is no more than a scan that cannot be read; `measure.ts` begins another thread.
parentPort?.on('message', ({ path, media }: { path: string; media: string }) => {
  void measure(path, media).then((measured) => parentPort!.postMessage(measured))
})
