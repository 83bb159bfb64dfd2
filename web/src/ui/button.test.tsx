import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Button } from './button'
import { Eye } from './icons'

test('a button that is at work looks as before: what is in it stays where it was', () => {
  const of = (busy: boolean) => (
    <Button busy={busy}>
      <Eye />
      Only watch
    </Button>
  )
  const { rerender } = render(of(false))
  const button = screen.getByRole('button')
  const places = () => [...button.querySelectorAll('*')]
  const before = places()
  rerender(of(true))
  expect(places()).toEqual(before)
  expect(button.getAttribute('aria-busy')).toBe('true')
})
