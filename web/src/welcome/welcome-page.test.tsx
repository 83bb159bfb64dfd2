import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import { Router } from 'wouter'
import { memoryLocation } from 'wouter/memory-location'
import { takeSeat } from '../session/memory'
import { render } from '../testing/render'
import WelcomePage from './welcome-page'

let asked: string[]

beforeEach(() => {
  asked = []
})

/** Shows the page before a server that has one poll, K7M4QX, and a clock. */
function show(now = '2030-01-01T00:00:00Z') {
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path)
    const headers = { Date: new Date(now).toUTCString() }
    if (path === '/polls/K7M4QX') return Response.json({ id: 'K7M4QX', topic: 'Lunch' }, { headers })
    return Response.json(
      { messages: ['no'], reasons: [{ reason: 'no_such_code' }] },
      { headers, status: path.startsWith('/polls/') ? 404 : 200 },
    )
  })
  const location = memoryLocation({ path: '/', record: true })
  render(
    <Router hook={location.hook}>
      <WelcomePage />
    </Router>,
  )
  return location.history
}

const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Poll code' })

test('the sixth character goes in', async () => {
  const history = show()
  await userEvent.type(field(), 'k7m4qx')
  await waitFor(() => expect(history).toEqual(['/', '/p/K7M4QX']))
  expect(asked).toEqual(['/polls/K7M4QX'])
})

test('a wrong code is answered in place, and can be corrected', async () => {
  const history = show()
  await userEvent.type(field(), 'K7M4QQ')
  expect(await screen.findByText('No poll has this code. Polls also end after a while.')).toBeTruthy()
  expect(history).toEqual(['/'])
  await userEvent.type(field(), '{Backspace}X')
  await waitFor(() => expect(history).toEqual(['/', '/p/K7M4QX']))
})

test('a code that is too short is no code', async () => {
  show()
  await userEvent.type(field(), 'K7M{Enter}')
  expect(screen.getByText('A code has 6 letters and digits, such as K7M4QX.')).toBeTruthy()
  expect(asked).toEqual([])
})

test('a seat is forgotten when the server’s time is past its end, whatever the device says', async () => {
  takeSeat('AAAAAA', { token: 'a', topic: 'Old', expiresAt: '2020-01-01T00:00:00Z' })
  takeSeat('BBBBBB', { token: 'b', topic: 'New', expiresAt: '2022-01-01T00:00:00Z' })
  show('2021-01-01T00:00:00Z')
  await waitFor(() => expect(screen.queryByText('Old')).toBeNull())
  expect(screen.getByText('New')).toBeTruthy()
})
