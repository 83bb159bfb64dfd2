import { useEffect, useState } from 'react'
import { serverNow } from '../session/clock'

/**
 * The server's time in milliseconds, every second on the second; the device's own may be wrong. It is read whenever
 * something is rendered: a timer that begins between two seconds would otherwise begin with one too many.
 */
export function useNow(): number {
  const [, setNow] = useState(serverNow)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      setNow(serverNow())
      timer = setTimeout(tick, 1_000 - (serverNow() % 1_000) + 5)
    }
    tick()
    return () => clearTimeout(timer)
  }, [])
  return serverNow()
}
