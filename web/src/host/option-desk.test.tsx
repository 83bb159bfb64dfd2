import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import type { PollDocument } from '../contract.gen'
import { renderPoll, serverDoes } from '../testing/render'
import { ada, bob, hostsOnly, samplePoll } from '../testing/samples'

const press = async (name: string) => userEvent.click(await screen.findByRole('button', { name }))
const done = { ok: true, version: 2 }

/** Opens the desk of a host. */
async function open(changed: Partial<Omit<PollDocument, 'settings'>> = {}, me = ada) {
  const socket = await renderPoll(samplePoll(changed), me)
  await press(
    changed.waitingNominations ? `Approve ${changed.waitingNominations} nomination` : 'Edit options',
  )
  const desk = within(await screen.findByRole('dialog', { name: 'Edit options' }))
  return { socket, desk }
}

test('options are moved, sorted and shuffled', async () => {
  const { socket, desk } = await open()
  const rows = () =>
    desk.getAllByRole('checkbox', { name: /^Choose/ }).map(row => row.ariaLabel?.split(' ')[1])
  await press('Move Dosa up')
  await press('Move Dosa up')
  expect(rows(), 'at once').toEqual(['Tacos', 'Dosa', 'Ramen', 'بيتزا'])
  await serverDoes(() => {
    expect(socket.answer('order_nominations', done)).toMatchObject({ ids: ['t', 'r', 'd', 'p'] })
    expect(socket.answer('order_nominations', { ok: false, error: hostsOnly })).toMatchObject({
      ids: ['t', 'd', 'r', 'p'],
    })
  })
  expect(rows(), 'refused').toEqual(['Tacos', 'Ramen', 'بيتزا', 'Dosa'])
  await press('Sort by alphabet')
  await serverDoes(() => {
    expect(socket.answer('order_nominations', done)).toMatchObject({ by: 'text' })
  })
  await press('Shuffle')
  expect(socket.take('order_nominations').data).toMatchObject({ by: 'chance' })
})

test('an option is edited, with a note and a link that must be one', async () => {
  const { socket, desk } = await open()
  await press('Edit Dosa')
  const link = desk.getByRole<HTMLInputElement>('textbox', { name: 'Link' })
  await userEvent.click(link)
  await userEvent.paste('dosa.example')
  expect(desk.getByText('A link begins with https:// or http://.')).toBeTruthy()
  expect(desk.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true')
  await userEvent.clear(link)
  await userEvent.paste('https://dosa.example')
  await userEvent.type(desk.getByRole('textbox', { name: 'Note' }), 'crisp')
  await press('Save')
  expect(socket.take('edit_nomination').data).toMatchObject({
    id: 'd',
    text: 'Dosa',
    note: 'crisp',
    link: 'https://dosa.example',
  })
})

test('options that read alike are merged in one tap, or kept apart; a merge is undone', async () => {
  const nominations = {
    a: { userID: 'ada', text: 'Pizza', order: 1 },
    b: { userID: 'bob', text: 'pizzas', order: 2 },
    c: { userID: 'bob', text: 'Ramen', order: 3, merged: [{ id: 'x', userID: 'bob', text: 'Noodles' }] },
  }
  const { socket, desk } = await open({ nominations })
  await userEvent.click(desk.getByRole('button', { name: /^Merge .*Pizza.*pizzas/ }))
  await serverDoes(() => {
    expect(socket.answer('merge_nominations', done)).toMatchObject({ into: 'a', ids: ['b'] })
  })
  await userEvent.click(desk.getByRole('button', { name: /^Keep apart/ }))
  expect(desk.queryByText('Are these the same?')).toBeNull()
  expect(desk.getByText(/^Also: .Noodles.$/)).toBeTruthy()
  await press('Undo the merge')
  expect(socket.take('unmerge_nomination').data).toMatchObject({ id: 'c' })
})

test('those that are chosen become one, of the name that the host chooses', async () => {
  const { socket, desk } = await open()
  await userEvent.click(desk.getByRole('checkbox', { name: 'Choose Tacos to merge' }))
  await userEvent.click(desk.getByRole('checkbox', { name: 'Choose Dosa to merge' }))
  await userEvent.selectOptions(desk.getByRole('combobox'), 'Dosa')
  await press('Merge these 2')
  expect(socket.take('merge_nominations').data).toMatchObject({ into: 'd', ids: ['t'] })
})

test('what waits is approved or rejected, and the nominations are closed', async () => {
  const waiting = [{ id: 's', userID: 'bob', text: 'Soup' }]
  const { socket, desk } = await open({ waitingNominations: 1 }, { ...ada, waiting })
  await press('Approve Soup')
  await serverDoes(() => {
    expect(socket.answer('approve_nominations', done)).toMatchObject({ ids: ['s'] })
  })
  await press('Reject Soup')
  await serverDoes(() => {
    expect(socket.answer('remove_nomination', done)).toMatchObject({ id: 's' })
  })
  await userEvent.click(desk.getByRole('switch', { name: 'Close the nominations' }))
  expect(socket.take('lock_nominations').data).toMatchObject({ locked: true })
})

test('a lock is shown as it was asked for, until the poll has it so or it is refused', async () => {
  const { socket, desk } = await open()
  const lock = desk.getByRole<HTMLInputElement>('switch', { name: 'Close the nominations' })
  await userEvent.click(lock)
  expect(lock.checked).toBe(true)
  await serverDoes(() => {
    socket.answer('lock_nominations', { ok: true, version: 2 })
  })
  expect(lock.checked).toBe(true)
  await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 3, patch: { nominationsLocked: null } }))
  expect(lock.checked).toBe(false) // another host was quicker to open it again
  await userEvent.click(lock)
  await serverDoes(() => {
    socket.answer('lock_nominations', { ok: false, error: hostsOnly })
  })
  expect(lock.checked).toBe(false)
  expect(await desk.findByText('Only the hosts of this poll may do that.')).toBeTruthy()
})

test('guests have no desk, and are told why they cannot nominate', async () => {
  await renderPoll(samplePoll({ nominationsLocked: true }), bob)
  expect(screen.queryByRole('button', { name: 'Edit options' })).toBeNull()
  expect(screen.getByText('The host has closed the nominations.')).toBeTruthy()
})
