import { expect, test } from 'vitest'
import { normaliseCode } from './code'

test.each([
  ['K7M4QX', 'K7M4QX'],
  [' k7m 4qx ', 'K7M4QX'],
  ['k7m-4qx', 'K7M4QX'],
  ['http://192.168.1.4:3000/p/K7M4QX', 'K7M4QX'],
  ['https://caucus.example/p/k7m4qx?from=chat#x', 'K7M4QX'],
  ['', ''],
  ['%', ''],
])('%j is %j', (typed, code) => {
  expect(normaliseCode(typed)).toBe(code)
})
