import { i18n } from '@lingui/core'
import { cleanup } from '@testing-library/react'
import { afterEach, vi } from 'vitest'
import { fakeIO, sockets } from './fake-socket'

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

afterEach(() => {
  cleanup()
  sockets.length = 0
  localStorage.clear()
  sessionStorage.clear()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})
