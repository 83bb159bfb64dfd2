import { i18n } from '@lingui/core'
import { act, cleanup, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Me } from '../contract.gen'
import { setServerTime } from '../session/clock'
import { draftOf } from '../session/memory'
import { renderPoll, serverDoes } from '../testing/render'
import { ada, bob, samplePoll } from '../testing/samples'

type Sample = Parameters<typeof samplePoll>[0]

const voting = (changed: Sample = {}) => samplePoll({ phase: 'voting', ...changed })
const show = (changed?: Sample, me?: Me) => renderPoll(voting(changed), me)

const option = (name: string) =>
  within(screen.getByRole('region', { name: 'Options' })).getByRole('button', { name })
const options = () =>
  within(screen.getByRole('region', { name: 'Options' }))
    .queryAllByRole('listitem')
    .map(row => row.textContent)
const tap = (name: string) => userEvent.click(option(name))
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))
/** The ballot as the page shows it, best first. */
const ballot = () =>
  within(screen.getByRole('region', { name: 'Your ballot' }))
    .queryAllByRole('listitem')
    .map(row => row.querySelector('bdi')?.textContent)

describe('ranking', () => {
  test('follows the order of the taps', async () => {
    await show()
    await tap('Ramen')
    await tap('Tacos')
    expect(ballot()).toEqual(['Ramen', 'Tacos'])
    expect(options()).toEqual(['بيتزا', 'Dosa'])
    expect(screen.getByText('2 of 3 ranked')).toBeTruthy()
  })

  test('takes no more than there are places', async () => {
    await show({ settings: { votesPerVoter: 2 } })
    for (const name of ['Ramen', 'Tacos', 'Dosa']) await tap(name)
    expect(ballot()).toEqual(['Ramen', 'Tacos'])
    expect(option('Dosa').getAttribute('aria-disabled')).toBe('true')
    expect(await screen.findByText('Your ballot is full. Take something off first.')).toBeTruthy()
  })

  test('can be sorted by buttons, and undone', async () => {
    await show()
    for (const name of ['Ramen', 'Tacos', 'Dosa']) await tap(name)
    await press('Move Dosa up')
    expect(ballot()).toEqual(['Ramen', 'Dosa', 'Tacos'])
    await press('Take Ramen off the ballot')
    expect(ballot()).toEqual(['Dosa', 'Tacos'])
    await press('Undo')
    await press('Undo')
    expect(ballot()).toEqual(['Ramen', 'Tacos', 'Dosa'])
  })

  test('is sorted by the keyboard, at the grip', async () => {
    await show()
    for (const name of ['Ramen', 'Tacos', 'Dosa']) await tap(name)
    const grip = screen.getByRole('button', { name: 'Drag Dosa' })
    grip.focus()
    await userEvent.keyboard(' {ArrowUp}{ArrowUp}{ArrowUp}')
    expect(grip.getAttribute('aria-pressed')).toBe('true')
    expect(screen.getByText('Holding Dosa over place 1.')).toBeTruthy()
    expect(ballot()).toEqual(['Ramen', 'Tacos', 'Dosa'])
    await userEvent.keyboard('{Escape}')
    expect(screen.getByText('Dosa is back at place 3.')).toBeTruthy()
    await userEvent.keyboard('{Enter}{ArrowUp}{Enter}')
    expect(ballot()).toEqual(['Ramen', 'Dosa', 'Tacos'])
    expect(screen.getByText('Dosa is at place 2.')).toBeTruthy()
    expect(document.activeElement).toBe(grip)
    await userEvent.keyboard(' {ArrowUp}{Tab}')
    expect(ballot()).toEqual(['Ramen', 'Dosa', 'Tacos'])
    expect(grip.getAttribute('aria-pressed')).toBe('false')
  })

  test('has a search where options are many', async () => {
    const many = Array.from({ length: 30 }, (_, i) => [
      `n${i}`,
      { userID: 'ada', text: `Café ${i}`, order: i },
    ])
    await show({ nominations: Object.fromEntries(many) })
    await userEvent.type(await screen.findByRole('searchbox', { name: 'Search the options' }), 'cafe 2')
    expect(options()).toHaveLength(12) // 2, 12, 20 to 29
    await userEvent.type(screen.getByRole('searchbox', { name: 'Search the options' }), '7')
    await tap('Café 27')
    expect(ballot()).toEqual(['Café 27'])
    expect(screen.getByRole('button', { name: /^Go to your ballot/ }).textContent).toMatch(/1Café 27$/)
    expect(screen.getByText('Nothing here has these letters.')).toBeTruthy()
  })

  test('blank is a choice of its own, never one tap from the next step', async () => {
    await show()
    expect(screen.getByRole('button', { name: 'Review ballot' }).getAttribute('aria-disabled')).toBe('true')
    await press('Hand in a blank ballot')
    expect(screen.getByText('A blank ballot: you take part, and prefer nothing.')).toBeTruthy()
  })

  test('outlives a reload', async () => {
    await show()
    await tap('Ramen')
    expect(draftOf('K7M4QX')).toEqual(['r'])
  })

  test('must be whole where partial ballots are not allowed', async () => {
    await show({ settings: { allowPartial: false } })
    await tap('Ramen')
    const review = screen.getByRole('button', { name: 'Review ballot' })
    expect(review.getAttribute('aria-disabled')).toBe('true')
    await userEvent.click(review)
    expect(screen.queryByRole('dialog')).toBeNull()
    await tap('Tacos')
    await tap('Dosa')
    await userEvent.click(review)
    expect(screen.getByRole('dialog', { name: 'Your ballot' })).toBeTruthy()
  })
})

