import { act, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { renderPoll } from '../testing/render'

const fetched = vi.hoisted(() => ({ pictures: 0 }))
vi.mock('./qr-code', () => {
  fetched.pictures++
  return { default: () => <p>the picture</p> }
})

/** A window that is wide or not, and changes when it is told to. */
function stubWindow(wide: boolean) {
  const list = Object.assign(new EventTarget(), { matches: wide })
  vi.stubGlobal('matchMedia', () => list)
  return (wide: boolean) =>
    act(async () => {
      list.matches = wide
      list.dispatchEvent(new Event('change'))
    })
}

const large = () => screen.queryByRole('button', { name: 'Show QR code large' })
const small = () => screen.queryByRole('button', { name: 'QR code' })

test('a phone does not fetch the picture that it has no room for; a window that grows does', async () => {
  const resize = stubWindow(false)
  await renderPoll()
  expect(large()).toBeNull()
  expect(small()).toBeTruthy()
  expect(fetched.pictures).toBe(0)
  await resize(true)
  expect(large()).toBeTruthy()
  expect(small()).toBeNull()
  expect(await screen.findByText('the picture')).toBeTruthy()
  await resize(false)
  expect(large()).toBeNull()
})
