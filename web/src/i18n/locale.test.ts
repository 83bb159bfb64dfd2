import { expect, test } from 'vitest'
import { formatsOf, preferredLocale } from './locale'

test.each<[string | null, string[], string]>([
  [null, ['de-AT', 'en'], 'de'],
  [null, ['fr-FR', 'es-MX', 'en'], 'es'],
  [null, ['AR-EG'], 'ar'],
  [null, ['fr', 'tlh'], 'en'],
  [null, [], 'en'],
  ['es', ['de'], 'es'],
  ['constructor', ['de'], 'de'],
])('chosen %j, asked for %j: %s', (chosen, wanted, locale) => {
  expect(preferredLocale(chosen, wanted)).toBe(locale)
})

test('numbers and dates are written as in the person’s region', () => {
  expect(formatsOf('en', ['de-DE', 'en-GB', 'en'])).toEqual(['en-GB', 'en', 'en'])
  expect(formatsOf('ar', ['de-DE'])).toEqual(['ar'])
})
