import { constants, deflateRawSync } from 'node:zlib'
import { strToU8, Zip, ZipPassThrough } from 'fflate'
import { archiveTime } from './archive.ts'

/** What a cell may hold. Instants become dates in the time of Shanghai; a text is never read as a formula. */
export type Cell = string | number | boolean | Temporal.Instant | null

/** A column: what stands above it, and how wide it is in characters. */
export interface Column {
  title: string
  width: number
}

/** Rows a sheet can have, and characters a cell can have, in this format. */
const rowsMax = 1_048_576
const textMax = 32_767

/**
 * Writes a workbook (Office Open XML, `.xlsx`) row by row, so that a ledger of any length takes no more memory than a
 * row. The same rows give the same bytes. Sheets are written one after another; one that is full goes on in the next.
 */
export class Workbook {
  readonly #zip: Zip
  readonly #names: string[] = []
  #sheet: Sheet | null = null

  /** @param write Takes the bytes of the file, in order. */
  constructor(write: (chunk: Uint8Array) => void) {
    this.#zip = new Zip((error, chunk) => {
      if (error) throw error
      write(chunk)
    })
    this.#part('[Content_Types].xml', contentTypes)
    this.#part('_rels/.rels', rootRelations)
    this.#part('xl/styles.xml', styles)
  }

  /** Begins a sheet. Names are cut to the 31 characters a sheet may have. */
  sheet(name: string, columns: readonly Column[]): void {
    this.#endSheet()
    this.#begin(name, columns, 1)
  }

  row(cells: readonly Cell[]): void {
    const sheet = this.#sheet!
    if (sheet.rows === rowsMax) {
      this.#endSheet()
      this.#begin(sheet.name, sheet.columns, sheet.part + 1)
    }
    this.#sheet!.add(cells)
  }

  /** Writes what is left. Nothing can be added afterwards. */
  close(): void {
    this.#endSheet()
    const sheets = this.#names.map(
      (name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="r${i + 1}"/>`,
    )
    const relations = this.#names.map((_, i) =>
      relation(`r${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`),
    )
    this.#part(
      'xl/workbook.xml',
      `${head}<workbook ${main} ${links}><sheets>${sheets.join('')}</sheets></workbook>`,
    )
    this.#part(
      'xl/_rels/workbook.xml.rels',
      `${head}<Relationships ${packageRelations}>${relations.join('')}${relation('styles', 'styles', 'styles.xml')}</Relationships>`,
    )
    this.#zip.end()
  }

  #begin(name: string, columns: readonly Column[], part: number): void {
    const suffix = part === 1 ? '' : ` (${part})`
    this.#names.push(name.replace(/[[\]*?:/\\]/g, ' ').slice(0, 31 - suffix.length) + suffix)
    this.#sheet = new Sheet(this.#open(`xl/worksheets/sheet${this.#names.length}.xml`), name, columns, part)
  }

  #endSheet(): void {
    this.#sheet?.end()
    this.#sheet = null
  }

  #open(path: string): Deflated {
    const file = new Deflated(path)
    file.mtime = archiveTime
    this.#zip.add(file)
    return file
  }

  #part(path: string, text: string): void {
    this.#open(path).push(strToU8(text), true)
  }
}

/** A file of the archive, deflated piece by piece: each is compressed on its own, so that nothing but it is kept. */
class Deflated extends ZipPassThrough {
  override compression = 8
  protected override process(chunk: Uint8Array<ArrayBuffer>, isLast: boolean): void {
    const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
    this.ondata(null, deflateRawSync(chunk, { finishFlush }), isLast)
  }
}

/** Bytes that are compressed at once. */
const pieceSize = 262_144

class Sheet {
  rows = 0
  readonly name: string
  readonly columns: readonly Column[]
  readonly part: number
  readonly #file: Deflated
  readonly #letters: readonly string[]
  /** Written so far; the same bytes are filled again and again, so that a long book leaves nothing to be collected. */
  readonly #piece = Buffer.allocUnsafe(pieceSize)
  #filled = 0

