import { act } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { render } from '../testing/render'
import { useMost } from './use-most'

const line = 10 // pixels that each thing takes, in both directions

/** The box that is measured: how large it is, and how to say that it has changed. */
const box = { width: 1_000, height: 1_000, resized: () => {} }

beforeEach(() => {
  Object.assign(box, { width: 1_000, height: 1_000, resized: () => {} })
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(resized: () => void) {
        box.resized = resized
      }
      observe() {}
      disconnect() {}
    },
  )
  const sizes = {
    clientHeight: () => box.height,
    clientWidth: () => box.width,
    scrollHeight: (element: Element) => Math.max(box.height, element.children.length * line),
    scrollWidth: (element: Element) => Math.max(box.width, element.children.length * line),
  }
  for (const [name, size] of Object.entries(sizes))
    Object.defineProperty(HTMLUListElement.prototype, name, {
      configurable: true,
      get(this: Element) {
        return size(this)
      },
    })
})
afterEach(() => {
  for (const name of ['clientHeight', 'clientWidth', 'scrollHeight', 'scrollWidth'])
    Reflect.deleteProperty(HTMLUListElement.prototype, name)
})

function Things({ names, ...options }: { names: string[] } & Parameters<typeof useMost>[2]) {
  const [list, shown] = useMost<HTMLUListElement>(names.length, names.join(), options)
  return (
    <ul ref={list}>
      {names.slice(0, shown).map(name => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  )
}
const things = (n: number) => Array.from({ length: n }, (_, i) => `thing ${i}`)
const shown = () => document.querySelectorAll('li').length

test.each([
  [0, 100, 0],
  [1, 5, 1],
  [3, 100, 3],
  [10, 100, 10],
  [11, 100, 10],
  [40, 100, 10],
  [40, 25, 2],
  [40, 5, 1],
  [40, 0, 1],
])('of %i things as many are shown as %i pixels have room for', (most, height, expected) => {
  box.height = height
  render(<Things names={things(most)} />)
  expect(shown()).toBe(expected)
})

test('a side that does not matter is not looked at', () => {
  box.width = 20
  render(<Things names={things(8)} side="height" />)
  expect(shown()).toBe(8)
  document.body.replaceChildren()
  render(<Things names={things(8)} side="width" />)
  expect(shown()).toBe(2)
})

test('nothing may be shown where that is said', () => {
  box.height = 5
  render(<Things names={things(8)} least={0} />)
  expect(shown()).toBe(0)
})

test('it begins again with other words, and in another size', () => {
  box.height = 30
  const { rerender } = render(<Things names={things(8)} />)
  expect(shown()).toBe(3)
  rerender(<Things names={things(2)} />)
  expect(shown()).toBe(2)
  rerender(<Things names={things(8)} />)
  expect(shown()).toBe(3)
  box.height = 65
  act(() => box.resized())
  expect(shown()).toBe(6)
  box.height = 12
  act(() => box.resized())
  expect(shown()).toBe(1)
})
