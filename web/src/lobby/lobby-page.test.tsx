import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test } from 'vitest'
import { notices } from '../session/notices'
import { renderPoll, serverDoes } from '../testing/render'
import { ada, bob, samplePoll } from '../testing/samples'

const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))
const listed = () =>
  within(screen.getByRole('region', { name: 'Nominations' }))
    .queryAllByRole('listitem')
    .map(row => row.querySelector('bdi')?.textContent)

describe('nominations', () => {
  test('are listed in their order and follow the patches', async () => {
    const socket = await renderPoll()
    expect(listed()).toEqual(['Tacos', 'Ramen', 'بيتزا', 'Dosa'])
    await serverDoes(() =>
      socket.receive('poll_patch', {
        from: 1,
        to: 2,
        patch: { nominations: { r: null, s: { userID: 'eve', text: 'Soup', order: 9 } } },
      }),
    )
    expect(listed()).toEqual(['Tacos', 'بيتزا', 'Dosa', 'Soup'])
  })

  test('are made one after the other', async () => {
    const socket = await renderPoll()
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Your nomination' })
    await userEvent.type(field, 'Soup{Enter}')
    await serverDoes(() => {
      expect(socket.answer('nominate', { ok: true, version: 2 })).toMatchObject({ text: 'Soup' })
    })
    expect(field.value).toBe('')
    expect(document.activeElement).toBe(field)
  })

  test('can be written while the one before is on its way', async () => {
    const socket = await renderPoll()
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Your nomination' })
    await userEvent.type(field, 'Soup{Enter}')
    await userEvent.type(field, 'Pho{Enter}')
    await userEvent.type(field, 'Stew')
    await serverDoes(() => {
      expect(socket.answer('nominate', { ok: true, version: 2 })).toMatchObject({ text: 'Soup' })
    })
    await serverDoes(() => {
      const error = { code: 'duplicate', message: '“Pho” is nominated already.', existing: 'd' }
      expect(socket.answer('nominate', { ok: false, error })).toMatchObject({ text: 'Pho' })
    })
    expect(screen.getByText(/Dosa. is on the list already\./)).toBeTruthy()
    expect(field.value).toBe('Stew')
  })

  test('that are refused come back into the field, with the reason', async () => {
    const socket = await renderPoll()
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Your nomination' })
    await userEvent.type(field, 'ramen{Enter}')
    await serverDoes(() => {
      const error = { code: 'duplicate', message: '“Ramen” is nominated already.', existing: 'r' }
      socket.answer('nominate', { ok: false, error })
    })
    expect(screen.getByText(/Ramen. is on the list already\./)).toBeTruthy()
    expect(field.value).toBe('ramen')
  })

  test('that come too late are told of on the page that follows', async () => {
    const socket = await renderPoll()
    await userEvent.type(screen.getByLabelText('Your nomination'), 'Soup{Enter}')
    const error = { code: 'wrong_phase', reason: 'voting_started', message: 'Voting has started.' }
    await serverDoes(() => {
      socket.answer('nominate', { ok: false, error })
    })
    const told = await screen.findByText(/Soup.* was not nominated\.$/)
    await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'voting' } }))
    await waitFor(() => expect(screen.getByText(told.textContent ?? '').isConnected).toBe(true))
  })

  test.each(['cancelled', 'removed', 'expired'] as const)(
    'under way when it ends for their author, %s, are not success',
    async reason => {
      const socket = await renderPoll()
      await userEvent.type(screen.getByLabelText('Your nomination'), 'Soup{Enter}')
      await serverDoes(() => socket.receive('poll_ended', { reason }))
      await waitFor(() =>
        expect(notices.get().map(({ text }) => text)).toEqual([
          'The nomination \u2068Soup\u2069 was not confirmed in time.',
        ]),
      )
    },
  )

  test('wait for the connection, and the page says so', async () => {
    const socket = await renderPoll()
    await serverDoes(() => socket.drop())
    expect(screen.getByText('Connection lost. Reconnecting…')).toBeTruthy()
    await userEvent.type(screen.getByRole('textbox', { name: 'Your nomination' }), 'Soup{Enter}')
    expect(await screen.findByText('Not confirmed yet, still trying')).toBeTruthy()
    await serverDoes(() => socket.open())
    expect(screen.queryByText('Connection lost. Reconnecting…')).toBeNull()
    await serverDoes(() => {
      expect(socket.answer('nominate', { ok: true, version: 2 })).toMatchObject({ text: 'Soup' })
    })
    expect(screen.queryByText('Not confirmed yet, still trying')).toBeNull()
  })

  test('are checked in place, and counted near the limit', async () => {
    const socket = await renderPoll()
    const field = screen.getByRole('textbox', { name: 'Your nomination' })
    await userEvent.type(field, '   {Enter}')
    expect(screen.getByText('Write what you nominate.')).toBeTruthy()
    await userEvent.clear(field)
    await userEvent.click(field)
    await userEvent.paste('👩‍👩‍👧'.repeat(99))
    expect(screen.getByText('1 character left')).toBeTruthy()
    await userEvent.paste('xyz{')
    await userEvent.type(field, '{Enter}')
    expect(screen.getByText('3 characters too long.')).toBeTruthy()
    expect(socket.sent).toEqual([])
  })

  test('can be taken back by their author, and all by the admin', async () => {
    const removable = () =>
      screen.getAllByRole('button', { name: /^Remove / }).map(button => button.getAttribute('aria-label'))
    const socket = await renderPoll(samplePoll(), bob)
    expect(removable()).toEqual(['Remove Ramen', 'Remove بيتزا'])
    await serverDoes(() => socket.receive('me', { ...bob, role: 'admin' }))
    expect(removable()).toHaveLength(4)
    await press('Remove Tacos')
    expect(socket.take('remove_nomination').data).toMatchObject({ id: 't' })
  })

  test('end where the poll says so', async () => {
    await renderPoll(samplePoll({ settings: { nominationsPerVoter: 2 } }), bob)
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Your nomination' })
    expect(field.readOnly).toBe(true)
    expect(screen.getByText('You have made all your nominations.')).toBeTruthy()
  })

  test('that a host closes wait in the field, and so does who writes', async () => {
    const socket = await renderPoll()
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Your nomination' })
    await userEvent.type(field, 'Soup')
    const lock = (from: number, locked: boolean) =>
      serverDoes(() =>
        socket.receive('poll_patch', { from, to: from + 1, patch: { nominationsLocked: locked } }),
      )
    await lock(1, true)
    expect(screen.getByText('The host has closed the nominations.')).toBeTruthy()
    await userEvent.type(field, 's{Enter}')
    expect([field.value, socket.sent]).toEqual(['Soup', []])
    expect(document.activeElement).toBe(field)
    await lock(2, false)
    await userEvent.type(field, '{Enter}')
    expect(socket.take('nominate').data).toMatchObject({ text: 'Soup' })
  })

  test('have a note and a link where their author adds them', async () => {
    const socket = await renderPoll()
    const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name })
    await userEvent.type(field('Your nomination'), 'Soup')
    await press('Add a note or a link')
    await userEvent.type(field('Note'), 'by the river')
    await userEvent.type(field('Link'), 'soup.example{Enter}')
    expect(screen.getByText('A link begins with https:// or http://.')).toBeTruthy()
    await waitFor(() => expect(document.activeElement).toBe(field('Link')))
    expect(socket.sent).toEqual([])
    await userEvent.clear(field('Link'))
    await userEvent.type(field('Link'), 'https://soup.example{Enter}')
    expect(screen.queryByRole('textbox', { name: 'Note' })).toBeNull()
    await serverDoes(() => {
      const error = { code: 'rate_limited', reason: 'too_often', params: { wait: 2 }, message: 'Slow.' }
      expect(socket.answer('nominate', { ok: false, error })).toMatchObject({
        text: 'Soup',
        note: 'by the river',
        link: 'https://soup.example',
      })
    })
    expect(field('Note').value).toBe('by the river')
    expect(
      await screen.findByText(/^That was too often. Try again in 2 seconds. .Soup. was not nominated.$/),
    ).toBeTruthy()
  })
})

