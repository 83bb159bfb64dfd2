import { screen, waitFor } from '@testing-library/react'
import { Suspense } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { takeSeat } from '../session/memory'
import { lastSocket } from '../testing/fake-socket'
import { render, serverDoes } from '../testing/render'
import { bob, samplePoll } from '../testing/samples'
import { PollPage } from './poll-page'

const reveal = { step: 0, steps: 2, playing: false, speed: 1, revealed: false }

test('the page of a phase stays until the next one is there', async () => {
  takeSeat('K7M4QX', { token: 'secret', topic: 'Lunch' })
  const { container } = render(
    <Suspense fallback="A whole page of waiting">
      <PollPage pollID="K7M4QX" />
    </Suspense>,
  )
  await screen.findByText(/Taking your seat/)
  const seen: string[] = []
  const observer = new MutationObserver(() => seen.push(container.innerHTML))
  observer.observe(container, { subtree: true, childList: true, characterData: true })
  onTestFinished(() => observer.disconnect())
  const socket = await waitFor(lastSocket) // which comes a moment after the sentence
  await serverDoes(() => {
    socket.open()
    socket.receive('poll_state', { version: 1, poll: samplePoll({ phase: 'voting' }) })
    socket.receive('me', bob)
  })
  await serverDoes(() => socket.receive('poll_patch', { from: 1, to: 2, patch: { phase: 'closed', reveal } }))
  await screen.findByText('Voting has closed')
  expect(seen.filter(page => page.includes('A whole page of waiting'))).toEqual([])
})
