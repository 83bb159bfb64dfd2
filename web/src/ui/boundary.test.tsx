import { screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { render } from '../testing/render'
import { Boundary } from './boundary'
import { LostPart } from './insist'

function Broken({ error }: { error: Error }): never {
  throw error
}

test.each([
  [new Error('a mistake of ours'), 'Something went wrong', 'Reload'],
  [new LostPart(), 'You are offline', 'Try again'],
])('a page that breaks by %s leaves a way on', (error, title, action) => {
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
