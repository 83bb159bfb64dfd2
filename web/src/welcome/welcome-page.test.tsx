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

/** Shows the page before a server that has one poll, K7M4QX. */
function show() {
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path)
    if (path === '/polls/K7M4QX') return Response.json({ id: 'K7M4QX', topic: 'Lunch' })
    return Response.json(
      { messages: ['no'], reasons: [{ reason: 'no_such_code' }] },
      { status: path.startsWith('/polls/') ? 404 : 200 },
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

test('a code that is too short is not a code', async () => {
  show()
  await userEvent.type(field(), 'K7M{Enter}')
  expect(screen.getByText('A code has 6 letters and digits, such as K7M4QX.')).toBeTruthy()
  expect(asked).toEqual([])
})

test('a poll past its end is listed for as long as the server has it', async () => {
  takeSeat('AAAAAA', { token: 'a', topic: 'Gone', expiresAt: '2020-01-01T00:00:00Z' })
  takeSeat('K7M4QX', { token: 'b', topic: 'Lunch', expiresAt: '2020-01-02T00:00:00Z' })
  show()
  await waitFor(() => expect(screen.queryByText('Gone')).toBeNull())
  expect(screen.getByText('Lunch')).toBeTruthy()
  expect(asked).toEqual(['/polls/AAAAAA', '/polls/K7M4QX'])
})
