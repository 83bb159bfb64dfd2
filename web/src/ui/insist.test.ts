import { expect, test, vi } from 'vitest'
import { insist, LostPart } from './insist'

test('a part that arrives at a later try is there', async () => {
  vi.useFakeTimers()
  const load = vi
    .fn()
    .mockRejectedValueOnce(new TypeError())
    .mockRejectedValueOnce(new TypeError())
    .mockResolvedValue('part')
  const part = insist(load)
  await vi.runAllTimersAsync()
  expect(await part).toBe('part')
  expect(load).toHaveBeenCalledTimes(3)
})

test('a part that never arrives is an error in the end', async () => {
  vi.useFakeTimers()
  const load = vi.fn().mockRejectedValue(new TypeError('gone'))
  const failure = expect(insist(load)).rejects.toThrow(LostPart)
  await vi.runAllTimersAsync()
  await failure
  expect(load).toHaveBeenCalledTimes(4)
})
