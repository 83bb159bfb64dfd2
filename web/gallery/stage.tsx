// What states are made of: a poll to be in, and hands that press buttons.
import { type ReactNode, useEffect } from 'react'
import type { Me, PollDocument } from '../src/contract.gen'
import { enterPoll } from '../src/session/connection'
import { store } from '../src/session/store'
import { Boundary } from '../src/ui/boundary'
import type { Script } from './scripts'

/** Sets the stage for a component, and returns it. */
export type State = (script: Script) => ReactNode

export const id = 'K7M4QX'

let leave = () => {}

/** Leaves the poll of the state before. */
export const leavePoll = () => leave()

/** Within a poll, as a person. */
export function within(poll: PollDocument, person: Me, page: ReactNode) {
  leave = enterPoll(poll.id, 'token')
  Object.assign(store, { connection: 'online', poll, me: person, version: 1 })
  return page
}

/** What it shows has come to its end with an error. */
export function Broken({ error }: { error: Error }) {
  return (
    <Boundary>
      <Throws error={error} />
    </Boundary>
  )
}

function Throws({ error }: { error: Error }): ReactNode {
  throw error
}

/**
 * A page on which somebody has pressed what has these names, one after the other. They may come later than the
 * page: until the last one is pressed, the document says so.
 */
export function Pressed({ names, children }: { names: string[]; children: ReactNode }) {
  useEffect(() => {
    const left = [...names]
    const root = document.documentElement
    const press = () => {
      const control = [...document.querySelectorAll<HTMLElement>('button, input')].find(
        control => (control.ariaLabel ?? control.textContent) === left[0] && control.checkVisibility(),
      )
      if (control) {
        left.shift()
        control.click()
      }
      if (left.length === 0) done()
    }
    const done = () => {
      later.disconnect()
      delete root.dataset.pressing
    }
    const later = new MutationObserver(press)
    root.dataset.pressing = names.join(', ')
    later.observe(document.body, { childList: true, subtree: true, attributes: true })
    press()
    return done
  }, [names])
  return children
}
