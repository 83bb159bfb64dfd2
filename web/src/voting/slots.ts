/** Where a row of a list lies, in pixels from the top of the list. */
export interface Slot {
  top: number
  height: number
}

/** How far a row goes that moves to the place of another; the rows between make room. */
export function distance(slots: readonly Slot[], from: number, to: number): number {
  const own = slots[from]
  const other = slots[to]
  if (!own || !other) return 0
  return to > from ? other.top + other.height - own.top - own.height : other.top - own.top
}

/** The place to which a row belongs that was moved so far. */
export function placeAt(slots: readonly Slot[], from: number, moved: number): number {
  const off = (place: number) => Math.abs(distance(slots, from, place) - moved)
  return slots.reduce((best, _, place) => (off(place) < off(best) ? place : best), from)
}

/** How far the other rows go to make room for one that moves. */
export function roomFor(slots: readonly Slot[], from: number, to: number, row: number): number {
  const own = slots[from]
  const [first, second] = slots
  if (!own || !first || !second || row === from) return 0
  const room = own.height + second.top - first.top - first.height
  if (from < row && row <= to) return -room
  if (to <= row && row < from) return room
  return 0
}
