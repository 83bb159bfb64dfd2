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
 * note and a link unless its first line names them. A comma alone makes no table: it
 * may belong to the option.
 */
export function parseOptions(pasted: string): DraftOption[] {
  const text = pasted.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const separator = separatorOf(text)
  if (separator === undefined) return listOf(text.split('\n'))
  const rows = cells(text, separator)
  const named = rows[0] && headingOf(rows[0])
  const order = named ?? (['text', 'note', 'link'] as const)
  return rows.slice(named ? 1 : 0).flatMap(row => {
    const option: DraftOption = { text: '' }
    for (const [i, column] of order.entries()) if (column && row[i]) option[column] = row[i]
    return option.text ? [option] : []
  })
}

const mark = /^\s*(?:[-–—*•·‣]|\d{1,3}[.)])\s+/

function listOf(lines: readonly string[]): DraftOption[] {
  const written = lines.map(line => line.trim()).filter(Boolean)
  // One line with a number may be a title; a list has them all the way.
  const marked = written.length > 1 && written.every(line => mark.test(line))
  return written.map(line => ({ text: marked ? line.replace(mark, '') : line }))
}

function separatorOf(text: string): string | undefined {
  const first = text.trimStart().split('\n', 1)[0] ?? ''
  if (first.includes('\t')) return '\t'
  return [',', ';'].find(separator => {
    if (!first.includes(separator)) return false
    const row = cells(first, separator)[0] ?? []
    return headingOf(row) !== undefined || /^"(?:[^"]|"")*"\s*[,;]/.test(first)
  })
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
