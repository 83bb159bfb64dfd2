import { expect, test, vi } from 'vitest'
import {
  draftOf,
  giveUpSeat,
  keepDraft,
  keepOutbox,
  lastName,
  outboxOf,
  rememberName,
  seatOf,
  seats,
  takeSeat,
} from './memory'

test('seats are kept by poll, and listed by topic', () => {
  takeSeat('BBBBBB', { token: 'b', topic: 'Zoo' })
  takeSeat('AAAAAA', { token: 'a', topic: 'Bar', expiresAt: '2130-01-01T00:00:00Z' })
  expect(seats().map(seat => seat.pollID)).toEqual(['AAAAAA', 'BBBBBB'])
  giveUpSeat('AAAAAA')
  expect(seatOf('AAAAAA')).toBeNull()
  expect(seatOf('BBBBBB')).toEqual({ token: 'b', topic: 'Zoo' })
})

test('the outbox is that of all tabs: each changes its own commands in it', () => {
  const command = (commandID: string) => ({ event: 'nominate' as const, payload: { commandID } })
  keepOutbox('AAAAAA', kept => [...kept, command('a')])
  keepOutbox('AAAAAA', kept => [...kept, command('b')])
  keepOutbox('AAAAAA', kept => kept.filter(({ payload }) => payload.commandID !== 'a'))
  expect(outboxOf('AAAAAA')).toEqual([command('b')])
  keepOutbox('AAAAAA', () => [])
  expect(localStorage).toHaveLength(0)
})

test.each(['{nonsense', '{}', '7', 'null', '"x"'])('a list that is none is as good as nothing: %s', text => {
  localStorage.setItem('caucus.draft.AAAAAA', text)
  localStorage.setItem('caucus.outbox.AAAAAA', text)
  expect(draftOf('AAAAAA')).toBeNull()
  expect(outboxOf('AAAAAA')).toEqual([])
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
  takeSeat('CCCCCC', { token: 'c', topic: 'Zoo' })
  expect(seats()).toEqual([{ pollID: 'CCCCCC', token: 'c', topic: 'Zoo' }])
  giveUpSeat('CCCCCC')
  expect(seats()).toEqual([])
  vi.restoreAllMocks()
})

test('what a full storage does not take goes before what it has', () => {
  keepDraft('AAAAAA', ['x'])
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  keepDraft('AAAAAA', ['x', 'y'])
  takeSeat('AAAAAA', { token: 'a', topic: 'Bar' })
  expect(draftOf('AAAAAA')).toEqual(['x', 'y'])
  expect(seats()).toHaveLength(1)
  vi.restoreAllMocks()
  keepDraft('AAAAAA', ['z'])
  expect(draftOf('AAAAAA')).toEqual(['z'])
  giveUpSeat('AAAAAA')
  expect(seats()).toEqual([])
})