describe('the options', () => {
  test('come in an order of one’s own where the poll says so, the same at every visit', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`n${i}`, { userID: 'ada', text: `Film ${i}`, order: i }]),
    )
    await show({ settings: { shuffle: true }, nominations: many })
    const own = options()
    expect(own.toSorted()).toEqual(
      Object.values(many)
        .map(({ text }) => text)
        .toSorted(),
    )
    expect(own).not.toEqual(Object.values(many).map(({ text }) => text))
    cleanup()
    await show({ settings: { shuffle: true }, nominations: many })
    expect(options()).toEqual(own)
    cleanup()
    await show({ settings: { shuffle: true }, nominations: many }, { ...bob, userID: 'cyd' })
    expect(options()).not.toEqual(own)
  })

  test('have their note, what was merged into them, and a link that opens apart', async () => {
    const merged = [{ id: 'x', userID: 'bob', text: 'Noodles' }]
    const r = {
      userID: 'bob',
      text: 'Ramen',
      order: 1,
      note: 'by the river',
      link: 'https://ramen.example/menu',
      merged,
    }
    await show({ nominations: { r } })
    expect(screen.getByText('by the river')).toBeTruthy()
    expect(screen.getByText(/^Also: .Noodles.$/)).toBeTruthy()
    const link = screen.getByRole<HTMLAnchorElement>('link', { name: 'Link of Ramen: ramen.example' })
    expect([link.href, link.target, link.rel]).toEqual([r.link, '_blank', 'noopener noreferrer nofollow'])
    await userEvent.click(screen.getByRole('button', { name: /^Ramen.*by the river.*Also: .Noodles.$/ }))
    expect(ballot()).toEqual(['Ramen'])
  })

  test('are only seen by somebody who watches, until they take part', async () => {
    const socket = await show({ spectatorCount: 1 }, { ...bob, spectates: true })
    expect(await screen.findByText('You watch, and have no ballot.')).toBeTruthy()
    expect(screen.getByText('0 of 1')).toBeTruthy()
    await press('Take part and vote')
    await serverDoes(() => {
      expect(socket.answer('spectate', { ok: true, version: 2 })).toMatchObject({ on: false })
      socket.receive('me', bob)
    })
    await tap('Ramen')
    expect(ballot()).toEqual(['Ramen'])
  })
})

test('options share a place where the poll has it so, and all the others are last', async () => {
  const socket = await show({ settings: { equalRanks: true, votesPerVoter: 2 } })
  for (const name of ['Ramen', 'Tacos']) await tap(name)
  await press('Tacos: same place as the one above')
  await tap('Dosa')
  await userEvent.click(screen.getByLabelText('All the others last'))
  expect(draftOf('K7M4QX')).toEqual(['r', 't', 'd'])
  await press('Review ballot')
  const dialog = within(screen.getByRole('dialog', { name: 'Your ballot' }))
  expect(dialog.getAllByRole('listitem').map(item => item.textContent)).toEqual(['1Ramen', '1Tacos', '2Dosa'])
  expect(dialog.getByText('All the others share the last place.')).toBeTruthy()
  await press('Submit ballot')
  expect(socket.take('submit_rankings').data).toMatchObject({
    rankings: ['r', 't', 'd'],
    ranks: [1, 1, 2],
    restLast: true,
  })
})

