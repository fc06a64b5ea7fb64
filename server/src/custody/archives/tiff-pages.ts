import utif, { type IFD } from 'utif2'
import { grey } from './grey.ts'
import type { Grey } from './pictures.ts'
import { Fault, pagesMax, pixelsMax } from './scan-faults.ts'

const [tagWidth, tagHeight] = ['t256', 't257']
const numberOf = (ifd: IFD, tag: string): number => Number((ifd[tag] as number[] | undefined)?.[0] ?? 0)

/** Pages of a TIFF, as scanners make them: CCITT, LZW, Deflate, PackBits or JPEG inside. @throws Fault, or what the decoder throws. */
export function* tiffPages(bytes: Uint8Array): Generator<Grey> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const pages = utif.decode(buffer).filter((ifd) => numberOf(ifd, tagWidth) > 0)
  if (pages.length > pagesMax) throw new Fault('too_many_pages')
  for (const page of pages) {
    const [width, height] = [numberOf(page, tagWidth), numberOf(page, tagHeight)]
    if (width * height > pixelsMax) throw new Fault('too_large')
    utif.decodeImage(buffer, page)
    // A page whose data ended early is shorter than it says.
    if (page.width !== width || page.height !== height || !page.data) throw new Fault('not_readable')
    yield grey(width, height, utif.toRGBA8(page), 4, 1)
  }
}
