import extended from '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-ext-wght-normal.woff2?url'
import latin from '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2?url'
import { methodNames } from '../../poll/methods'
import { isLoopback } from '../../session/site'
import { graphemes } from '../../ui/characters'
import { namesList } from '../../ui/words'
import { type Outcome, reason, verdict } from '../outcome'

/** What the picture of a result says. */
export interface Card {
  topic: string
  verdict: string
  winners: string[]
  reason: string
  /** Whose result it is: the program, and the method. */
  origin: string
  /** Where the result is; '' where nobody else could open it. */
  link: string
}

/** What a line takes: its width, and what is above and below the line that letters stand on. */
export type Measure = (line: string, font: string) => { width: number; ascent: number; descent: number }

/** A line of the picture. */
export interface Line {
  text: string
  font: string
  color: string
  /** The edge that it begins at, or ends at. */
  x: number
  /** What its letters stand on. */
  y: number
  side: 'start' | 'end'
  /** Whether it is written as its own letters are, whatever direction the page has. */
  own: boolean
}

export const size = { width: 1200, height: 630 } // what messengers and networks show whole
const margin = 80
const inner = size.width - 2 * margin
const foot = { top: 546, mark: 48 }
const family = '"Caucus", "Caucus extended", system-ui, sans-serif'
const colors = { band: '#0a4432', won: '#f3c353', none: '#e9ede7', topic: '#ffffff', text: '#2a1c00' }
// The page's own font, by names of its own: a page goes without it where it came late, but a picture can wait.
const fonts = [
  ['Caucus', latin],
  ['Caucus extended', extended],
] as const
const mark = new URL('../../icon.svg', import.meta.url).href

const mostLines = 4 // names that have one of their own each

/** Draws a result as a picture and gives it to the person as a file. */
export async function savePicture(outcome: Outcome, link: string) {
  const canvas = await pictureOf(cardOf(outcome, link))
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'))
  if (!blob) return
  const url = URL.createObjectURL(blob)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = `caucus-${outcome.pollID}.png`
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000) // the browser may be slow to take it
}

