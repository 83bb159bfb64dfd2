import { useEffect, useState } from 'react'
import { serverNow } from '../session/clock'

/** The server's time in milliseconds, every second on the second; the device's own may be wrong. */
export function useNow(): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      setNow(serverNow())
      timer = setTimeout(tick, 1_000 - (serverNow() % 1_000) + 5)
    }
    tick()
    return () => clearTimeout(timer)
  }, [])
  return now
}
