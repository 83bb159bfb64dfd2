import { cleanup, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import { keepOutbox, seatOf, takeSeat } from '../session/memory'
import { notices } from '../session/notices'
import { lastSocket, sockets } from '../testing/fake-socket'
import { render, renderPoll, serverDoes } from '../testing/render'
import { ada, bob, samplePoll } from '../testing/samples'
import { PollPage } from './poll-page'

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))

/** Answers requests by "METHOD path". */
function serve(routes: Record<string, [status: number, body: unknown]>) {
  vi.stubGlobal('fetch', async (path: string, { method = 'GET' }: RequestInit = {}) => {
    const [status, body] = routes[`${method} ${path}`] ?? [500, null]
    return new Response(JSON.stringify(body), { status })
  })
}

const summary = {
  id: 'K7M4QX',
  topic: 'Lunch',
  phase: 'lobby',
  participantCount: 2,
  nominationCount: 4,
  expiresAt: '2130-01-01T00:00:00Z',
}

test('somebody without a seat is asked for a name, and gets one', async () => {
  serve({
    'GET /polls/K7M4QX': [200, summary],
    'POST /polls/join': [201, { pollID: 'K7M4QX', accessToken: 'new' }],
  })
  render(<PollPage pollID="K7M4QX" />)
  await userEvent.type(await screen.findByRole('textbox', { name: 'Your name' }), 'Cyd{Enter}')
  await waitFor(() => expect(lastSocket().options.auth.token).toBe('new'))
  expect(seatOf('K7M4QX')).toEqual({ token: 'new', topic: 'Lunch' })
})

test('somebody who has come in by another tab meanwhile is the same person in this one', async () => {
  serve({ 'GET /polls/K7M4QX': [200, summary] })
  render(<PollPage pollID="K7M4QX" />)
  const name = await screen.findByRole('textbox', { name: 'Your name' })
  takeSeat('K7M4QX', { token: 'other tab', topic: 'Lunch' })
  await userEvent.type(name, 'Cyd{Enter}')
  await waitFor(() => expect(lastSocket().options.auth.token).toBe('other tab'))
})

test('a name that is refused can be changed', async () => {
  serve({
    'GET /polls/K7M4QX': [200, summary],
    'POST /polls/join': [
      409,
      { messages: ['Full.'], reasons: [{ reason: 'full_poll', params: { people: 30 } }] },
    ],
  })
  render(<PollPage pollID="K7M4QX" />)
  await userEvent.type(await screen.findByRole('textbox', { name: 'Your name' }), '   {Enter}')
  expect(screen.getByText('Say what the others call you.')).toBeTruthy()
  await userEvent.type(screen.getByRole('textbox', { name: 'Your name' }), 'x{Enter}')
  expect(await screen.findByText('This poll is full: 30 people take part.')).toBeTruthy()
  expect(sockets).toEqual([])
})

test('a code that nobody has leads to nothing but the way back', async () => {
  serve({ 'GET /polls/NOPE22': [404, { messages: ['There is no poll with this code.'] }] })
  render(<PollPage pollID="NOPE22" />)
  expect(await screen.findByRole('heading', { name: 'No poll with this code' })).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Enter another code' })).toBeTruthy()
})

const outcome = {
  id: 'K7M4QX',
  topic: 'Lunch',
  nominations: [{ id: 't', text: 'Tacos' }],
  results: {
    ballots: 2,
    official: {
      method: 'borda',
      seats: 1,
      winners: ['t'],
      order: [{ option: 't', place: 1, figure: 4 }],
      ties: [],
    },
    others: { outcomes: [], smith: ['t'], condorcet: 't' },
  },
  seedCommitment: 'c0ffee',
  seed: '5eed',
}

/** What a server answers whose poll has ended. */
const closed = (revealed = true) => ({
  'GET /polls/K7M4QX': [200, { ...summary, phase: 'closed', revealed }] as [number, unknown],
  'GET /polls/K7M4QX/results': [200, outcome] as [number, unknown],
  'POST /polls/join': [409, { messages: ['Too late.'], reasons: [{ reason: 'join_after_end' }] }] as [
    number,
    unknown,
  ],
})

