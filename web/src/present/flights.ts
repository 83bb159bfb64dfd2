import { type Rounds, type Row, rowsOf, rowsThatFit } from './scene'

interface Point {
  x: number
  y: number
}

/** A paper that moves from one option to another. */
interface Flight {
  from: Point
  to: Point
}

/** The end of a bar: of which line, at how many votes. */
interface BarEnd {
  row: number
  votes: number
}

const mostPapers = 48 // in all; past that a paper stands for several ballots

/**
 * The papers that make the last round out of the one before, in a chart with room for some rows: from and to the others
 * they fly over its end. Those that are exhausted fly nowhere.
 */
export function flightsOf(rounds: Rounds, room: number, at: (end: BarEnd) => Point): Flight[] {
  const before = rounds.at(-2)
  if (!before) return []
  const end = (rows: readonly Row[], option: string): BarEnd => {
    const row = rows.findIndex(r => r.option === option)
    return { row: row < 0 ? rows.length : row, votes: rows[row]?.votes ?? 0 }
  }
  const old = rowsThatFit(rowsOf(rounds.slice(0, -1)), room)
  const now = rowsThatFit(rowsOf(rounds), room)
  const moves = before.transfers.filter(({ to, votes }) => to !== '' && votes > 0)
  const votes = moves.reduce((sum, move) => sum + move.votes, 0)
  const each = Math.max(votes / mostPapers, 1)
  return moves.flatMap(move => {
    const flight = { from: at(end(old, move.from)), to: at(end(now, move.to)) }
    return Array.from({ length: Math.ceil(move.votes / each) }, () => flight)
  })
}

const duration = 1_500 // of one flight, in milliseconds, at speed 1
const takeOff = 900 // within which all of them start

/** Draws the flights and removes each paper when it has landed; the returned function ends them all. */
export function fly(sky: SVGSVGElement, flights: readonly Flight[], speed: number): () => void {
  const { fontSize, direction } = getComputedStyle(sky)
  const unit = Number.parseFloat(fontSize)
  const rtl = direction === 'rtl'
  const papers = flights.map(({ from, to }, i) => {
    const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
    const scatter = ((i * 7) % 5) - 2 // so that papers on the same way are seen apart
    for (const [key, value] of Object.entries({
      x: -unit * 0.3,
      y: -unit * 0.4,
      width: unit * 0.6,
      height: unit * 0.8,
      rx: unit * 0.1,
    }))
      paper.setAttribute(key, String(value))
    paper.setAttribute('class', 'fill-brass-fill stroke-ink')
    const point = ({ x, y }: Point, turn: number) =>
      `translate(${x + scatter * unit * 0.3}px, ${y + scatter * unit * 0.15}px) rotate(${turn}deg)`
    const middle = {
      x: rtl ? Math.min(from.x, to.x) - unit * 3 : Math.max(from.x, to.x) + unit * 3,
      y: (from.y + to.y) / 2,
    }
    sky.append(paper)
    const animation = paper.animate(
      [
        { transform: point(from, 0), opacity: 0 },
        { transform: point(from, 0), opacity: 1, offset: 0.1 },
        { transform: point(middle, 12 * scatter), opacity: 1, offset: 0.55 },
        { transform: point(to, 0), opacity: 1, offset: 0.92 },
        { transform: point(to, 0), opacity: 0 },
      ],
      {
        duration: duration / speed,
        delay: (i / flights.length) * (takeOff / speed),
        easing: 'cubic-bezier(0.4, 0, 0.2, 1)',
        fill: 'both',
      },
    )
    animation.onfinish = () => paper.remove()
    return { paper, animation }
  })
  return () => {
    for (const { paper, animation } of papers) {
      animation.cancel()
      paper.remove()
    }
  }
}
