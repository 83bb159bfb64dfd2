import { screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { render } from '../testing/render'
import { Boundary } from './boundary'

function Broken(): never {
  throw new Error('a mistake of ours')
}

test('a page that breaks leaves a way on', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  render(
    <Boundary>
      <Broken />
    </Boundary>,
  )
  expect(screen.getByRole('heading', { name: 'Something went wrong' })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy()
  log.mockRestore()
})
