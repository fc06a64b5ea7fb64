import type { Grey } from './pictures.ts'

/** Light as the eye weighs it; what is transparent shows the white of the page. */
export function light(r: number, g: number, b: number, alpha: number): number {
  const shade = (r * 299 + g * 587 + b * 114) / 1000
  return Math.round(255 - ((255 - shade) * alpha) / 255)
}

/** Pixels of one to four channels as shades of grey; `per` is how much of a channel is one of 255. */
export function grey(
  width: number,
  height: number,
  data: ArrayLike<number>,
  channels: number,
  per: number,
): Grey {
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
