import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { renderPoll, serverDoes } from '../testing/render'
import { ada, bob, samplePoll } from '../testing/samples'

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))

async function open() {
  const socket = await renderPoll(samplePoll(), ada)
  await userEvent.click(await screen.findByRole('button', { name: 'Settings' }))
  return { socket, dialog: within(screen.getByRole('dialog', { name: 'Settings' })) }
}

test('a host changes what they want to, and nothing else', async () => {
  const { socket, dialog } = await open()
  const topic = dialog.getByRole('textbox', { name: 'Topic' })
  await userEvent.clear(topic)
  await userEvent.type(topic, 'Dinner')
  await userEvent.click(dialog.getByRole('switch', { name: 'Let people in one by one' }))
  await press('Save')
  await serverDoes(() => {
    const sent = socket.answer('edit_poll', { ok: true, version: 2 })
    expect({ ...sent, commandID: '' }).toEqual({ commandID: '', topic: 'Dinner', admission: 'approve' })
  })
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a topic must stay, and what the server refuses stays to be corrected', async () => {
  const { socket, dialog } = await open()
  const topic = dialog.getByRole('textbox', { name: 'Topic' })
  await userEvent.clear(topic)
  await press('Save')
  expect(dialog.getByText('Say what the poll is about.')).toBeTruthy()
  expect(socket.sent).toEqual([])
  await userEvent.type(topic, 'Dinner')
  await press('Save')
  await serverDoes(() => {
    socket.answer('edit_poll', { ok: false, error: { code: 'unauthorized', message: 'No.' } })
  })
  expect(dialog.getByText('Only the host may do that.')).toBeTruthy()
})

test('guests have no settings', async () => {
  await renderPoll(samplePoll(), bob)
  expect(screen.queryByRole('button', { name: 'Settings' })).toBeNull()
})
