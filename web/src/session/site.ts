import { useEffect } from 'react'
import { base } from '../base'
import { Cell } from '../ui/cell'
import { insist } from '../ui/insist'
import { getSite } from './api'

/** Where others reach the server, without a slash at its end; what is in the address bar until the server says more. */
const reached = new Cell(`${location.origin}${base}`)

let asked = false // once, and again if that failed

function ask() {
  if (asked) return
  asked = true
  insist(getSite).then(
    ({ url }) => reached.set(url.replace(/\/$/, '')),
    () => {
      asked = false
    },
  )
}

/** The address for links and QR codes. */
export function useSite(): string {
  useEffect(ask, [])
  return reached.use()
}

/** Whether an address leads nowhere but to the device on which it is opened. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return /^(localhost|.*\.localhost|\[::1\]|127\.[\d.]+)$/.test(hostname)
}
