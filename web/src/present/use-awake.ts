import { useEffect } from 'react'

/** Keeps the screen from going to sleep, where the browser lets a page ask for it. */
export function useAwake() {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    let over = false
    // A lock ends when the page is hidden, so each return asks again.
    const ask = async () => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
      try {
        lock = await navigator.wakeLock.request('screen')
        if (over) void lock.release()
      } catch {
        // Low on battery: the screen may sleep.
      }
    }
    void ask()
    document.addEventListener('visibilitychange', ask)
    return () => {
      over = true
      document.removeEventListener('visibilitychange', ask)
      void lock?.release()
    }
  }, [])
}
