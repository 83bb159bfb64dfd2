import { fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { App } from './app'
import { render } from './testing/render'

beforeEach(() => {
  vi.stubGlobal('fetch', async () => Response.json({ messages: ['no'] }, { status: 404 }))
})

function open(path: string) {
  history.replaceState(null, '', path)
  render(<App />)
}

const noPage = 'There is nothing here'

test.each([
  ['/', 'Decide together.'],
  ['/create/', 'Start a poll'],
  ['/p/K7M4QX', 'No poll with this code'],
  ['/present/K7M4QX', 'This screen has no key'],
  ['/nowhere', noPage],
  ['/p', noPage],
  ['/p/K7M4QX/more', noPage],
  ['/p/%E0%A4%A', 'No poll with this code'],
])('%s has its page', async (path, heading) => {
  open(path)
  expect(await screen.findByRole('heading', { level: 1, name: heading })).toBeTruthy()
})

test('a code that is written another way is put right in the address', async () => {
  open('/p/k7m%204qx')
  await waitFor(() => expect(location.pathname).toBe('/p/K7M4QX'))
})

test('a link shows its page, and going back the one before; with a key held down it is the browser’s', async () => {
  open('/nowhere')
  const link = await screen.findByRole('link', { name: 'Back to the start' })
  expect(fireEvent.click(link, { ctrlKey: true })).toBe(true)
  expect(location.pathname).toBe('/nowhere')
  expect(fireEvent.click(link)).toBe(false)
  expect(await screen.findByRole('heading', { level: 1, name: 'Decide together.' })).toBeTruthy()
  history.back()
  expect(await screen.findByRole('heading', { level: 1, name: noPage })).toBeTruthy()
})
