import { act, cleanup, screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Me, PollDocument } from '../contract.gen'
import CreatePage from '../create/create-page'
import { keepDraft } from '../session/memory'
import { lostFocus } from '../ui/kept-focus'
import { sockets } from './fake-socket'
import { render, renderPoll, serverDoes } from './render'
import { ada, bob, samplePoll } from './samples'

/** A poll with something to do in every corner of its page. */
const full: Partial<PollDocument> = {
  waitingCount: 2,
  waitingNominations: 1,
  extendableUntil: '2130-01-03T12:00:00Z',
}
const waiting = [{ id: 'w', userID: 'bob', text: 'Soup' }]
const inPoll = (changes: Partial<PollDocument>, me: Me) => () => renderPoll(samplePoll(changes), me)

const pages: Record<string, () => Promise<unknown>> = {
  'the lobby, for the host': inPoll(full, { ...ada, waiting }),
  'the ballot': () => {
    keepDraft('K7M4QX', ['r', 't', 'd'])
    return renderPoll(samplePoll({ phase: 'voting', settings: { equalRanks: true } }), bob)
  },
  'a ballot that is in': inPoll({ phase: 'voting' }, { ...bob, voted: true, ballot: ['r'] }),
  'the form for a poll': async () => void render(<CreatePage />),
}

/** What can be pressed, and may go by that. */
const controls = () =>
  [...document.querySelectorAll<HTMLElement>('button, summary')].map(control => ({
    control,
    name: control.getAttribute('aria-label') || control.textContent,
  }))

beforeEach(() => {
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: async () => {} } })
})

test.each(Object.entries(pages))(
  'on %s nothing that is pressed loses the focus',
  async (_, show) => {
    await show()
    const names = controls().map(({ name }) => name)
    expect(names.length).toBeGreaterThan(3)
    for (const [i, name] of names.entries()) {
      // What is pressed may make another page of it.
      if (controls().some((control, j) => control.name !== names[j])) {
        cleanup()
        sockets.length = 0
        localStorage.clear()
        await show()
      }
      const { control } = controls()[i] ?? {}
      if (!control) throw new Error(`${name} is not there again`)
      control.focus()
      await act(async () => control.click())
      await serverDoes(() => {
        for (const { answer } of sockets[0]?.sent.splice(0) ?? []) answer({ ok: true, version: 2 })
      })
      expect(lostFocus(), `after ${name} the focus is nowhere`).toBe(false)
      expect(document.activeElement?.matches(':disabled'), `${name} is disabled`).toBe(false)
    }
    expect(screen.queryAllByText(/went wrong/)).toEqual([])
  },
  90_000,
) // every control of a page, each on a page of its own
