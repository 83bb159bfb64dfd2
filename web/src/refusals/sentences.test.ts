import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { misunderstandings, sentences as ofHosts } from './hosts/of-hosts'
import { sentences } from './sentences'

/** The refusals of the server, as docs/clients.md lists them: the reason, and the parameters in its sentence. */
const refusals = [
  ...readFileSync('../docs/clients.md', 'utf8').matchAll(/^\| `([a-z_]+)` \| `\w+` \| (.*) \|$/gm),
].map(([, reason = '', sentence = '']) => ({
  reason,
  params: [...sentence.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
}))

/** Some parameters say where a sentence stands, not what is in it; and the most bytes of a link say nothing to a person. */
const says = ({ reason, params }: (typeof refusals)[number]) =>
  reason !== 'not_a_link' && params.some(name => name !== 'why' && name !== 'field')

const say = (reason: string, params: Record<string, unknown>) =>
  ({ ...sentences, ...ofHosts })[reason]?.(params)

/** A value of the kind that the server sends for a parameter. */
function sample(name: string): unknown {
  if (name === 'field' || name === 'other') return 'options[6].text'
  if (name === 'methods') return ['borda', 'schulze']
  if (['latest', 'expires', 'end'].includes(name)) return '2031-02-03T04:05:00Z'
  if (['text', 'why', 'type', 'event', 'use', 'method', 'example'].includes(name)) return 'Ramen'
  return 7
}

test('the list is found', () => expect(refusals.length).toBeGreaterThan(100))

test.each(refusals)('$reason has a sentence', ({ reason, params }) => {
  const sentence = say(reason, Object.fromEntries(params.map(name => [name, sample(name)])))
  expect(sentence).toMatch(/^[\p{Lu}\u2068].*[.]$/u)
  expect(sentence).not.toMatch(/undefined|NaN|\[object|Invalid/)
})

test.each(refusals.filter(says))('$reason says it to the point', ({ reason, params }) => {
  if (misunderstandings.has(reason)) return
  const withOther = (value: (name: string) => unknown) =>
    say(reason, Object.fromEntries(params.map(name => [name, value(name)])))
  const other = (name: string) =>
    ({ number: 8, string: 'topic' })[typeof sample(name) as string] ?? ['irv', 'minimax']
  const later = (name: string) =>
    String(sample(name)).includes('T04') ? '2032-05-06T07:08:00Z' : other(name)
  expect(withOther(later)).not.toBe(withOther(sample))
})

test('no sentence is for a reason that no server gives, and none is there twice', () => {
  const reasons = [...Object.keys(sentences), ...Object.keys(ofHosts)].sort()
  expect(reasons).toEqual(refusals.map(({ reason }) => reason).sort())
})
