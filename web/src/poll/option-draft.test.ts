import { expect, test } from 'vitest'
import { isWrong, type LinkFault, linkFault } from './option-draft'

const long = (n: number, letter = 'x') => `https://a.example/${letter.repeat(n)}`

test.each<[string, LinkFault | undefined]>([
  ['https://example.org/a?b', undefined],
  ['HTTP://10.0.0.1:8080/', undefined],
  [' https://example.org ', undefined],
  ['https://example.org/a@b', undefined],
  ['https://例え.テスト/é', undefined],
  [long(482), undefined],
  [long(483), 'length'],
  [long(241, 'é'), undefined],
  [long(242, 'é'), 'length'],
  ['example.org', 'start'],
  ['javascript:alert(1)', 'start'],
  ['ftp://example.org', 'start'],
  ['//example.org', 'start'],
  ['https://ann@example.org', 'user'],
  ['https://ann:secret@example.org/', 'user'],
  ['https://@example.org', 'user'],
  ['https://example.org/a b', 'characters'],
  ['https://example.org/<b>', 'characters'],
  ['https://example.org/"', 'characters'],
  ['https://example.org/\u200bx', 'unseen'],
  ['https://example.org/e\u0301', 'unseen'],
  ['https://', 'address'],
  ['https://[::1', 'address'],
  ['https://example.org:port', 'address'],
])('the fault of the link %j is %s', (link, fault) => expect(linkFault(link)).toBe(fault))

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
