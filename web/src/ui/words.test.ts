import { i18n } from '@lingui/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { setServerTime } from '../session/clock'
import { nameProblem } from './text-problems'
import { duration, moment, number } from './words'

const speak = (locale: string) => i18n.loadAndActivate({ locale, messages: {} })

afterEach(() => {
  speak('en')
  setServerTime(Date.now())
})

test.each([
  ['en', 0, '0:00'],
  ['en', 299, '4:59'],
  ['en', 3_599, '59:59'],
  ['en', 3_899, '1:04:59'],
  ['ar-EG', 299, '٤:٥٩'],
  ['ar-EG', 3_899, '١:٠٤:٥٩'],
])('in %s a clock shows %d seconds as %s', (locale, seconds, clock) => {
  speak(locale)
  expect(duration(seconds)).toBe(clock)
})

test('limits are said in the digits of the language', () => {
  speak('ar-EG')
  expect(number(25)).toBe('٢٥')
  expect(nameProblem('x'.repeat(26))).toContain('٢٥')
})

describe('today is the server’s', () => {
  const day = 24 * 60 * 60_000
  const evening = new Date(2026, 10, 27, 18)

  test.each([-400, -2, -1, 0, 1, 2, 400])('on a device that is %d days ahead', days => {
    vi.useFakeTimers()
    vi.setSystemTime(evening.getTime() + days * day)
    setServerTime(evening.getTime())
    expect(moment(new Date(2026, 10, 27, 23).toISOString())).not.toContain('27')
    expect(moment(new Date(2026, 10, 28, 1).toISOString())).toContain('28')
  })
})
