import { act, fireEvent, screen } from '@testing-library/react'
import { type ComponentType, Suspense } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { render } from '../testing/render'
import { ahead, page, part } from './part'

function Breaks(): never {
  throw new Error('a mistake of ours')
}
const There = { default: () => <p>The part is there</p> }
const lost = () => Promise.reject(new TypeError('404'))

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const onLine = (on: boolean) => vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(on)

/** Shows a part beside the rest of a page, and lets it try until it gives up. */
async function show(Part: ComponentType<object>) {
  render(
    <>
      <p>The rest of the page</p>
      <Suspense>
        <Part />
      </Suspense>
    </>,
  )
  await act(() => vi.advanceTimersByTimeAsync(5_000))
}

test('a page that was loaded ahead is there at once; one that is shown already stays', async () => {
  const load = async () => There
  const [Early, Late] = [page(load), page(load)]
  const { rerender } = render(<Early />)
  await act(() => vi.advanceTimersByTimeAsync(0))
  const shown = screen.getByText('The part is there')
  ahead(load)
  await vi.advanceTimersByTimeAsync(0)
  rerender(<Early />)
  expect(shown.isConnected).toBe(true)
  rerender(<Late />)
  expect(shown.isConnected).toBe(false)
  expect(screen.getByText('The part is there')).toBeTruthy()
})

test.each([
  [true, /If Caucus was updated/, ['Try again', 'Reload']],
  [false, /when the connection is back/, ['Try again']],
])('a part that is lost takes nothing else with it (on line: %s)', async (on, words, buttons) => {
  onLine(on)
  await show(part(vi.fn(lost)))
  expect(screen.getByText('The rest of the page')).toBeTruthy()
  expect(screen.getByRole('alert').textContent).toMatch(words)
  expect(screen.getAllByRole('button').map(button => button.textContent)).toEqual(buttons)
})

test.each([
  ['when somebody says so', () => fireEvent.click(screen.getByRole('button', { name: 'Try again' }))],
  ['when the network is back', () => fireEvent(window, new Event('online'))],
])('a part that was lost is fetched again %s', async (_, again) => {
  const load = vi.fn<() => Promise<typeof There>>(lost)
  await show(part(load))
  load.mockResolvedValue(There)
  await act(async () => again())
  expect(screen.getByText('The part is there')).toBeTruthy()
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a part that breaks takes nothing else with it', async () => {
  await show(part(async () => ({ default: Breaks })))
  expect(screen.getByText('The rest of the page')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy()
})
