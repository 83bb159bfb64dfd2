import { readFileSync } from 'node:fs'
import { fireEvent, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { type ReactNode, Suspense } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { PollResults } from '../contract.gen'
import DeviceDialog from '../device/device-dialog'
import { Newcomers } from '../host/newcomers'
import { Roster } from '../host/roster'
import { Invitation } from '../poll/invitation'
import Pictures from '../results/asked/pictures'
import EmbedPage from '../results/embed-page'
import OtherMethods from '../results/more/other-methods'
import { outcomeOfResults } from '../results/outcome'
import PublicResults from '../results/public-results'
import { lastSocket } from '../testing/fake-socket'
import { render, renderPoll, serverDoes } from '../testing/render'
import { ada, hostsOnly, samplePoll } from '../testing/samples'

const whole: PollResults = JSON.parse(readFileSync('gallery/elections/runoff.json', 'utf8')).whole
const summary = {
  id: whole.id,
  topic: whole.topic,
  phase: 'voting',
  participantCount: 2,
  nominationCount: 4,
  expiresAt: whole.expiresAt,
}

let fails = true
beforeEach(() => {
  fails = true
  vi.stubGlobal('fetch', async (path: string) => {
    if (path === '/site') return new Response('{"url": "https://polls.example/"}')
    if (fails) throw new TypeError('no network')
    return new Response(JSON.stringify(path.endsWith('/results') ? whole : summary))
  })
})

const outcome = outcomeOfResults(whole)
const fetched: Record<string, [page: ReactNode, shown: () => unknown]> = {
  'an invitation': [
    <Invitation key="i" pollID={whole.id} onJoined={() => {}} />,
    () => screen.getByRole('button', { name: 'Join poll' }),
  ],
  'a public result': [
    <PublicResults key="r" pollID={whole.id} />,
    () => screen.getByRole('region', { name: 'Final order' }),
  ],
  'an embedded result': [
    <EmbedPage key="e" pollID={whole.id} />,
    () => screen.getByRole('region', { name: 'Final order' }),
  ],
  'the pictures of a count': [
    <Pictures key="p" outcome={outcome} rounds={[]} />,
    () => screen.getByText(/^How many ballots rank/),
  ],
  'the other methods': [
    <OtherMethods key="o" outcome={outcome} opened />,
    () => expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull(),
  ],
}

test.each(
  Object.entries(fetched).flatMap(([name, [page, shown]]) => [
    { name, page, shown, how: 'when somebody says so', again: tryAgain },
    {
      name,
      page,
      shown,
      how: 'when the network is back',
      again: () => fireEvent(window, new Event('online')),
    },
  ]),
)('$name that did not come is asked for again $how', async ({ page, shown, again }) => {
  render(<Suspense>{page}</Suspense>)
  expect(await screen.findByText(/cannot be reached/)).toBeTruthy()
  fails = false
  await again()
  await waitFor(shown)
  expect(screen.queryByText(/cannot be reached/)).toBeNull()
})

async function tryAgain() {
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
}

test.each([
  ['roster', <Roster key="r" onClose={() => {}} />],
  ['waiting_list', <Newcomers key="n" onClose={() => {}} />],
  ['device_code', <DeviceDialog key="d" onClose={() => {}} />],
] as const)('what %s did not bring is asked for again', async (event, dialog) => {
  await renderPoll(samplePoll(), ada)
  const socket = lastSocket()
  render(dialog)
  await waitFor(() => expect(socket.sent).toHaveLength(1))
  await serverDoes(() => void socket.answer(event, { ok: false, error: hostsOnly }))
  await screen.findByText('Only the hosts of this poll may do that.')
  await tryAgain()
  await serverDoes(() => void socket.answer(event, { ok: true }))
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})
