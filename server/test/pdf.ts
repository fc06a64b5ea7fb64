import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** Every word of a PDF, page after page, without spaces. */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  const document = await getDocument({ data: Uint8Array.from(bytes), verbosity: 0 }).promise
  const pages: string[] = []
  for (let no = 1; no <= document.numPages; no++) {
    const { items } = await (await document.getPage(no)).getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''))
  }
  await document.destroy()
  return pages.join('').replaceAll(/\s/g, '')
}