describe('the clock', () => {
  const at = Date.parse('2030-01-01T12:00:00Z')
  const closesAt = '2030-01-01T12:05:00Z'

  beforeEach(() => {
    vi.useFakeTimers({ now: at, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    setServerTime(at)
  })

  test('runs for everybody, by the server’s time, and is said when it runs out', async () => {
    await show({ closesAt, settings: { closesAt } })
    expect(screen.getAllByText('5:00 left')).toHaveLength(2)
    await act(() => vi.advanceTimersByTimeAsync(4 * 60_000 + 1_100))
    expect(screen.getAllByText('0:59 left')).toHaveLength(2)
    expect(screen.getByText('60 seconds left to vote.')).toBeTruthy()
    await act(() => vi.advanceTimersByTimeAsync(60_000))
    expect(screen.getAllByText('Time is up')).toHaveLength(2)
  })

  test('begins with the time that a host gives, also between two seconds', async () => {
    const socket = await show()
    await act(() => vi.advanceTimersByTimeAsync(900))
    const closesAt = '2030-01-01T12:01:00.900Z'
    const patch = { closesAt, settings: { closesAt } }
    await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch }))
    expect(screen.getAllByText('1:00 left')).toHaveLength(2)
  })

  test('ends the vote, where there is one, and not the host alone', async () => {
    const waits = 'Voting ends when the host closes it.'
    const done = { ...bob, voted: true, ballot: ['r'] }
    await show({}, done)
    expect(screen.getByText(waits)).toBeTruthy()
    cleanup()
    await show({ closesAt, settings: { closesAt } }, done)
    expect(screen.queryByText(waits)).toBeNull()
  })

  test('is not there where nobody set it', async () => {
    await show()
    expect(screen.queryByRole('timer')).toBeNull()
  })
})

test('a host sets the clock and gives more time', async () => {
  const closesAt = new Date(Date.now() + 120_000).toISOString()
  const socket = await show({ closesAt, settings: { closesAt } }, ada)
  await userEvent.click(await screen.findByRole('button', { name: 'One more minute' }))
  await serverDoes(() => {
    expect(socket.answer('set_timer', { ok: true, version: 2 })).toMatchObject({ seconds: 60, extend: true })
  })
  await press('Change the timer')
  await userEvent.click(screen.getByRole('radio', { name: '10 minutes' }))
  await press('Close in 10 minutes')
  expect(socket.take('set_timer').data).toMatchObject({ seconds: 600 })
})

