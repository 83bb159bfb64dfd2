import { act, cleanup, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { withPresent } from '../i18n/parts'
import { lastSocket } from '../testing/fake-socket'
import { renderPoll, serverDoes } from '../testing/render'
import { ada, hostsOnly, samplePoll } from '../testing/samples'

const load = withPresent(() => import('./big-screen'))

/** Has a host open the dialog of the big screen, in a poll with or without a reveal. */
async function open(reveal = false) {
  await load()
  const socket = await renderPoll(samplePoll({ settings: { reveal } }), ada)
  await userEvent.click(await screen.findByRole('button', { name: 'Big screen' }))
  await serverDoes(() => void socket.answer('present', { ok: true, accessToken: 'show' }))
  return socket
}
const choice = () => screen.getByRole<HTMLInputElement>('checkbox', { name: /Reveal the result/ })

test('the first screen of a poll turns the reveal on, and no later one does', async () => {
  const socket = await open()
  expect(choice().checked).toBe(true)
  await serverDoes(() => {
    expect(socket.answer('edit_poll', { ok: true, version: 2 })).toMatchObject({ reveal: true })
    socket.receive('poll_patch', { from: 1, to: 2, patch: { settings: { reveal: true } } })
  })
  await userEvent.click(choice())
  await serverDoes(() => {
    expect(socket.answer('edit_poll', { ok: true, version: 3 })).toMatchObject({ reveal: false })
    socket.receive('poll_patch', { from: 2, to: 3, patch: { settings: { reveal: false } } })
  })
  cleanup() // and the page is loaded again
  await open()
  expect(choice().checked).toBe(false)
  expect(lastSocket().sent).toEqual([])
})

test('where the reveal is on, the screen leaves it so', async () => {
  const socket = await open(true)
  expect(choice().checked).toBe(true)
  expect(socket.sent).toEqual([])
})

test('a reveal that cannot be turned on is said not to be', async () => {
  const socket = await open()
  await act(async () => void socket.answer('edit_poll', { ok: false, error: hostsOnly }))
  expect(await screen.findByText('Only the hosts of this poll may do that.')).toBeTruthy()
  expect(choice().checked).toBe(false)
})