test.each([
  ['soup.example', 'A link begins with https:// or http://.'],
  [`https://soup.example/${'x'.repeat(500)}`, '21 characters too long.'],
  [`https://soup.example/${'é'.repeat(300)}`, /^This link is too long\. Letters/],
  ['https://ann@soup.example', /^Take out what is before the @/],
  ['https://soup.example/a b', 'A link has no spaces, quotation marks, < or >.'],
  ['https://soup.example/\u200b', /cannot be seen/],
  ['https://', 'This does not lead to a web page.'],
])('of the link %j the true fault is said', async (link, said) => {
  await renderPoll()
  await press('Add a note or a link')
  fireEvent.change(screen.getByLabelText('Link'), { target: { value: link } })
  expect(screen.getByText(said)).toBeTruthy()
})

describe('the start', () => {
  test.each([
    [{ allowPartial: true, votesPerVoter: 3 }, 1, '1 more nomination needed to start.'],
    [{ allowPartial: false, votesPerVoter: 3 }, 1, '2 more nominations needed to start.'],
  ])('%j waits for enough nominations', async (settings, n, reason) => {
    const { nominations } = samplePoll()
    const some = Object.fromEntries(Object.entries(nominations).slice(0, n))
    await renderPoll(samplePoll({ settings, nominations: some }), ada)
    const start = screen.getByRole('button', { name: 'Start voting', description: reason })
    expect(start.getAttribute('aria-disabled')).toBe('true')
    await userEvent.click(start)
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('is the admin’s, after a question', async () => {
    const socket = await renderPoll(samplePoll(), ada)
    await press('Start voting')
    await press('Open the vote')
    await serverDoes(() => {
      socket.answer('start_vote', { ok: true, version: 2 })
      socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'voting' } })
    })
    expect(screen.getByRole('heading', { name: 'Options' })).toBeTruthy()
  })

  test('is nobody else’s', async () => {
    await renderPoll(samplePoll(), bob)
    expect(screen.queryByRole('button', { name: 'Start voting' })).toBeNull()
    expect(screen.queryByRole('button', { name: 'Cancel poll' })).toBeNull()
  })
})

