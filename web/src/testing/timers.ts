import { vi } from 'vitest'

/**
 * Keeps the timeouts that are set from now on. What it returns ends those that still wait, so that nothing is asked for
 * again before the server of another test. Intervals end with what is shown; one of them draws jsdom's frames.
 */
export function keepTimers() {
  const { setTimeout } = globalThis
  const waiting: ReturnType<typeof setTimeout>[] = []
  globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args)
    waiting.push(timer)
    return timer
  }) as typeof setTimeout
  return async () => {
    vi.useRealTimers()
    await new Promise(resolve => setTimeout(resolve)) // what has been answered comes to its next pause
    globalThis.setTimeout = setTimeout
    for (const timer of waiting) clearTimeout(timer)
  }
}
