import { expect, test } from 'vitest'
import { addOptions, parseOptions } from './parse-options'

test.each([
  ['nothing', ' \n\n', []],
  ['one option', 'Ramen', [{ text: 'Ramen' }]],
  [
    'a list',
    ' Ramen \r\nTacos\r\n\r\nPizza, extra large\n',
    [{ text: 'Ramen' }, { text: 'Tacos' }, { text: 'Pizza, extra large' }],
  ],
  ['bullets', '- Ramen\n* Tacos\n• Pizza', [{ text: 'Ramen' }, { text: 'Tacos' }, { text: 'Pizza' }]],
  ['numbers', '1. Ramen\n2) Tacos', [{ text: 'Ramen' }, { text: 'Tacos' }]],
  ['a title that begins with a number', '1. FC Köln\nSchalke', [{ text: '1. FC Köln' }, { text: 'Schalke' }]],
  ['commas in a list', 'Salt, pepper\nOil, vinegar', [{ text: 'Salt, pepper' }, { text: 'Oil, vinegar' }]],
  [
    'a spreadsheet',
    'Ramen\tspicy\thttps://ramen.example\nTacos',
    [{ text: 'Ramen', note: 'spicy', link: 'https://ramen.example' }, { text: 'Tacos' }],
  ],
  [
    'a CSV with a heading',
    'Link,Option\nhttps://ramen.example,"Ramen, ""hot"""\n',
    [{ link: 'https://ramen.example', text: 'Ramen, "hot"' }],
  ],
  [
    'one with semicolons, and columns of no use',
    'id;Titel;Notiz\n1;Ramen;scharf\n2;;leer',
    [{ text: 'Ramen', note: 'scharf' }],
  ],
  [
    'a CSV without a heading',
    '"Ramen","line one\nline two"\n"Tacos",""',
    [{ text: 'Ramen', note: 'line one\nline two' }, { text: 'Tacos' }],
  ],
  [
    'semicolons in every line, and an address',
    'Ramen;mild, and hot;\nTacos;https://tacos.example;\nPizza;;',
    [
      { text: 'Ramen', note: 'mild, and hot' },
      { text: 'Tacos', link: 'https://tacos.example' },
      { text: 'Pizza' },
    ],
  ],
  ['a semicolon in a list', 'Ramen; hot\nTacos', [{ text: 'Ramen; hot' }, { text: 'Tacos' }]],
  ['a semicolon in one option', 'Ramen; hot', [{ text: 'Ramen; hot' }]],
  ['quotes in a list', '"Heroes"\n"Low"', [{ text: '"Heroes"' }, { text: '"Low"' }]],
  ['a mark of the byte order', '\uFEFFtext,note\nRamen,hot', [{ text: 'Ramen', note: 'hot' }]],
])('%s', (_, pasted, options) => {
  expect(parseOptions(pasted)).toEqual(options)
})

test.each([
  ['commas', 'Ramen,hot\n"Salt, pepper",', [{ text: 'Ramen', note: 'hot' }, { text: 'Salt, pepper' }]],
  ['semicolons', 'Ramen, hot;https://ramen.example', [{ text: 'Ramen, hot', link: 'https://ramen.example' }]],
  ['one column', 'Ramen\nTacos', [{ text: 'Ramen' }, { text: 'Tacos' }]],
])('a table with %s', (_, text, options) => {
  expect(parseOptions(text, true)).toEqual(options)
})

test('what is on the list already is not added again, whatever its case, spacing and accents', () => {
  const list = [{ text: 'Café' }]
  expect(addOptions(list, [{ text: ' cafe' }, { text: 'Tea' }, { text: 'TEA' }])).toEqual([
    ...list,
    { text: 'Tea' },
  ])
})
