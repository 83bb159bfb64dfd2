import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { renderPoll, serverDoes } from '../testing/render'
import { ada, bob, hostsOnly, samplePoll } from '../testing/samples'

const press = async (name: string) => userEvent.click(await screen.findByRole('button', { name }))

async function open() {
  const socket = await renderPoll(samplePoll(), ada)
  await userEvent.click(await screen.findByRole('button', { name: 'Settings' }))
  return { socket, dialog: within(screen.getByRole('dialog', { name: 'Settings' })) }
}

test('a host changes what they want to, and nothing else', async () => {
  const { socket, dialog } = await open()
  const topic = dialog.getByLabelText('Topic')
  await userEvent.clear(topic)
  await userEvent.click(topic)
  await userEvent.paste('Dinner')
  await userEvent.click(dialog.getByLabelText('Let people in one by one'))
  await userEvent.click(dialog.getByText('Save'))
  await serverDoes(() => {
    const sent = socket.answer('edit_poll', { ok: true, version: 2 })
    expect({ ...sent, commandID: '' }).toEqual({ commandID: '', topic: 'Dinner', admission: 'approve' })
  })
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a topic must stay, and what the server refuses stays to be corrected', async () => {
  const { socket, dialog } = await open()
  const topic = dialog.getByLabelText('Topic')
  await userEvent.clear(topic)
  await userEvent.click(dialog.getByText('Save'))
  expect(dialog.getByText('Say what the poll is about.')).toBeTruthy()
  expect(socket.sent).toEqual([])
  await userEvent.click(topic)
  await userEvent.paste('Dinner')
  await userEvent.click(dialog.getByText('Save'))
  await serverDoes(() => {
    socket.answer('edit_poll', { ok: false, error: hostsOnly })
  })
  expect(await dialog.findByText('Only the hosts of this poll may do that.')).toBeTruthy()
})

test('an admin has the poll kept longer, as long as the server allows', async () => {
  const expiresAt = '2130-01-02T12:00:00Z'
  const socket = await renderPoll(samplePoll({ expiresAt, extendableUntil: '2130-01-05T12:00:00Z' }), ada)
  await press('Keep it longer')
  const choice = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Kept for' })
  expect([...choice.options].map(({ text }) => text.slice(0, 10))).toEqual(['1 day more', 'As long as'])
  await press('Keep it')
  await serverDoes(() => {
    const sent = socket.answer('extend', { ok: true, version: 2 })
    expect(sent).toMatchObject({ expiresAt: '2130-01-03T12:00:00.000Z' })
  })
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('guests have no settings', async () => {
  await renderPoll(samplePoll(), bob)
  expect(screen.queryByRole('button', { name: 'Settings' })).toBeNull()
})
