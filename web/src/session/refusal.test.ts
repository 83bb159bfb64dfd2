import { expect, test } from 'vitest'
import { inWords } from './refusal'

const message = 'A sentence of the server.'

test.each([
  ['locked_room', {}, 'The hosts have locked this poll, so nobody new can join.'],
  ['host_already', {}, 'This person is already a host.'],
  ['text_length', { field: 'topic', min: 1, max: 100 }, 'Write 1 to 100 characters.'],
  ['no_command', {}, /Reload the page/],
  ['of_tomorrow', {}, message],
  ['constructor', {}, message],
])('%s is said in the words of the page, if it knows any', async (reason, params, words) => {
  expect(await inWords({ reason, params, message })).toMatch(words)
})