test('a poll that is closed shows its result to whoever has the code', async () => {
  serve(closed())
  render(<PollPage pollID="K7M4QX" />)
  const winner = await screen.findByRole('region', { name: 'The winner is' })
  expect(winner.textContent).toContain('Tacos')
  expect(screen.getByRole('heading', { name: 'Lunch' })).toBeTruthy()
  expect(screen.queryByText('Your receipt')).toBeNull()
})

test.each([
  [{ phase: 'closed' }, 'The result is not out yet'],
  [{ roomLocked: true }, 'The room is locked'],
])('a door that is shut for now says why: %j', async (changed, title) => {
  serve({ 'GET /polls/K7M4QX': [200, { ...summary, ...changed }] })
  render(<PollPage pollID="K7M4QX" />)
  expect(await screen.findByRole('heading', { name: title })).toBeTruthy()
  expect(screen.queryByRole('textbox')).toBeNull()
})

test('where names are optional nobody must give one, and people may come only to watch', async () => {
  const asked: unknown[] = []
  vi.stubGlobal('fetch', async (path: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method === 'POST') asked.push(JSON.parse(String(body)))
    const answers: Record<string, unknown> = {
      '/polls/K7M4QX': { ...summary, anonymous: true },
      '/polls/join': { pollID: 'K7M4QX', accessToken: 'new' },
    }
    return new Response(JSON.stringify(answers[path] ?? {}), { status: path in answers ? 200 : 404 })
  })
  render(<PollPage pollID="K7M4QX" />)
  await userEvent.click(await screen.findByRole('checkbox', { name: 'I only watch' }))
  await press('Join poll')
  await waitFor(() => expect(lastSocket().options.auth.token).toBe('new'))
  expect(asked).toEqual([{ pollID: 'K7M4QX', name: '', patches: true, spectates: true }])
})

describe('whoever comes when voting has ended is led to the result', () => {
  const winner = () => screen.findByRole('region', { name: 'The winner is' })

  test.each([
    [true, () => winner()],
    [false, () => screen.findByRole('heading', { name: 'The result is not out yet' })],
  ])('from the form to join; revealed: %s', async (revealed, shown) => {
    serve({ 'GET /polls/K7M4QX': [200, { ...summary, phase: 'voting' }] })
    render(<PollPage pollID="K7M4QX" />)
    const name = await screen.findByRole('textbox', { name: 'Your name' })
    serve(closed(revealed))
    await userEvent.type(name, 'Cyd{Enter}')
    expect(await shown()).toBeTruthy()
    expect(screen.queryByRole('textbox')).toBeNull()
  })

  test('with a token that came in time', async () => {
    serve({
      'GET /polls/K7M4QX': [200, summary],
      'POST /polls/join': [201, { pollID: 'K7M4QX', accessToken: 'new' }],
    })
    render(<PollPage pollID="K7M4QX" />)
    await userEvent.type(await screen.findByRole('textbox', { name: 'Your name' }), 'Cyd{Enter}')
    await waitFor(() => lastSocket())
    serve(closed())
    await serverDoes(() => lastSocket().refuse('Too late.', 'closed_to_newcomers'))
    expect(await winner()).toBeTruthy()
    expect(seatOf('K7M4QX')).toBeNull()
  })

  test('while waiting to be let in', async () => {
    serve(closed())
    takeSeat('K7M4QX', { token: 'new', topic: 'Lunch' })
    render(<PollPage pollID="K7M4QX" />)
    await waitFor(() => lastSocket())
    const door = { pollID: 'K7M4QX', topic: 'Lunch', userID: 'c', name: 'Cyd', expiresAt: summary.expiresAt }
    await serverDoes(() => {
      lastSocket().open()
      lastSocket().receive('waiting', door)
    })
    expect(screen.getByRole('heading', { name: 'The host will let you in' })).toBeTruthy()
    await serverDoes(() => lastSocket().receive('poll_ended', { reason: 'closed' }))
    expect(await winner()).toBeTruthy()
  })

  test('from a spent link of another device', async () => {
    history.replaceState(null, '', '/p/K7M4QX#device=USED')
    serve({
      ...closed(),
      'POST /polls/device': [404, { messages: ['Gone.'], reasons: [{ reason: 'spent_code' }] }],
    })
    render(<PollPage pollID="K7M4QX" />)
    await userEvent.click(await screen.findByRole('button', { name: 'Go to the poll' }))
    expect(await winner()).toBeTruthy()
  })
})

