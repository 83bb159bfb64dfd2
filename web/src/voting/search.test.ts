import { expect, test } from 'vitest'
import { matcher } from './search'

test.each([
  ['', 'Ramen', true],
  ['  ', 'Ramen', true],
  ['RAM', 'ramen', true],
  ['cafe', 'Café Zentral', true],
  ['zent caf', 'Café Zentral', true],
  ['zentrum', 'Café Zentral', false],
  ['بيتز', 'بيتزا', true],
  ['ﬁsh', 'Fish', true],
])('%j in %j: %s', (query, text, found) => {
  expect(matcher(query)(text)).toBe(found)
})