/** What the picture says of a result, and of where it is. */
export const cardOf = (outcome: Outcome, link: string): Card => ({
  topic: outcome.topic,
  verdict: verdict(outcome),
  winners: outcome.results.official.winners.map(outcome.name),
  reason: reason(outcome),
  origin: `Caucus · ${methodNames[outcome.results.official.method]}`,
  link: isLoopback(link) ? '' : link.replace(/^https?:\/\//, ''),
})

export async function pictureOf(card: Card): Promise<HTMLCanvasElement> {
  const canvas = Object.assign(document.createElement('canvas'), size)
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const icon = Object.assign(new Image(), { src: mark })
  // Without a network it is written in another font, and without the mark.
  await Promise.allSettled([...fonts.map(loadFont), icon.decode()])
  const rtl = document.documentElement.dir === 'rtl'
  const { band, lines } = arranged(card, (line, font) => {
    context.font = font
    const { width, actualBoundingBoxAscent, actualBoundingBoxDescent } = context.measureText(line)
    return { width, ascent: actualBoundingBoxAscent, descent: actualBoundingBoxDescent }
  })
  context.fillStyle = colors.band
  context.fillRect(0, 0, size.width, band)
  context.fillStyle = card.winners.length > 0 ? colors.won : colors.none
  context.fillRect(0, band, size.width, size.height - band)
  const edge = rtl ? size.width - margin - foot.mark : margin
  if (icon.naturalWidth > 0) context.drawImage(icon, edge, foot.top, foot.mark, foot.mark)
  for (const { text, font, color, x, y, side, own } of lines) {
    context.font = font
    context.fillStyle = color
    context.direction = (own ? isRightToLeft(text) : rtl) ? 'rtl' : 'ltr'
    context.textAlign = (side === 'start') === rtl ? 'right' : 'left'
    context.fillText(text, rtl ? size.width - x : x, y)
  }
  return canvas
}

async function loadFont([name, url]: (typeof fonts)[number]) {
  document.fonts.add(await new FontFace(name, `url("${url}")`, { weight: '200 800' }).load())
}

/** Whether the first letter of a text is of a script that is written from right to left. */
const isRightToLeft = (text: string) => /^\P{L}*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u.test(text)

/** Where everything is, and how high the band of the topic is. As much as fits is as large as fits. */
export function arranged(card: Card, measure: Measure): { band: number; lines: Line[] } {
  const lines: Line[] = []
  const put = (block: Block, top: number, color: string, own = false) => {
    block.lines.forEach((text, i) => {
      const y = top + block.ascent + i * block.pitch
      lines.push({ text, font: block.font, color, x: margin, y, side: 'start', own })
    })
    return top + block.height
  }
  const block = (texts: string[], weight: number, sizes: [number, number], height: number) =>
    fitted(texts, { weight, sizes, width: inner, height }, measure)

  const topic = block([card.topic], 700, [52, 30], 130)
  const band = Math.max(topic.height + 90, 150)
  put(topic, (band - topic.height) / 2, colors.topic, true)

  // What is said of the winners is as large as what is said of none.
  const won = card.winners.length > 0
  const verdict = block([card.verdict], won ? 600 : 800, won ? [34, 24] : [84, 40], won ? 44 : 110)
  const reason = block([card.reason], 500, [30, 22], 84)
  const [above, below] = [10, 22]
  const room = foot.top - band - 56
  const left = room - verdict.height - above - below - reason.height
  const flow = card.winners.length > mostLines // in a sentence
  const winners = block(flow ? [namesList(card.winners)] : card.winners, 800, [116, 22], left)
  let top = band + 28 + Math.max(0, (left - winners.height) / 2)
  top = put(verdict, top, colors.text) + above
  top = put(winners, top, colors.text, !flow) + below
  put(reason, top, colors.text)

  const baseline = foot.top + 33
  const origin = { text: card.origin, font: fontOf(700, 28), color: colors.band, y: baseline, own: false }
  lines.push({ ...origin, x: margin + foot.mark + 14, side: 'start' })
  const link = { text: card.link, font: fontOf(500, 26), color: colors.band, y: baseline, own: true }
  const rest = inner - foot.mark - 14 - measure(origin.text, origin.font).width - 40
  if (link.text && measure(link.text, link.font).width <= rest)
    lines.push({ ...link, x: size.width - margin, side: 'end' })
  return { band, lines }
}

const fontOf = (weight: number, size: number) => `${weight} ${size}px ${family}`

interface Block {
  lines: string[]
  font: string
  /** From the top to what the first line stands on, and from each line to the next. */
  ascent: number
  pitch: number
  height: number
}

interface Room {
  weight: number
  /** The largest, and the smallest that can be read. */
  sizes: [number, number]
  width: number
  height: number
}

/** Texts, each on lines of its own: smaller before any of it is cut off. */
function fitted(texts: string[], { weight, sizes, width, height }: Room, measure: Measure): Block {
  const [most, least] = sizes
  for (let size = most; ; size = Math.max(least, size - most / 40)) {
    const font = fontOf(weight, size)
    const widthOf = (line: string) => measure(line, font).width
    const broken = texts.map(text => piecesOf(text, width, widthOf))
    let lines = broken.flatMap(words => filled(words, width, widthOf))
    // Marks on letters, and pictures, may take more than a line.
    const inks = lines.map(line => measure(line, font))
    const ascent = Math.max(0.86 * size, ...inks.map(ink => ink.ascent))
    const descent = Math.max(0.24 * size, ...inks.map(ink => ink.descent))
    const pitch = ascent + descent
    const room = Math.max(1, Math.floor(height / pitch))
    if (lines.length > room && size > least) continue
    if (lines.length > room) lines = [...lines.slice(0, room - 1), cut(lines[room - 1] ?? '', width, widthOf)]
    else lines = broken.flatMap(words => balanced(words, width, widthOf))
    return { lines, font, ascent, pitch, height: lines.length * pitch }
  }
}

type WidthOf = (line: string) => number

/** Words with the space before them; one that fits on no line is taken apart. */
const piecesOf = (text: string, width: number, widthOf: WidthOf) =>
  text.split(/(?=\s)/).flatMap(word => (widthOf(word.trim()) <= width ? [word] : graphemes(word)))

/** A text on as few lines as it needs, all about as long: no word is left alone on the last. */
function balanced(words: string[], width: number, widthOf: WidthOf): string[] {
  let lines = filled(words, width, widthOf)
  for (let narrower = width * 0.95; lines.length > 1 && narrower > width / 2; narrower -= width / 20) {
    const next = filled(words, narrower, widthOf)
    if (next.length > lines.length) break
    lines = next
  }
  return lines
}

/** Words on lines that are as full as they can be. */
function filled(words: string[], width: number, widthOf: WidthOf): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line === '' || widthOf(`${line}${word}`.trim()) <= width) line += word
    else {
      lines.push(line.trim())
      line = word
    }
  }
  return [...lines, line.trim()]
}

/** As much of a line as there is room for beside an ellipsis. */
function cut(text: string, width: number, widthOf: WidthOf): string {
  let kept = graphemes(text)
  const line = () => `${kept.join('').trimEnd()}…`
  while (kept.length > 0 && widthOf(line()) > width) kept = kept.slice(0, -1)
  return line()
}
