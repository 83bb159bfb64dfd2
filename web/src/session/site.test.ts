import { expect, test } from 'vitest'
import { isLoopback } from './site'

test.each([
  ['http://localhost:3000', true],
  ['http://127.0.0.1:3000/vote', true],
  ['http://127.1.2.3', true],
  ['http://[::1]:3000', true],
  ['http://poll.localhost', true],
  ['http://192.168.1.4:3000', false],
  ['https://localhost.example', false],
])('%s leads to this device alone: %s', (address, alone) => {
  expect(isLoopback(address)).toBe(alone)
})
