import { cleanup } from '@testing-library/react'
import { afterEach, vi } from 'vitest'
import { fakeIO, sockets } from './fake-socket'

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
