import { fireEvent, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { Router } from 'wouter'
import { memoryLocation } from 'wouter/memory-location'
import type { CreatePoll } from '../contract.gen'
import { seatOf } from '../session/memory'
import { render } from '../testing/render'
import CreatePage from './create-page'

/** Shows the page; returns where it leads and what it asks for. */
function show(status: number, answer: unknown) {
  const asked: CreatePoll[] = []
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    const { commandID, ...request } = JSON.parse(body)
    expect(commandID).toMatch(/^[0-9a-f]{32}$/)
    asked.push(request)
    return new Response(JSON.stringify(answer), { status })
  })
  const location = memoryLocation({ path: '/create', record: true })
  render(
    <Router hook={location.hook}>
      <CreatePage />
    </Router>,
  )
  return { asked, history: location.history }
}

const created = { pollID: 'K7M4QX', accessToken: 'secret' }
const fill = (label: string, text: string) =>
  userEvent.type(screen.getByRole('textbox', { name: label }), text)
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))

/** What a field says of itself, read after its name. */
const describedBy = (field: Element) =>
  (field.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map(id => document.getElementById(id)?.textContent)
    .join(' ')

test('two answers are enough', async () => {
  const { asked, history } = show(201, created)
  await fill('Topic', 'Lunch')
  await fill('Your name', 'Ada')
  await press('Create poll')
  expect(asked).toEqual([
    {
      topic: 'Lunch',
      name: 'Ada',
      votesPerVoter: 3,
      method: 'irv',
      seats: 1,
      nominationsPerVoter: 10,
      allowPartial: true,
      changeableVote: true,
      showTurnout: true,
      declareTies: false,
      reveal: false,
      hostNominates: false,
      approveNominations: false,
      anonymous: false,
      shuffle: true,
      equalRanks: false,
      admission: 'open',
      patches: true,
    },
  ])
  expect(history).toEqual(['/p/K7M4QX'])
  expect(seatOf('K7M4QX')).toEqual({ token: 'secret', topic: 'Lunch' })
})

test('every setting can be changed', async () => {
  const { asked } = show(201, created)
  await fill('Topic', 'Lunch')
  await fill('Your name', 'Ada')
  await press('Votes per person: one more')
  await userEvent.click(screen.getByRole('radio', { name: /^Schulze/ }))
  await userEvent.click(screen.getByRole('switch', { name: 'Short ballots' }))
  await userEvent.click(screen.getByRole('switch', { name: 'Declare ties' }))
  await userEvent.type(screen.getByLabelText('Closing time'), '2130-01-02T18:00')
  await press('Create poll')
  expect(asked[0]).toMatchObject({
    votesPerVoter: 4,
    method: 'schulze',
    allowPartial: false,
    declareTies: true,
    closesAt: new Date('2130-01-02T18:00').toISOString(),
  })
})

test('options come with the poll: pasted, edited, or still in the field', async () => {
  const { asked } = show(201, created)
  await fill('Topic', 'Lunch')
  await fill('Your name', 'Ada')
  const field = screen.getByRole('textbox', { name: 'Options' })
  await userEvent.click(field)
  await userEvent.paste('Ramen\nTacos\nramen\nPizza')
  await press('Add to the list')
  expect(screen.getByText('3')).toBeTruthy()
  await press('Remove Tacos')
  await press('Edit Pizza')
  await userEvent.type(screen.getByRole('textbox', { name: 'Note' }), 'large')
  await userEvent.type(field, 'Soup')
  await press('Create poll')
  expect(asked[0]?.options).toEqual([{ text: 'Ramen' }, { text: 'Pizza', note: 'large' }, { text: 'Soup' }])
})

test('an option that does not fit is said before anything is sent', async () => {
  const { asked } = show(201, created)
  await fill('Topic', 'Lunch')
  await fill('Your name', 'Ada')
  await userEvent.click(screen.getByRole('textbox', { name: 'Options' }))
  await userEvent.paste(`Ramen\n${'x'.repeat(101)}`)
  await press('Create poll')
  const option = screen.getByRole('textbox', { name: 'Option', description: '1 character too long.' })
  await waitFor(() => expect(document.activeElement).toBe(option))
  expect(asked).toEqual([])
})

test('a closing time that is none is said before anything is sent', async () => {
  const { asked } = show(201, created)
  await fill('Topic', 'Lunch')
  await fill('Your name', 'Ada')
  fireEvent.change(screen.getByLabelText('Closing time'), { target: { value: '20261-11-27T10:00' } })
  await press('Create poll')
  const time = screen.getByLabelText('Closing time')
  expect(describedBy(time)).toContain('Check the date: its year has four digits.')
  await waitFor(() => expect(document.activeElement).toBe(time))
  expect(time.closest('details')?.open).toBe(true)
  expect(asked).toEqual([])
  fireEvent.change(screen.getByLabelText('Closing time'), { target: { value: '' } })
  await press('Create poll')
  expect(asked).toHaveLength(1)
})

test('a host may only run the poll, let people in, and keep it for a week', async () => {
  const { asked } = show(201, created)
  await fill('Topic', 'Lunch')
  await fill('Your name', 'Ada')
  for (const name of ['I only run it', 'Let people in one by one', 'Only hosts nominate'])
    await userEvent.click(screen.getByRole('switch', { name }))
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kept for' }), '7 days')
  await press('Create poll')
  expect(asked[0]).toMatchObject({
    spectates: true,
    admission: 'approve',
    hostNominates: true,
    lifetime: 604_800,
  })
})

test('several winners are counted by the method that is made for them', async () => {
  const { asked } = show(201, created)
  await fill('Topic', 'Board')
  await fill('Your name', 'Ada')
  await press('Winners: one more')
  expect(screen.getAllByRole('radio')).toHaveLength(1)
  await press('Create poll')
  expect(asked[0]).toMatchObject({ seats: 2, method: 'stv' })
})

test('what is missing is said at its field, in words', async () => {
  const { asked } = show(201, created)
  await fill('Topic', '   ')
  await fill('Your name', 'A'.repeat(26))
  await press('Create poll')
  expect(
    screen.getByRole('textbox', { name: 'Topic', description: 'Say what the poll is about.' }),
  ).toBeTruthy()
  expect(screen.getByText('1 character too long.')).toBeTruthy()
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Topic' })))
  expect(asked).toEqual([])
})

test('what the server refuses stays to be corrected', async () => {
  const reasons = [
    { reason: 'hard_characters', params: { field: 'topic' } },
    { reason: 'same_option', params: { field: 'options[1].text', other: 'options[0].text' } },
  ]
  const { history } = show(400, { messages: ['topic must be', 'options[1].text must not be'], reasons })
  await fill('Topic', 'x')
  await fill('Your name', 'Ada')
  await press('Create poll')
  const description = 'Write it with simpler characters.'
  expect(await screen.findByRole('textbox', { name: 'Topic', description })).toBeTruthy()
  expect(history).toEqual(['/create'])
})

const latest = '2130-01-02T09:00:00Z'

test.each([
  ['Topic', 'hard_characters', { field: 'topic' }, 'Write it with simpler characters.'],
  ['Your name', 'text_length', { field: 'name', min: 1, max: 25 }, 'Write 1 to 25 characters.'],
  ['Votes per person', 'number_range', { field: 'votesPerVoter', min: 1, max: 5 }, 'Choose 1 to 5.'],
  ['Winners', 'number_range', { field: 'seats', min: 1, max: 5 }, 'Choose 1 to 5.'],
  [
    'Nominations per person',
    'number_range',
    { field: 'nominationsPerVoter', min: 1, max: 5 },
    'Choose 1 to 5.',
  ],
  ['Closing time', 'time_past', { field: 'closesAt' }, 'Choose a time in the future.'],
  ['Closing time', 'time_too_late', { field: 'closesAt', latest }, /^Choose a time before/],
  ['Kept for', 'number_range', { field: 'lifetime', min: 60, max: 120 }, 'Choose 1 minute to 2 minutes.'],
  ['Option', 'hard_characters', { field: 'options[1].text' }, 'Write it with simpler characters.'],
  ['Note', 'text_length', { field: 'options[1].note', min: 0, max: 500 }, 'Write 0 to 500 characters.'],
  ['Link', 'not_a_link', { field: 'options[1].link', max: 500 }, /^Paste the address/],
  [
    'Option',
    'same_option',
    { field: 'options[1].text', other: 'options[0].text' },
    'Option 2 and Option 1 are the same.',
  ],
])('%s says that the server refuses it with %s, and has the focus', async (label, reason, params, words) => {
  show(400, { messages: ['No.'], reasons: [{ reason, params }] })
  await fill('Topic', 'x')
  await fill('Your name', 'Ada')
  await userEvent.click(screen.getByRole('textbox', { name: 'Options' }))
  await userEvent.paste('Ramen\nTacos')
  await press('Create poll')
  const said = await screen.findByText(words)
  const field = screen.getByLabelText(label)
  expect(said.getAttribute('role')).toBe('alert')
  expect(describedBy(field)).toContain(said.textContent)
  await waitFor(() => expect(document.activeElement).toBe(field))
  expect(screen.getAllByText(words)).toHaveLength(1)
  for (let fold = field.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null)
    expect(fold.open).toBe(true)
})

test.each(['', '0', '21', '1.5'])('a number of %j is said to be none, and not sent', async typed => {
  const { asked } = show(201, created)
  await fill('Topic', 'Lunch')
  await fill('Your name', 'Ada')
  const field = screen.getByLabelText('Votes per person')
  fireEvent.change(field, { target: { value: typed } })
  expect(describedBy(field)).toContain('Choose 1 to 20.')
  fireEvent.submit(document.querySelector('form') as HTMLFormElement)
  await waitFor(() => expect(document.activeElement).toBe(field))
  expect(asked).toEqual([])
})
