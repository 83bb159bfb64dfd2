import { expect, test } from 'vitest'
import { shuffledFor } from './shuffle'

const options = Array.from('abcdefgh', id => ({ id }))
const order = (user: string, of = options) => shuffledFor(user, of).map(({ id }) => id)

test('one person has one order, on every device and in whatever order the options come', () => {
  expect(order('ada', options.toReversed())).toEqual(order('ada'))
  expect(order('ada').toSorted()).toEqual(options.map(({ id }) => id))
})

test('an option that comes or goes leaves the others where they are', () => {
  const fewer = options.filter(({ id }) => id !== 'c')
  expect(order('ada', fewer)).toEqual(order('ada').filter(id => id !== 'c'))
})

test('every option has each place about as often as any other', () => {
  const people = 4_000
  const counts = options.map(() => options.map(() => 0))
  for (let i = 0; i < people; i++) {
    for (const [place, id] of order(`person${i}`).entries()) {
      const row = counts[options.findIndex(option => option.id === id)] as number[]
      row[place] = (row[place] ?? 0) + 1
    }
  }
  const fair = people / options.length
  for (const n of counts.flat()) expect(Math.abs(n - fair)).toBeLessThan(fair / 4)
})
