import { expect, test } from 'vitest'
import { alike } from './likeness'

const groups = (...texts: string[]) =>
  alike(texts.map((text, order) => ({ id: text, text, userID: 'ada', order }))).map(group =>
    group.map(({ text }) => text),
  )

test('options that read alike are found, the oldest first', () => {
  expect(groups('Pizza', 'Ramen', 'pizzas', 'Ramen noodles', 'Pízza!')).toEqual([
    ['Pizza', 'pizzas', 'Pízza!'],
    ['Ramen', 'Ramen noodles'],
  ])
  expect(groups('The Matrix', 'Matrix')).toEqual([['The Matrix', 'Matrix']])
  expect(groups('東京タワー', '東京 タワー')).toEqual([['東京タワー', '東京 タワー']])
})

test('others are left alone', () => {
  expect(groups('Ramen', 'Raki', 'Tacos', 'Talks')).toEqual([])
  expect(groups('Room 1', 'Room 2', 'Room 12', 'Rome')).toEqual([])
  expect(groups('!', '?')).toEqual([])
})