test('a join that is refused is tried again while the poll is still open', async () => {
  serve({ ...closed(), 'GET /polls/K7M4QX': [200, summary] })
  render(<PollPage pollID="K7M4QX" />)
  await userEvent.type(await screen.findByRole('textbox', { name: 'Your name' }), 'Cyd{Enter}')
  expect(await screen.findByText(/^Voting in this poll has ended/)).toBeTruthy()
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Your name' }).value).toBe('Cyd')
})

describe('a link from another device', () => {
  const link = () => history.replaceState(null, '', '/p/K7M4QX#device=CODE')

  test('takes the same seat here, once, and leaves no code in the address', async () => {
    link()
    serve({ 'POST /polls/device': [201, { pollID: 'K7M4QX', accessToken: 'mine' }] })
    render(<PollPage pollID="K7M4QX" />)
    await waitFor(() => expect(lastSocket().options.auth.token).toBe('mine'))
    expect(location.hash).toBe('')
  })

  test('asks before it takes the place of somebody who is here', async () => {
    link()
    takeSeat('K7M4QX', { token: 'old', topic: 'Lunch' })
    serve({ 'POST /polls/device': [201, { pollID: 'K7M4QX', accessToken: 'mine' }] })
    render(<PollPage pollID="K7M4QX" />)
    await userEvent.click(await screen.findByRole('button', { name: 'Stay as I am' }))
    await waitFor(() => expect(lastSocket().options.auth.token).toBe('old'))
  })

  test('takes nothing along that the person who was here has sent', async () => {
    link()
    takeSeat('K7M4QX', { token: 'old', topic: 'Lunch' })
    keepOutbox('K7M4QX', () => [
      { event: 'submit_rankings', payload: { rankings: ['r'], commandID: 'c0ffee' } },
    ])
    serve({ 'POST /polls/device': [201, { pollID: 'K7M4QX', accessToken: 'mine' }] })
    render(<PollPage pollID="K7M4QX" />)
    await userEvent.click(await screen.findByRole('button', { name: 'Continue as that person' }))
    await waitFor(() => expect(lastSocket().options.auth.token).toBe('mine'))
    await serverDoes(() => lastSocket().open())
    expect(lastSocket().sent).toEqual([])
    expect(notices.get().map(({ text }) => text)).toEqual([
      'Your part in the poll ended before your ballot was confirmed.',
    ])
  })

  test('that has been used says so', async () => {
    history.replaceState(null, '', '/p/K7M4QX#device=USED')
    serve({ 'POST /polls/device': [404, { messages: ['Gone.'], reasons: [{ reason: 'spent_code' }] }] })
    render(<PollPage pollID="K7M4QX" />)
    expect(await screen.findByText(/^This code no longer works/)).toBeTruthy()
  })
})

