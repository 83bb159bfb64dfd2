import type { DraftOption } from '../contract.gen'

const columns = {
  text: ['text', 'option', 'options', 'name', 'title', 'titel', 'texto', 'opción', 'vorschlag', 'نص', 'خيار'],
  note: ['note', 'notes', 'description', 'notiz', 'beschreibung', 'nota', 'descripción', 'ملاحظة', 'وصف'],
  link: ['link', 'url', 'website', 'enlace', 'رابط'],
} as const

type Column = keyof typeof columns

/**
 * Reads options as people paste them: a list, one a line, with or without bullets or
 * numbers; or a table, from a spreadsheet or a CSV file, whose columns are the option, a
 * note and a link unless its first line names them. In a list a comma may belong to the
 * option; what `isTable` says is a table, it parts.
 */
export function parseOptions(pasted: string, isTable = false): DraftOption[] {
  const text = pasted.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const separator = separatorOf(text, isTable)
  if (separator === undefined) return listOf(text.split('\n'))
  const rows = cells(text, separator)
  const named = rows[0] && headingOf(rows[0])
  return rows.slice(named ? 1 : 0).flatMap(row => {
    const option: DraftOption = { text: '' }
    for (const [i, column] of (named ?? usualColumns(row)).entries())
      if (column && row[i]) option[column] = row[i]
    return option.text ? [option] : []
  })
}

/** What the cells of a row hold where no heading says so: an address alone in place of a note is the link. */
const usualColumns = ([, second = '']: readonly string[]): Column[] =>
  /^https?:\/\/\S+$/.test(second) ? ['text', 'link', 'note'] : ['text', 'note', 'link']

const mark = /^\s*(?:[-–—*•·‣]|\d{1,3}[.)])\s+/

function listOf(lines: readonly string[]): DraftOption[] {
  const written = lines.map(line => line.trim()).filter(Boolean)
  // One line with a number may be a title; a list has them all the way.
  const marked = written.length > 1 && written.every(line => mark.test(line))
  return written.map(line => ({ text: marked ? line.replace(mark, '') : line }))
}

function separatorOf(text: string, isTable: boolean): string | undefined {
  const first = text.trimStart().split('\n', 1)[0] ?? ''
  if (first.includes('\t')) return '\t'
  const separators = [';', ','].filter(separator => first.includes(separator))
  const says = separators.find(separator => {
    const row = cells(first, separator)[0] ?? []
    return headingOf(row) !== undefined || /^"(?:[^"]|"")*"\s*[,;]/.test(first)
  })
  return says ?? (isTable || isGrid(text) ? separators[0] : undefined)
}

/** Whether all lines have as many semicolons, as spreadsheets write them where a comma is in numbers. */
function isGrid(text: string): boolean {
  const widths = new Set(cells(text, ';').map(row => row.length))
  return widths.size === 1 && !widths.has(1) && text.trim().includes('\n')
}

/** What each column holds, if a row names them. */
function headingOf(row: readonly string[]): (Column | undefined)[] | undefined {
  const names = row.map(cell => cell.toLowerCase())
  const found = names.map(name =>
    (Object.keys(columns) as Column[]).find(column => (columns[column] as readonly string[]).includes(name)),
  )
  return found.includes('text') && found.filter(Boolean).length > 1 ? found : undefined
}

/** The cells of a table as RFC 4180 writes it, trimmed; rows that are empty are left out. */
function cells(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = () => {
    row.push(cell.trim())
    if (row.some(Boolean)) rows.push(row)
    row = []
    cell = ''
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[i + 1] === '"') cell += text[++i]
      else quoted = false
    } else if (char === '"' && cell.trim() === '') {
      quoted = true
      cell = ''
    } else if (char === separator) {
      row.push(cell.trim())
      cell = ''
    } else if (char === '\n') endRow()
    else cell += char
  }
  endRow()
  return rows
}

const keyOf = (text: string) =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim().toLowerCase()

/** Adds options to a list; one that is there already is left out. */
export function addOptions(to: readonly DraftOption[], more: readonly DraftOption[]): DraftOption[] {
  const known = new Set(to.map(({ text }) => keyOf(text)))
  const fresh = more.filter(({ text }) => {
    const key = keyOf(text)
    if (known.has(key)) return false
    known.add(key)
    return true
  })
  return [...to, ...fresh]
}
