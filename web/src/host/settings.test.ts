import { expect, test } from 'vitest'
import { samplePoll } from '../testing/samples'
import { changesOf, formOf, isWrongTime, settingsOf, usualSettings } from './settings'

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

test.each([
  ['20261-11-27T10:00', true],
  ['275760-09-13T00:00', true],
  ['999999-01-01T00:00', true],
  ['10000-01-01T00:00', true],
  ['2026-13-01T00:00', true],
  ['soon', true],
  ['9999-12-29T00:00', false],
  ['2030-01-02T18:00', false],
  ['0001-01-01T00:00', false],
  ['', false],
])('a closing time of %j is wrong: %s', (closesAt, wrong) => {
  expect(isWrongTime({ closesAt })).toBe(wrong)
  const sent = settingsOf({ ...usualSettings, closesAt }).closesAt
  expect(sent).toBe(wrong || closesAt === '' ? '' : new Date(closesAt).toISOString())
})
