import { screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { render } from '../testing/render'
import { useSize } from './use-size'

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  )
})
afterEach(() => vi.restoreAllMocks())

function Drawn() {
  const [ref, size] = useSize<HTMLDivElement>()
  return <div ref={ref}>{size ? `${size.width} wide` : 'not measured'}</div>
}

function widthOf(width: (element: HTMLElement) => number) {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(function (this: HTMLElement) {
    return width(this)
  })
}

test('what is drawn by a size is measured again before it is shown', () => {
  widthOf(element => (element.textContent === 'not measured' ? 300 : 200))
  render(<Drawn />)
  screen.getByText('200 wide')
})

test('a size that changes with what is drawn by it, and never settles, is drawn all the same', () => {
  let measured = 0
  widthOf(() => ++measured)
  render(<Drawn />)
  screen.getByText(`${measured} wide`)
  expect(measured).toBeLessThan(10)
})
