import { expect, test } from 'vitest'
import { isLink, isWrong } from './option-draft'

test('a link leads to a page of the web', () => {
  for (const link of ['https://example.org/a?b', 'http://10.0.0.1']) expect(isLink(link)).toBe(true)
  for (const link of [
    'example.org',
    'javascript:alert(1)',
    'https://',
    'https://a@b.example',
    `https://a.example/${'x'.repeat(500)}`,
  ])
    expect(isLink(link)).toBe(false)
})

test('what the server would refuse is known before it is sent', () => {
  expect(isWrong({ text: 'Ramen', note: 'n'.repeat(280), link: 'https://a.example' })).toBe(false)
  for (const wrong of [
    { text: ' ' },
    { text: 'x'.repeat(101) },
    { text: 'x', note: 'n'.repeat(281) },
    { text: 'x', link: 'y' },
  ])
    expect(isWrong(wrong)).toBe(true)
})
