import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { decode as decodePng } from 'fast-png'
import jpeg from 'jpeg-js'
import { type Figures, figuresOf, type Grey } from './pictures.ts'

/** Pictures with more pixels than this are not decoded: somebody looks at them. */
const megapixelsMax = 100

/** Decodes the bytes of a picture to shades of grey. @throws Error when they are not one. */
export function greyOf(bytes: Uint8Array, media: string): Grey {
  if (media === 'image/jpeg') {
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      maxResolutionInMP: megapixelsMax,
      maxMemoryUsageInMB: 1500,
    })
    return grey(width, height, data, 4, 1)
  }
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (head.getUint32(16) * head.getUint32(20) > megapixelsMax * 1_000_000) throw new Error('too many pixels')
  const { width, height, data, channels, depth, palette } = decodePng(bytes)
  if (palette) return indexed(width, height, data as Uint8Array, depth, palette)
  if (depth < 8) return bits(width, height, data as Uint8Array, depth)
  return grey(width, height, data, channels, depth === 16 ? 257 : 1)
}

/** Light as the eye weighs it; what is transparent shows the white of the page. */
function light(r: number, g: number, b: number, alpha: number): number {
  const shade = (r * 299 + g * 587 + b * 114) / 1000
  return Math.round(255 - ((255 - shade) * alpha) / 255)
}

function grey(width: number, height: number, data: ArrayLike<number>, channels: number, per: number): Grey {
  const shades = new Uint8Array(width * height)
  for (let i = 0, at = 0; i < shades.length; i++, at += channels) {
    const first = data[at]! / per
    const alpha = channels === 2 || channels === 4 ? data[at + channels - 1]! / per : 255
    shades[i] =
      channels < 3
        ? light(first, first, first, alpha)
        : light(first, data[at + 1]! / per, data[at + 2]! / per, alpha)
  }
  return { width, height, shades }
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

parentPort?.on('message', ({ path, media }: { path: string; media: string }) => {
  let figures: Figures | null = null
  try {
    figures = figuresOf(greyOf(readFileSync(path), media))
  } catch {
    // Not to be read is what is told of it.
  }
  parentPort?.postMessage(figures)
})