describe('people', () => {
  const page = [
    { id: 'ada', name: 'Ada', online: true, voted: false },
    { id: 'bob', name: 'Bob', online: false, voted: false },
  ]

  const dialog = async (title: string) => within(await screen.findByRole('dialog', { name: title }))

  test('are listed as far as one looks, removed and promoted by the admin', async () => {
    const socket = await renderPoll(samplePoll({ participantCount: 3 }), ada)
    await press('Manage people')
    const people = await dialog('People')
    await waitFor(() => expect(socket.sent).toHaveLength(1))
    await serverDoes(() => {
      socket.answer('roster', { ok: true, participants: page, next: 'bob', total: 3 })
    })
    await serverDoes(() => {
      const carol = { id: 'cyd', name: 'Cyd', online: true, voted: false }
      expect(socket.answer('roster', { ok: true, participants: [carol], total: 3 })).toMatchObject({
        after: 'bob',
      })
    })
    expect(people.getAllByRole('listitem')).toHaveLength(3)
    expect(people.queryByRole('button', { name: 'Options for Ada' })).toBeNull()

    await press('Options for Cyd')
    await press('Make co-host')
    await press('Yes')
    await serverDoes(() => {
      expect(socket.answer('add_host', { ok: true, version: 2 })).toMatchObject({ id: 'cyd' })
    })
    expect(people.getByText('Co-host')).toBeTruthy()
    await press('Options for Cyd')
    await press('Hand over the poll')
    await press('Yes')
    await serverDoes(() => {
      expect(socket.answer('make_admin', { ok: true, version: 3 })).toMatchObject({ id: 'cyd' })
    })
    await press('Options for Bob')
    await press('Remove')
    await press('Remove')
    await serverDoes(() => {
      expect(socket.answer('remove_participant', { ok: true, version: 4 })).toMatchObject({ id: 'bob' })
      socket.receive('poll_patch', { from: 1, to: 4, patch: { participantCount: 2 } })
    })
    expect(people.getAllByRole('listitem')).toHaveLength(2)
    expect(people.queryByRole('button', { name: 'Refresh' })).toBeNull()

    await serverDoes(() => socket.receive('poll_patch', { from: 4, to: 5, patch: { participantCount: 3 } }))
    await press('Refresh')
    await serverDoes(() => {
      socket.answer('roster', { ok: true, participants: page, total: 2 })
    })
    expect(people.getAllByRole('listitem')).toHaveLength(2)
  })

  test('are found by name, and removed at once', async () => {
    const socket = await renderPoll(samplePoll({ participantCount: 10_000 }), ada)
    await press('Manage people')
    const people = await dialog('People')
    await waitFor(() => expect(socket.sent).toHaveLength(1))
    const bots = Array.from({ length: 200 }, (_, i) => ({
      id: `b${i}`,
      name: `Bot ${i}`,
      online: true,
      voted: false,
    }))
    await serverDoes(() => {
      socket.answer('roster', { ok: true, participants: bots, next: 'b199', total: 10_000 })
    })
    expect(people.getAllByRole('listitem').length).toBeLessThan(50)
    await userEvent.type(people.getByRole('searchbox', { name: 'Search by name' }), 'bot')
    await waitFor(() => expect(socket.sent).toHaveLength(1))
    const host = { id: 'h', name: 'Abbot', online: true, voted: false, role: 'host' }
    await serverDoes(() => {
      expect(socket.answer('roster', { ok: true, participants: [host, ...bots], total: 201 })).toMatchObject({
        matching: 'bot',
      })
    })
    expect(people.getByText('201 people found')).toBeTruthy()
    await press('Remove all of these') // but hosts
    await press('Remove 200 people')
    expect(socket.take('remove_participants').data).toMatchObject({ matching: 'bot' })
  })

  test('are let in by a host, one or all', async () => {
    const socket = await renderPoll(samplePoll({ waitingCount: 2 }), ada)
    await press('2 people wait to be let in')
    const newcomers = await dialog('Waiting to be let in')
    await waitFor(() => expect(socket.sent).toHaveLength(1))
    await serverDoes(() => {
      const since = '2030-01-01T12:00:00Z'
      const waiting = ['Cyd', 'Dan'].map(name => ({ id: name, name, since, online: true }))
      socket.answer('waiting_list', { ok: true, newcomers: waiting })
    })
    await press('Let Dan in')
    await serverDoes(() => {
      expect(socket.answer('admit', { ok: true, version: 2 })).toMatchObject({ ids: ['Dan'] })
    })
    expect(newcomers.getAllByRole('listitem')).toHaveLength(1)
    await press('Turn all away')
    expect(socket.take('reject').data).toMatchObject({ all: true })
  })

  test('wait outside until they are let in', async () => {
    const socket = await renderPoll()
    await serverDoes(() => {
      const door = {
        pollID: 'K7M4QX',
        topic: 'Lunch',
        userID: 'bob',
        name: 'Bob',
        expiresAt: '2130-01-01T00:00:00Z',
      }
      socket.receive('waiting', door)
    })
    expect(await screen.findByRole('heading', { name: 'The host will let you in' })).toBeTruthy()
    await serverDoes(() => {
      socket.receive('poll_state', { version: 1, poll: samplePoll() })
      socket.receive('me', bob)
    })
    expect(screen.getByRole('heading', { name: 'Nominations' })).toBeTruthy()
  })
})
