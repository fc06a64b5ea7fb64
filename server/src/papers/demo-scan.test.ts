import { inflateSync } from 'node:zlib'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, test } from 'vitest'
import { demoScan, demoSignature } from './demo-scan.ts'

test('a demo scan is one page with its title, its lines and the mark', async () => {
  const scan = demoScan('房屋买卖合同', ['出卖人：张演示', '#set $x$ *]'])
  const document = await getDocument({ data: new Uint8Array(scan), verbosity: 0 }).promise
  expect(document.numPages).toBe(1)
  const { items } = await (await document.getPage(1)).getTextContent()
  const text = items.map((item) => ('str' in item ? item.str : '')).join('')
  for (const part of ['房屋买卖合同', '出卖人：张演示', '#set $x$ *]', 'DEMO', '演示样本', '不具效力'])
    expect(text).toContain(part)
  await document.destroy()
})

test('the same scan is made once; other lines are another', () => {
  expect(demoScan('完税凭证', ['一'])).toBe(demoScan('完税凭证', ['一']))
  expect(demoScan('完税凭证', ['一']).equals(demoScan('完税凭证', ['二']))).toBe(false)
  expect(demoScan('完税凭证').equals(demoScan('完税凭证', []))).toBe(true)
})

test('a demo signature is a PNG with ink in it, the same for the same name only', () => {
  const image = demoSignature('李样本')
  expect(image.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a')
  const [width, height] = [image.readUInt32BE(16), image.readUInt32BE(20)]
  // Signature, header chunk, then the length of IDAT at byte 33 and its data from byte 41.
  const rows = inflateSync(image.subarray(41, 41 + image.readUInt32BE(33)))
  expect(rows).toHaveLength((width + 1) * height)
  const dark = rows.filter((value, i) => i % (width + 1) !== 0 && value < 128).length
  expect(dark).toBeGreaterThan(300)
  expect(dark).toBeLessThan((width * height) / 4)
  expect(image.length).toBeLessThan(8000)
  expect(demoSignature('李样本').equals(image)).toBe(true)
  expect(demoSignature('张演示').equals(image)).toBe(false)
  expect(demoSignature('').length).toBeGreaterThan(100)
})