  constructor(file: Deflated, name: string, columns: readonly Column[], part: number) {
    this.#file = file
    this.name = name
    this.columns = columns
    this.part = part
    this.#letters = columns.map((_, i) => columnName(i))
    const widths = columns.map(
      (one, i) => `<col min="${i + 1}" max="${i + 1}" width="${one.width}" customWidth="1"/>`,
    )
    this.#write(
      `${head}<worksheet ${main}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData>`,
    )
    this.add(columns.map((one) => one.title))
  }

  add(cells: readonly Cell[]): void {
    this.rows++
    let written = ''
    for (let i = 0; i < cells.length; i++)
      written += cellXml(cells[i]!, `${this.#letters[i] ?? columnName(i)}${this.rows}`, this.rows === 1)
    this.#write(`<row r="${this.rows}">${written}</row>`)
  }

  end(): void {
    const last = `${columnName(this.columns.length - 1)}${this.rows}`
    this.#write(`</sheetData><autoFilter ref="A1:${last}"/></worksheet>`)
    this.#pass(true)
  }

  #write(text: string): void {
    const most = text.length * 3
    if (this.#filled + most > this.#piece.length) this.#pass(false)
    if (most > this.#piece.length) this.#file.push(strToU8(text))
    else this.#filled += this.#piece.write(text, this.#filled)
  }

  #pass(isLast: boolean): void {
    this.#file.push(this.#piece.subarray(0, this.#filled), isLast)
    this.#filled = 0
  }
}

function cellXml(cell: Cell, at: string, isHead: boolean): string {
  if (cell === null || cell === '') return ''
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`
  if (typeof cell === 'boolean') return `<c r="${at}" t="b"><v>${cell ? 1 : 0}</v></c>`
  if (typeof cell !== 'string') return `<c r="${at}" s="2"><v>${serialDay(cell)}</v></c>`
  return `<c r="${at}" t="inlineStr"${isHead ? ' s="1"' : ''}><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
}

/** Days since the last one of 1899 on the clocks of Shanghai, as spreadsheets count them, to the millisecond. */
function serialDay(at: Temporal.Instant): string {
  return ((at.epochMilliseconds + offsetAt(at) - dayZero) / 86_400_000).toFixed(9)
}

const dayZero = Date.UTC(1899, 11, 30)
let known = { hour: Number.NaN, offset: 0 }
/** Milliseconds Shanghai is ahead, asked once for neighbours in a book. */
function offsetAt(at: Temporal.Instant): number {
  const hour = Math.floor(at.epochMilliseconds / 3_600_000)
  if (hour !== known.hour)
    known = { hour, offset: at.toZonedDateTimeISO('Asia/Shanghai').offsetNanoseconds / 1_000_000 }
  return known.offset
}

/** `A` to `Z`, then `AA` and on. */
function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last
}

/**
 * Text as the format can hold it: controls and what XML has no character for become U+FFFD, what would be read as a character's code
 * (`_x0041_`) is kept as it was typed, and a text too long for a cell ends in an ellipsis.
 */
function escaped(text: string): string {
  if (plain.test(text)) return text
  const kept = text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text
  return kept
    .toWellFormed()
    .replace(/(?![\t\n])\p{Cc}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Nothing in it needs care: short, of letters, figures, signs and characters that the format takes as they are. */
const plain = /^[A-Za-z0-9 \-.:()·、，。（）〔〕\u4e00-\u9fff]{0,1000}$/

const office = 'http://schemas.openxmlformats.org'
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = `xmlns="${office}/spreadsheetml/2006/main"`
const links = `xmlns:r="${office}/officeDocument/2006/relationships"`
const packageRelations = `xmlns="${office}/package/2006/relationships"`
const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${office}/officeDocument/2006/relationships/${type}" Target="${target}"/>`
const rootRelations = `${head}<Relationships ${packageRelations}>${relation('book', 'officeDocument', 'xl/workbook.xml')}</Relationships>`
const spreadsheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
// Sheets are what a part is unless said otherwise, so that this can be written before their number is known.
const contentTypes = `${head}<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="${spreadsheetType}.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheetType}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${spreadsheetType}.styles+xml"/></Types>`
// Styles by number: 0 plain, 1 the head, 2 a time.
const styles = `${head}<styleSheet ${main}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`
