import { describe, expect, test } from 'vitest'
import { distance, placeAt, roomFor, type Slot } from './slots'

/** Rows of these heights, 10 pixels apart. */
function rows(...heights: number[]): Slot[] {
  let top = 0
  return heights.map(height => {
    const slot = { top, height }
    top += height + 10
    return slot
  })
}

/** The tops of all rows while one is over another's place. */
const tops = (slots: Slot[], from: number, to: number) =>
  slots.map(
    ({ top }, row) => top + (row === from ? distance(slots, from, to) : roomFor(slots, from, to, row)),
  )

describe.each([
  ['of one height', rows(50, 50, 50, 50)],
  ['of many heights', rows(50, 200, 30, 110)],
])('rows %s', (_, slots) => {
  const places = slots.map((_, place) => place)

  test.each(places)('number %i lies as if the list were in its new order, wherever it is held', from => {
    for (const to of places) {
      const order = places.toSpliced(from, 1).toSpliced(to, 0, from)
      const moved = rows(...order.map(row => slots[row]?.height ?? 0))
      expect(tops(slots, from, to)).toEqual(places.map(row => moved[order.indexOf(row)]?.top))
    }
  })

  test.each(places)('number %i reaches every place, and stays at one a little beside it', from => {
    for (const to of places)
      for (const beside of [-9, 0, 9])
        expect(placeAt(slots, from, distance(slots, from, to) + beside)).toBe(to)
  })

  test.each(places)('number %i comes to the ends, however far it is pulled', from => {
    expect(placeAt(slots, from, -10_000)).toBe(0)
    expect(placeAt(slots, from, 10_000)).toBe(slots.length - 1)
  })
})

test('a row alone has nowhere to go', () => {
  const slots = rows(50)
  expect(placeAt(slots, 0, 400)).toBe(0)
  expect(roomFor(slots, 0, 0, 0)).toBe(0)
})
