import { expect, test } from 'vitest'
import { seatPlan } from './hemicycle'

const sizes = Array.from({ length: 160 }, (_, i) => i + 1)

test.each(sizes)('a house of %i has as many seats, apart from each other, within its walls', n => {
  const plan = seatPlan(n)
  expect(plan).toHaveLength(n)
  const outside = plan.filter(
    ({ x, y, r }) => x - r < -0.01 || x + r > 200.01 || y - r < -0.01 || y + r > 108.01,
  )
  expect(outside).toEqual([])
  const touching = plan.filter((a, i) =>
    plan.slice(i + 1).some(b => Math.hypot(a.x - b.x, a.y - b.y) <= 2 * a.r),
  )
  expect(touching).toEqual([])
})

test('seats are taken from left to right', () => {
  const plan = seatPlan(40)
  expect(plan[0]?.x).toBeLessThan(100)
  expect(plan.at(-1)?.x).toBeGreaterThan(100)
})