describe('a ballot', () => {
  test('is reviewed, cast, and shown', async () => {
    const socket = await show()
    await tap('Ramen')
    await tap('Dosa')
    await press('Review ballot')
    const dialog = within(screen.getByRole('dialog', { name: 'Your ballot' }))
    expect(dialog.getAllByRole('listitem').map(item => item.textContent)).toEqual(['1Ramen', '2Dosa'])
    await press('Submit ballot')
    await serverDoes(() => {
      expect(socket.answer('submit_rankings', { ok: true, version: 2 })).toMatchObject({
        rankings: ['r', 'd'],
      })
    })
    await serverDoes(() =>
      socket.receive('me', { ...bob, voted: true, ballot: ['r', 'd'], receipt: 'RECEIPT' }),
    )
    expect(screen.getByRole('heading', { name: 'Your ballot is in' })).toBeTruthy()
    expect(screen.getByText('RECEIPT')).toBeTruthy()
    expect(draftOf('K7M4QX')).toBeNull()
  })

  test('that is in comes with what the draws are bound to', async () => {
    await show({ seedCommitment: 'c0ffee' }, { ...bob, voted: true, ballot: ['r'], receipt: 'RECEIPT' })
    await userEvent.click(screen.getByText('How draws are made'))
    expect(await screen.findByText('c0ffee')).toBeTruthy()
  })

  test('that is refused stays to be corrected, with the reason', async () => {
    const socket = await show()
    await tap('Ramen')
    await press('Review ballot')
    await press('Submit ballot')
    await serverDoes(() => {
      socket.answer('submit_rankings', {
        ok: false,
        error: { code: 'wrong_phase', reason: 'voting_ended', message: 'Voting has ended.' },
      })
    })
    expect(screen.getByText('Voting had closed before your ballot arrived. It is not counted.')).toBeTruthy()
    await press('Keep editing')
    expect(ballot()).toEqual(['Ramen'])
  })

  test('that is answered after the close is told of on the result’s page', async () => {
    const socket = await show()
    await tap('Ramen')
    await press('Review ballot')
    await press('Submit ballot')
    await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'closed' } }))
    expect(
      screen.getByText('Whether your ballot arrived before the close is not confirmed yet.'),
    ).toBeTruthy()
    await serverDoes(() => {
      socket.answer('submit_rankings', {
        ok: false,
        error: { code: 'wrong_phase', reason: 'too_late_to_vote', message: 'Too late.' },
      })
    })
    const told = 'Voting had closed before your ballot arrived. It is not counted.'
    expect(screen.getByText(told)).toBeTruthy()
    await press('Dismiss')
    expect(screen.queryByText(told)).toBeNull()
  })

  test('that was never sent is told of after the close', async () => {
    const socket = await show()
    await tap('Ramen')
    await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'closed' } }))
    expect(
      screen.getByText('Voting closed before you submitted your ballot, so it is not counted.'),
    ).toBeTruthy()
    expect(draftOf('K7M4QX')).toEqual(['r']) // the host may open voting again
  })

  test('that was never sent is told of while the room waits for the result', async () => {
    const socket = await show()
    await tap('Ramen')
    const reveal = { step: 0, steps: 3 } as never
    await serverDoes(() =>
      socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'closed', reveal } }),
    )
    expect(
      await screen.findByText('Voting closed before you submitted your ballot, so it is not counted.'),
    ).toBeTruthy()
  })

  test('can be changed, starting from what was cast', async () => {
    const cast: Me = { ...bob, voted: true, ballot: ['r', 'd'] }
    await show({}, cast)
    await press('Change ballot')
    expect(ballot()).toEqual(['Ramen', 'Dosa'])
    await tap('Tacos')
    await press('Keep the old one')
    expect(screen.getByRole('heading', { name: 'Your ballot is in' })).toBeTruthy()
  })

  describe('that is being changed', () => {
    const cast: Me = { ...bob, voted: true, ballot: ['r'] }
    const reload = async (me: Me = cast) => {
      cleanup()
      return show({}, me)
    }
    const editor = () => screen.queryByRole('region', { name: 'Your ballot' })

    test.each<[string, () => Promise<void>, string[]]>([
      ['one more', () => tap('Tacos'), ['Ramen', 'Tacos']],
      ['one less', () => press('Take Ramen off the ballot'), []],
    ])('goes on after a reload: %s', async (_, change, left) => {
      await show({}, cast)
      await press('Change ballot')
      await change()
      await reload()
      expect(ballot()).toEqual(left)
      await press('Keep the old one')
      await reload()
      expect(editor()).toBeNull()
    })

    test('but for nothing, is not', async () => {
      await show({}, cast)
      await press('Change ballot')
      await tap('Tacos')
      await press('Undo')
      await reload()
      expect(editor()).toBeNull()
    })

    test('is done once the server has it as it was sent before the reload', async () => {
      await show({}, cast)
      await press('Change ballot')
      await tap('Tacos')
      const socket = await reload()
      expect(editor()).toBeTruthy()
      await serverDoes(() => socket.receive('me', { ...cast, ballot: ['r', 't'] }))
      expect(editor()).toBeNull()
    })

    test.each<[string, () => Promise<void>, string | undefined]>([
      ['was changed', () => tap('Tacos'), 'Your earlier ballot counts. The change to it was not submitted.'],
      ['was not', async () => {}, undefined],
    ])('and %s when voting closes', async (_, change, words) => {
      const socket = await show({}, cast)
      await press('Change ballot')
      await change()
      await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'closed' } }))
      expect(screen.queryByText(/Your earlier ballot counts/)?.textContent).toBe(words)
    })
  })

  test('is final where the poll says so', async () => {
    await show({ settings: { changeableVote: false } }, { ...bob, voted: true, ballot: ['r'] })
    expect(screen.queryByRole('button', { name: 'Change ballot' })).toBeNull()
  })
})