test.each([
  ['cancelled', 'This poll was cancelled'],
  ['expired', 'This poll has expired'],
  ['removed', 'You were removed'],
] as const)('a poll that ends by %s says so', async (reason, title) => {
  const socket = await renderPoll()
  await serverDoes(() => socket.receive('poll_ended', { reason }))
  expect(screen.getByRole('heading', { name: title })).toBeTruthy()
  expect(screen.getByText('Lunch')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Join again' })).toBeNull()
})

test('a token that is refused leads back to the door', async () => {
  serve({ 'GET /polls/K7M4QX': [200, summary] })
  takeSeat('K7M4QX', { token: 'old', topic: 'Lunch' })
  render(<PollPage pollID="K7M4QX" />)
  await waitFor(() => lastSocket())
  await serverDoes(() => lastSocket().refuse('FORBIDDEN'))
  await press('Join again')
  expect(await screen.findByRole('textbox', { name: 'Your name' })).toBeTruthy()
})

test('who leaves can come back as the same person, but is not brought back by a reload', async () => {
  const socket = await renderPoll()
  await press('Leave poll')
  await press('Leave')
  await serverDoes(() => {
    socket.answer('leave', { ok: true, version: 2 })
    socket.receive('poll_ended', { reason: 'left' })
  })
  expect(screen.getByRole('heading', { name: 'You have left' })).toBeTruthy()
  cleanup()

  render(<PollPage pollID="K7M4QX" />)
  expect(sockets).toHaveLength(1)
  await press('Join again')
  expect(sockets).toHaveLength(2)
  expect(lastSocket().options.auth.token).toBe('secret')
})

test('who leaves and changes their mind at once is back', async () => {
  const socket = await renderPoll()
  await serverDoes(() => socket.receive('poll_ended', { reason: 'left' }))
  await press('Join again')
  expect(sockets).toHaveLength(2)
  expect(lastSocket().options.auth.token).toBe('secret')
  await serverDoes(() => {
    lastSocket().open()
    lastSocket().receive('poll_state', { version: 3, poll: samplePoll() })
    lastSocket().receive('me', bob)
  })
  expect(screen.getByRole('heading', { name: 'Nominations' })).toBeTruthy()
})

test('the admin can cancel for everybody, after a question', async () => {
  const socket = await renderPoll(samplePoll(), ada)
  await press('Cancel poll')
  await userEvent.click(screen.getAllByRole('button', { name: 'Cancel poll' })[1] as HTMLElement)
  await serverDoes(() => {
    socket.answer('cancel_poll', { ok: true, version: 2 })
    socket.receive('poll_ended', { reason: 'cancelled' })
  })
  expect(screen.getByRole('heading', { name: 'This poll was cancelled' })).toBeTruthy()
})

test('a phase that begins is announced and named in the title', async () => {
  const socket = await renderPoll(samplePoll(), bob)
  expect(document.title).toBe('Waiting room: Lunch · Caucus')
  await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'voting' } }))
  expect(document.title).toBe('● Voting: Lunch · Caucus')
  expect(document.activeElement?.textContent).toBe('Lunch')
  expect(screen.getByText('Voting has started.')).toBeTruthy()
})

describe('a poll that is run again', () => {
  const results = {
    ballots: 0,
    official: { method: 'irv' as const, seats: 1, winners: [], order: [], ties: [] },
    others: { outcomes: [], smith: [] },
  }
  const moved = { ok: true, pollID: 'NEXT22', accessToken: 'next' }

  test('is made by its admin, who goes there', async () => {
    const socket = await renderPoll(samplePoll({ phase: 'closed', results }), ada)
    await screen.findByRole('button', { name: 'Run it again with the same people' })
    await press('Run it again with the same people')
    await serverDoes(() => {
      socket.answer('run_again', moved)
    })
    expect(seatOf('NEXT22')).toEqual({ token: 'next', topic: 'Lunch' })
  })

  test('has a place for everybody, who are told where to go', async () => {
    const socket = await renderPoll(samplePoll({ phase: 'closed', results }), bob)
    expect(screen.queryByRole('button', { name: 'Run it again with the same people' })).toBeNull()
    await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch: { nextPoll: 'NEXT22' } }))
    await screen.findByRole('button', { name: 'Go there' })
    await press('Go there')
    await serverDoes(() => {
      socket.answer('next_poll', moved)
    })
    expect(seatOf('NEXT22')).toEqual({ token: 'next', topic: 'Lunch' })
  })
})
