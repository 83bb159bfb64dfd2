import { i18n } from '@lingui/core'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'
import { notices } from '../session/notices'
import { keepFocus } from '../ui/kept-focus'
import { fakeIO, sockets } from './fake-socket'
import { keepTimers } from './timers'

i18n.loadAndActivate({ locale: 'en', messages: {} }) // the program's own sentences are English

vi.mock('socket.io-client', () => ({ io: fakeIO }))

// What jsdom lacks.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true
}
HTMLDialogElement.prototype.close = function () {
  this.open = false
}
window.scrollTo = () => {}

configure({
  getElementError: message => new Error(message ?? ''), // the page itself is thousands of lines
  asyncUtilTimeout: 15_000, // patience for slow machines: what is waited for mostly comes at once
})

let leaveFocus = () => {}
let endTimers = async () => {}
beforeEach(() => {
  leaveFocus = keepFocus(document.body)
  endTimers = keepTimers()
})

afterEach(async () => {
  cleanup()
  await endTimers()
  leaveFocus()
  sockets.length = 0
  notices.set([])
  localStorage.clear()
  sessionStorage.clear()
  history.replaceState(null, '', '/')
  document.title = ''
  for (const { name } of [...document.documentElement.attributes])
    document.documentElement.removeAttribute(name)
  document.body.replaceChildren()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})
