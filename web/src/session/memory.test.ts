import { expect, test, vi } from 'vitest'
import { draftOf, giveUpSeat, keepDraft, lastName, rememberName, seatOf, seats, takeSeat } from './memory'

test('seats are kept by poll, and listed by topic', () => {
  takeSeat('BBBBBB', { token: 'b', topic: 'Zoo' })
  takeSeat('AAAAAA', { token: 'a', topic: 'Bar', expiresAt: '2130-01-01T00:00:00Z' })
  expect(seats().map(seat => seat.pollID)).toEqual(['AAAAAA', 'BBBBBB'])
  giveUpSeat('AAAAAA')
  expect(seatOf('AAAAAA')).toBeNull()
  expect(seatOf('BBBBBB')).toEqual({ token: 'b', topic: 'Zoo' })
})

test('seats of polls that are over are forgotten', () => {
  takeSeat('AAAAAA', { token: 'a', topic: 'Bar', expiresAt: '2030-01-01T00:00:00Z' })
  expect(seats().map(seat => seat.pollID)).toEqual(['AAAAAA']) // whatever the clock of the device says
  expect(seats(Date.parse('2030-01-01T00:00:01Z'))).toEqual([])
  expect(seatOf('AAAAAA')).toBeNull()
})

test('what is not ours in the storage does no harm', () => {
  localStorage.setItem('caucus.seat.AAAAAA', '{nonsense')
  expect(seatOf('AAAAAA')).toBeNull()
  expect(seats()).toEqual([])
})

test('drafts outlast their tab, and end with their seat', () => {
  keepDraft('AAAAAA', ['x', 'y'])
  expect(draftOf('AAAAAA')).toEqual(['x', 'y'])
  expect(localStorage).toHaveLength(1)
  keepDraft('AAAAAA', null)
  expect(draftOf('AAAAAA')).toBeNull()
  keepDraft('AAAAAA', ['x'])
  giveUpSeat('AAAAAA')
  expect(localStorage).toHaveLength(0)
})

test('blocked storage is replaced by memory', () => {
  const blocked = () => {
    throw new DOMException('blocked', 'SecurityError')
  }
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(blocked)
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(blocked)
  rememberName('Zoë')
  expect(lastName()).toBe('Zoë')
  vi.restoreAllMocks()
})
