import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { act, render as renderBare } from '@testing-library/react'
import type { ReactNode } from 'react'
import type { Me, PollDocument } from '../contract.gen'
import { withHost } from '../i18n/parts'
import { loadResults } from '../poll/inside'
import { loadInside } from '../poll/load-inside'
import { PollPage } from '../poll/poll-page'
import { takeSeat } from '../session/memory'
import { Announcer } from '../ui/announcer'
import { type FakeSocket, lastSocket } from './fake-socket'
import { bob, samplePoll } from './samples'

// What hosts need is there when they do: tests have no patience for what comes in pieces.
const host = import.meta.glob(['../host/*.tsx', '!../host/*.test.tsx'])

/** Shows something in English. */
export const render = (content: ReactNode) =>
  renderBare(content, { wrapper: ({ children }) => <I18nProvider i18n={i18n}>{children}</I18nProvider> })

/** Shows the page of a poll to somebody who has a seat in it, at version 1. */
export async function renderPoll(poll: PollDocument = samplePoll(), me: Me = bob): Promise<FakeSocket> {
  takeSeat(poll.id, { token: 'secret', topic: poll.settings.topic })
  await Promise.all([loadInside(), loadResults(), ...Object.values(host).map(load => withHost(load)())])
  await act(async () => {
    render(
      <>
        <PollPage pollID={poll.id} />
        <Announcer />
      </>,
    )
  })
  const socket = lastSocket()
  await act(async () => {
    socket.open()
    socket.receive('poll_state', { version: 1, poll })
    socket.receive('me', me)
  })
  return socket
}

/** Lets the page see what the server does. */
export const serverDoes = (action: () => void) => act(async () => action())
