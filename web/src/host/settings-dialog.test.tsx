import { fireEvent, screen, waitFor, within } from '@testing-library/react'
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

const latest = '2130-01-02T09:00:00Z'

test.each([
  ['Topic', 'hard_characters', { field: 'topic' }, 'Write it with simpler characters.'],
  ['Winners', 'number_range', { field: 'seats', min: 1, max: 5 }, 'Choose 1 to 5.'],
  ['Closing time', 'closes_at_range', { latest }, /^Choose a time from now until/],
])('%s says that the server refuses it with %s, and has the focus', async (label, reason, params, words) => {
  const { socket, dialog } = await open()
  await userEvent.click(dialog.getByLabelText('Let people in one by one'))
  await userEvent.click(dialog.getByText('Save'))
  await serverDoes(() => {
    const error = { code: 'bad_request', reason, params, message: 'No.' }
    socket.answer('edit_poll', { ok: false, error })
  })
  const said = await dialog.findByText(words)
  const field = dialog.getByLabelText(label)
  expect(field.getAttribute('aria-describedby')).toContain(said.id)
  await waitFor(() => expect(document.activeElement).toBe(field))
})

test.each(['20261-11-27T10:00', '275760-09-13T00:00'])(
  'a closing time of %s is said to be none',
  async time => {
    const { socket, dialog } = await open()
    const field = dialog.getByLabelText('Closing time')
    fireEvent.change(field, { target: { value: time } })
    expect(dialog.getByText('Check the date: its year has four digits.')).toBeTruthy()
    await userEvent.click(dialog.getByText('Save'))
    expect(socket.sent).toEqual([])
    fireEvent.change(field, { target: { value: '2129-01-02T18:00' } })
    await userEvent.click(dialog.getByText('Save'))
    const closesAt = new Date('2129-01-02T18:00').toISOString()
    expect(socket.sent).toMatchObject([{ event: 'edit_poll', data: { closesAt } }])
  },
)

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
