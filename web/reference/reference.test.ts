import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readContract } from './contract'
import { reference } from './reference'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const api = JSON.parse(read('../../internal/httpd/openapi.json'))
const contract = read('../src/contract.gen.ts')
const page = new DOMParser().parseFromString(reference(api, contract), 'text/html')
const headings = [...page.querySelectorAll('h2, h3, h4')].map(heading => heading.textContent)

test('every route, body, event and type is there', () => {
  for (const [path, methods] of Object.entries(api.paths))
    for (const method of Object.keys(methods as object))
      expect(headings).toContain(`${method.toUpperCase()} ${path}`)
  for (const name of Object.keys(api.components.schemas)) expect(headings).toContain(name)
  const declared = [...contract.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name)
  const { types, sent, received } = readContract(contract)
  expect([...types.keys(), 'ClientToServerEvents', 'ServerToClientEvents'].sort()).toEqual(declared.sort())
  const events = [...contract.matchAll(/^ {2}(\w+): \(/gm)].map(([, name]) => name)
  expect([...sent, ...received].map(({ name }) => name)).toEqual(events)
  for (const event of events) expect(headings).toContain(event)
})

test('every field of an interface is read', () => {
  for (const { name, source, fields } of readContract(contract).types.values()) {
    const lines = source.split('\n').filter(line => /^ {2}\w+\??:/.test(line))
    expect(fields, name).toHaveLength(source.startsWith('export interface') ? lines.length : 0)
  }
})

test('every link leads somewhere', () => {
  for (const link of page.querySelectorAll('a[href*="#"]')) {
    const id = link.getAttribute('href')?.split('#')[1] ?? ''
    expect(page.getElementById(id), link.outerHTML).not.toBeNull()
  }
  const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('examples are data, with all that must be there', () => {
  const examples = [...page.querySelectorAll('pre')].map(({ textContent }) => textContent ?? '')
  const bodies = examples.filter(text => text.startsWith('{'))
  expect(bodies.length).toBeGreaterThan(20)
  for (const text of bodies) expect(() => JSON.parse(text), text).not.toThrow()
  const create = page.getElementById('post-polls')?.parentElement?.querySelector('pre')?.textContent ?? ''
  expect(JSON.parse(create)).toEqual({ topic: 'Where shall we eat?', votesPerVoter: 3, name: 'Ann' })
})

test('what the contract says is not text', () => {
  const sly = { ...api, paths: { '/<img>': { get: { summary: '<script>', responses: {} } } } }
  expect(reference(sly, contract)).not.toMatch(/<img|<script/)
})
