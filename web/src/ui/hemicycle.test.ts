import { expect, test } from 'vitest'
import { seatPlan } from './hemicycle'

const sizes = Array.from({ length: 160 }, (_, i) => i + 1)

test.each(sizes)('a house of %i has as many seats, apart from each other, within its walls', n => {
  const plan = seatPlan(n)
  expect(plan).toHaveLength(n)
  for (const [i, a] of plan.entries()) {
    expect(a.x - a.r).toBeGreaterThanOrEqual(-0.01)
    expect(a.x + a.r).toBeLessThanOrEqual(200.01)
    expect(a.y - a.r).toBeGreaterThanOrEqual(-0.01)
    expect(a.y + a.r).toBeLessThanOrEqual(108.01)
    for (const b of plan.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(2 * a.r)
  }
})

test('seats are taken from left to right', () => {
  const plan = seatPlan(40)
  expect(plan[0]?.x).toBeLessThan(100)
  expect(plan.at(-1)?.x).toBeGreaterThan(100)
})