describe('places that are shared', () => {
  const bar = () => document.getElementById('progress')?.textContent?.trim()
  const plates = () =>
    within(screen.getByRole('region', { name: 'Your ballot' }))
      .queryAllByRole('listitem')
      .map(row => `${row.querySelector('span')?.textContent} ${row.querySelector('bdi')?.textContent}`)
  const tie = (name: string) => press(`${name}: same place as the one above`)
  const rankTied = async (votesPerVoter: number, names: string[], tied: string[]) => {
    await show({ settings: { votesPerVoter, equalRanks: true } })
    for (const name of names) {
      await tap(name)
      if (tied.includes(name)) await tie(name)
    }
  }

  test.each<[number, string[], string[], string, string]>([
    [2, ['Ramen', 'Tacos', 'Dosa'], ['Tacos'], '2 of 2 ranked', 'Dosa, place 2'],
    [3, ['Ramen', 'Tacos', 'Dosa'], ['Tacos'], '2 of 3 ranked', 'Dosa, place 2'],
    [4, ['Ramen', 'Tacos', 'Dosa', 'بيتزا'], ['Tacos', 'Dosa'], '2 of 4 ranked', 'بيتزا, place 2'],
    [4, ['Ramen', 'Tacos', 'Dosa'], [], '3 of 4 ranked', 'Dosa, place 3'],
  ])('of %d, with %j and equal %j, are counted as places', async (votes, names, tied, counted, said) => {
    await rankTied(votes, names, tied)
    expect(bar()).toContain(counted)
    expect(screen.getByText(said.replace(/^[^,]+/, name => `\u2068${name}\u2069`))).toBeTruthy()
    expect(plates().at(-1)).toBe(`${said.at(-1)} ${names.at(-1)}`)
  })

  test.each<[string, string, string]>([
    ['Ramen', '{ArrowDown}{ArrowDown}', '3 Ramen'],
    ['Ramen', '{ArrowDown}', '2 Ramen'],
    ['Dosa', '{ArrowUp}', '1 Dosa'],
    ['Dosa', '{ArrowUp}{ArrowUp}', '1 Dosa'],
  ])('are said as they are shown, when %s is moved by %s', async (name, keys, plate) => {
    await rankTied(4, ['Ramen', 'Tacos', 'Dosa'], name === 'Ramen' ? [] : ['Tacos'])
    screen.getByRole('button', { name: `Drag ${name}` }).focus()
    await userEvent.keyboard(` ${keys}`)
    const place = plate[0]
    expect(screen.getByText(`Holding ${name} over place ${place}.`)).toBeTruthy()
    await userEvent.keyboard('{Enter}')
    expect(screen.getByText(`${name} is at place ${place}.`)).toBeTruthy()
    expect(plates()).toContain(plate)
  })

  test('are said in the digits of the language', async () => {
    await rankTied(4, ['Ramen', 'Tacos', 'Dosa'], [])
    await act(async () => i18n.loadAndActivate({ locale: 'ar-EG', messages: {} }))
    screen.getByRole('button', { name: 'Drag Dosa' }).focus()
    await userEvent.keyboard(' {ArrowUp}{Enter}')
    expect(screen.getByText('Dosa is at place ٢.')).toBeTruthy()
    await act(async () => i18n.loadAndActivate({ locale: 'en', messages: {} }))
  })

  test('are as many as there are options, also where the rules say so', async () => {
    await show({ settings: { votesPerVoter: 20 } })
    expect(screen.getByText(/rank up to 4$/)).toBeTruthy()
    expect(bar()).toContain('0 of 4 ranked')
  })
})

describe('the turnout', () => {
  test('is shown to all, and closed by the admin after a question', async () => {
    const socket = await show({ ballotCount: 1 }, ada)
    expect(screen.getByText('1 of 2')).toBeTruthy()
    await press('Close voting')
    await press('Close and count')
    await serverDoes(() => {
      socket.answer('close_poll', { ok: true, version: 2 })
    })
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  test('is hidden where the poll says so', async () => {
    const { ballotCount: _, ...poll } = voting({ settings: { showTurnout: false } })
    await renderPoll(poll, bob)
    expect(screen.queryByRole('region', { name: 'Turnout' })).toBeNull()
  })
})
