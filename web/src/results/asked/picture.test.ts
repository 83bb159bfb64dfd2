import { expect, test } from 'vitest'
import { arranged, type Card, type Measure, size } from './picture'

/** Letters that are half as wide as they are high; marks on them make a line higher. */
const measure: Measure = (line, font) => {
  const em = Number(/([\d.]+)px/.exec(font)?.[1])
  const letters = [...line.replaceAll(/\p{M}|\p{Cf}/gu, '')]
  const marks = [...line].filter(letter => /\p{M}/u.test(letter)).length
  const tall = 1 + Math.min(marks, 4) / 4
  return { width: letters.length * 0.5 * em, ascent: 0.8 * em * tall, descent: 0.2 * em * tall }
}

const card: Card = {
  topic: 'Where do we eat?',
  verdict: 'The winner is',
  winners: ['Ramen'],
  reason: 'Wins by 11 to 10 after 5 rounds. 24 ballots cast.',
  origin: 'Caucus · Instant runoff',
  link: 'example.org/p/K7M4QX',
}

const tenNames = Array.from({ length: 10 }, (_, i) => `Alexandra Featherstone ${i}`)
const long = `${'The general assembly is held in the old town hall again '.repeat(2).slice(0, 99)}!`
const cards: Record<string, Card> = {
  usual: card,
  'long texts': { ...card, topic: long, winners: [long], reason: `${card.reason} `.repeat(3).trim() },
  'four long names': { ...card, winners: Array.from({ length: 4 }, (_, i) => `${i} ${long.slice(2)}`) },
  'ten seats': { ...card, verdict: 'The winners are', winners: tenNames },
  'no spaces': { ...card, topic: 'W'.repeat(100), winners: ['W'.repeat(100)] },
  'marks on letters': { ...card, topic: 'Z̵̡̃'.repeat(50), winners: ['Z̵̡̃a̶̛̓ '.repeat(12).trim()] },
  'nobody voted': { ...card, verdict: 'Nobody voted', winners: [], reason: 'There is nothing to count.' },
}

test.each(Object.keys(cards))('%s: every line is in the picture, whole, and on no other', name => {
  const hostile = cards[name] as Card
  const { band, lines } = arranged(hostile, measure)
  const boxes = lines.map(({ text, font, x, y, side }) => {
    const { width, ascent, descent } = measure(text, font)
    const left = side === 'start' ? x : x - width
    return { text, left, right: left + width, top: y - ascent, bottom: y + descent }
  })
  for (const [i, a] of boxes.entries()) {
    expect(a).toMatchObject({ text: expect.not.stringContaining('…') })
    expect(Math.min(a.left, size.width - a.right, a.top, size.height - a.bottom), a.text).toBeGreaterThan(20)
    expect(a.top < band && a.bottom > band, a.text).toBe(false)
    for (const b of boxes.slice(i + 1)) {
      const apart = a.right < b.left || b.right < a.left || a.bottom <= b.top || b.bottom <= a.top
      expect(apart, `${a.text} on ${b.text}`).toBe(true)
    }
  }
  const said = lines.map(({ text }) => text).join(' ')
  const bare = (text: string) => text.replaceAll(/\s/g, '')
  for (const winner of hostile.winners) expect(bare(said)).toContain(bare(winner))
})

test('what fits at no size that can be read ends with an ellipsis, and no character is halved', () => {
  const winners = Array.from({ length: 20 }, (_, i) => `${'👩‍👩‍👧'.repeat(97)} ${i}`)
  const { lines } = arranged({ ...card, winners }, measure)
  expect(lines.filter(({ text }) => text.endsWith('…'))).toHaveLength(1)
  for (const { text } of lines) expect(text).not.toMatch(/^\u200d|\u200d…?$/)
})

test('a name has one size on all its lines, which are about as long', () => {
  const { lines } = arranged({ ...card, winners: ['Keep the assembly in the old town hall'] }, measure)
  const [first, last, ...rest] = lines.filter(({ font }) => font.startsWith('800'))
  expect(rest).toEqual([])
  expect(first?.font).toBe(last?.font)
  expect([first?.text, last?.text]).toEqual(['Keep the assembly in', 'the old town hall'])
})

test('a link that would not fit is left out', () => {
  const link = `${'very-long.'.repeat(8)}example.org/p/K7M4QX`
  expect(arranged({ ...card, link }, measure).lines.map(({ text }) => text)).not.toContain(link)
  expect(arranged(card, measure).lines.map(({ text }) => text)).toContain(card.link)
})
