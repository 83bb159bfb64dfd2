import { expect, test } from 'vitest'
import { samplePoll } from '../testing/samples'
import { changesOf, formOf, settingsOf, usualSettings } from './settings'

test('a poll comes back out of its form as it went in', () => {
  const { settings } = samplePoll({
    settings: { closesAt: '2130-01-02T09:00:00.000Z', shuffle: true, method: 'borda' },
  })
  expect(settingsOf(formOf(settings))).toMatchObject({ ...settings, admission: 'open' })
})

test('only what was changed is asked for', () => {
  const before = { ...usualSettings, topic: 'Lunch' }
  expect(changesOf(before, { ...before })).toEqual({})
  expect(changesOf(before, { ...before, topic: ' Dinner ' })).toEqual({ topic: 'Dinner' })
  expect(changesOf({ ...before, closesAt: '2130-01-02T18:00' }, before)).toEqual({ closesAt: '' })
})

test('the number of winners decides whether the method for several is used', () => {
  expect(changesOf(usualSettings, { ...usualSettings, seats: 2 })).toEqual({ seats: 2, method: 'stv' })
  expect(settingsOf({ ...usualSettings, method: 'stv', seats: 1 }).method).toBe('irv')
})
