import { screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { render } from '../testing/render'
import { Boundary } from './boundary'
import { LostPart } from './insist'

function Broken({ error }: { error: Error }): never {
  throw error
}

test.each([
  [new Error('a mistake of ours'), true, 'Something went wrong', 'Reload'],
  [new LostPart(), true, 'This page is not complete', 'Reload'],
  [new LostPart(), false, 'You are offline', 'Try again'],
])('a page that breaks by %s (on line: %s) leaves a way on', (error, onLine, title, action) => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(onLine)
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  render(
    <Boundary>
      <Broken error={error} />
    </Boundary>,
  )
  expect(screen.getByRole('heading', { name: title })).toBeTruthy()
  expect(screen.getByRole('button', { name: action })).toBeTruthy()
  log.mockRestore()
})
