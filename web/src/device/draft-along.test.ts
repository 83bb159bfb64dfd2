import { beforeEach, expect, test } from 'vitest'
import { draftOf, equalsOf, keepDraft, keepEquals } from '../session/memory'
import { draftAlong, draftInAddress, takeDraft } from './draft-along'

beforeEach(() => {
  keepDraft('HERE22', null)
  keepEquals('HERE22', null)
})

/** Takes a draft from one poll of this device to another, as from device to device. */
function takeAlong(along: string | undefined) {
  history.replaceState(null, '', `/p/HERE22#device=CODE${along}`)
  takeDraft('HERE22', draftInAddress())
  return [draftOf('HERE22'), equalsOf('HERE22')]
}

test.each([
  [['b', 'a'], [], false],
  [['b', 'a', 'c'], ['a'], false],
  [['b', 'a', 'c'], ['a', 'c'], true],
  [['b'], [], true],
  [[], [], false],
  [[], [], true],
])(
  'a ballot of %j, with %j on the place before and the others last: %s, is the same there',
  (ranking, tied, rest) => {
    keepDraft('THERE2', ranking)
    keepEquals('THERE2', tied.length > 0 || rest ? { tied, rest } : null)
    const along = draftAlong('THERE2')
    expect(takeAlong(along)).toEqual([ranking, tied.length > 0 || rest ? { tied, rest } : null])
  },
)

test('where none comes along, what somebody else had begun is forgotten', () => {
  keepDraft('HERE22', ['theirs'])
  keepEquals('HERE22', { tied: [], rest: true })
  keepDraft('THERE2', null)
  expect(draftAlong('THERE2')).toBe('')
  expect(takeAlong('')).toEqual([null, null])
})

test('one that a phone could not read in a picture stays', () => {
  const options = Array.from({ length: 45 }, (_, i) => `OPTION${10 + i}`)
  keepDraft('THERE2', options)
  expect(draftAlong('THERE2')).toBeUndefined()
  keepDraft('THERE2', options.slice(0, 44))
  expect(draftAlong('THERE2')).toHaveLength('&draft='.length + 44 * 9)
})

test('what somebody else has put into an address is no more than that', () => {
  expect(takeAlong('&draft=%3Cb%3E.a--b.')).toEqual([['a', 'b'], { tied: ['b'], rest: false }])
  expect(takeAlong(`&draft=${'.option'.repeat(10_000)}`)[0]).toHaveLength(57)
})
