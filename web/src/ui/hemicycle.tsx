/**
 * The house as seen from above: a seat a person, filled from the left, the last one
 * taken in brass. Decoration; say the numbers beside it. A handful of seats is not a house:
 * there is nothing then.
 */
export function Hemicycle({ seats, taken, className }: { seats: number; taken: number; className?: string }) {
  if (seats < smallest) return null
  const plan = seatPlan(Math.min(seats, largest))
  const filled = seats > largest ? Math.ceil((taken / seats) * largest) : taken
  return (
    <svg viewBox={`-1 -1 ${width + 2} ${height + 2}`} className={className} aria-hidden="true">
      {plan.map(({ x, y, r }, i) => (
        <circle
          // biome-ignore lint/suspicious/noArrayIndexKey: a seat is its place in the house
          key={i}
          cx={x}
          cy={y}
          r={r}
          className={`seat ${i < filled - 1 ? 'fill-green' : i < filled ? 'fill-brass-seat' : 'fill-seat'}`}
        />
      ))}
    </svg>
  )
}

const width = 200
const height = 108
const smallest = 5
const largest = 160 // past that a seat stands for several people

interface Seat {
  x: number
  y: number
  r: number
}

/** Places n seats on arcs, as many on each as its length allows, in order from left to right. */
export function seatPlan(n: number): Seat[] {
  const rows = n < 9 ? 1 : Math.round(Math.sqrt(n / 4))
  const r = Math.min(15, 44 / Math.sqrt(n))
  const outer = Math.min(width / 2 - r, height - 2 * r)
  const gap = (outer * (rows > 3 ? 0.62 : 0.52)) / Math.max(rows - 1, 1)
  let seats = n
  let length = rows * outer - (gap * rows * (rows - 1)) / 2
  const plan = Array.from({ length: rows }, (_, row) => {
    const radius = outer - row * gap
    const count = Math.round((seats * radius) / length)
    seats -= count
    length -= radius
    return Array.from({ length: count }, (_, i) => {
      const angle = count > 1 ? Math.PI * (1 - i / (count - 1)) : Math.PI / 2
      return {
        x: width / 2 + radius * Math.cos(angle),
        y: height - r - radius * Math.sin(angle),
        r,
        angle,
        radius,
      }
    })
  })
  return plan.flat().sort((a, b) => b.angle - a.angle || a.radius - b.radius)
}
