/** What the picture of a result says. */
export interface Card {
  topic: string
  verdict: string
  winners: string
  reason: string
}

const width = 1200
const height = 630 // what messengers and networks show whole
const margin = 80
const font = '"Bricolage Grotesque", system-ui, sans-serif'

/** Draws a result as a picture and gives it to the person as a file. */
export async function savePicture(file: string, card: Card) {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) return
  await document.fonts.ready
  draw(context, card)
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'))
  if (!blob) return
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = file
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000) // the browser may be slow to take it
}

function draw(context: CanvasRenderingContext2D, { topic, verdict, winners, reason }: Card) {
  const rtl = document.documentElement.dir === 'rtl'
  context.direction = rtl ? 'rtl' : 'ltr'
  context.textBaseline = 'top'
  context.fillStyle = '#0a4432'
  context.fillRect(0, 0, width, height)
  context.fillStyle = '#f3c353'
  context.fillRect(0, 210, width, height - 210)
  const write = (text: string, y: number, size: number, weight: number, color: string, most: number) => {
    context.fillStyle = color
    const written = fitted(text, size, most, (line, size) => {
      context.font = `${weight} ${size}px ${font}`
      return context.measureText(line).width <= width - 2 * margin
    })
    context.font = `${weight} ${written.size}px ${font}`
    for (const line of written.lines) {
      context.fillText(line, rtl ? width - margin : margin, y)
      y += written.size * 1.15
    }
    return y
  }
  write(topic, 56, 52, 700, '#ffffff', 2)
  let y = write(verdict, 246, 36, 600, '#2a1c00', 1)
  y = write(winners, y + 6, 84, 800, '#2a1c00', 2)
  write(reason, Math.max(y + 16, 470), 32, 500, '#2a1c00', 2)
  write('Caucus', height - 60, 30, 700, '#0a4432', 1)
}

/** How a text is written on at most `most` lines: smaller before any of it is cut off, but not too small to read. */
export function fitted(
  text: string,
  size: number,
  most: number,
  fits: (line: string, size: number) => boolean,
): { size: number; lines: string[] } {
  for (let smaller = size; smaller > size * 0.6; smaller -= size / 20) {
    const lines = wrap(text, Number.POSITIVE_INFINITY, line => fits(line, smaller))
    if (lines.length <= most) return { size: smaller, lines }
  }
  return { size: size * 0.6, lines: wrap(text, most, line => fits(line, size * 0.6)) }
}

/** Breaks a text into lines that fit, at spaces where it can; what is too long ends with an ellipsis. */
export function wrap(text: string, most: number, fits: (line: string) => boolean): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of pieces(text, fits)) {
    if (line === '' || fits(`${line}${word}`.trim())) line += word
    else {
      lines.push(line.trim())
      line = word
    }
  }
  lines.push(line.trim())
  if (lines.length <= most) return lines
  let last = [...(lines[most - 1] ?? '')]
  while (last.length > 0 && !fits(`${last.join('')}…`)) last = last.slice(0, -1)
  return [...lines.slice(0, most - 1), `${last.join('')}…`]
}

/** Words with the space before them; one that fits on no line is taken apart. */
const pieces = (text: string, fits: (line: string) => boolean) =>
  text.split(/(?=\s)/).flatMap(word => (fits(word.trim()) ? [word] : [...word]))
