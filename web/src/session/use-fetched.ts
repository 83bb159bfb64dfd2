import { useCallback, useEffect, useLayoutEffect, useState } from 'react'
import { RequestError } from './api'

interface Fetched<T> {
  value?: T | undefined
  /** Why it does not come. */
  problem?: RequestError | undefined
  /** An answer is on its way. */
  busy: boolean
  /** Asks again. */
  again: () => void
}

/**
 * What the server has of a poll, asked for once it is wanted. What the network let down is asked for again when the
 * network is back. The function must be the same each time.
 */
export function useFetched<T>(
  pollID: string,
  ask: (pollID: string, signal: AbortSignal) => Promise<T>,
  wanted = true,
): Fetched<T> {
  const [value, setValue] = useState<T>()
  const [problem, setProblem] = useState<RequestError>()
  const [turn, setTurn] = useState(0)
  const [answered, setAnswered] = useState(-1) // the turn
  const again = useCallback(() => {
    setProblem(undefined)
    setTurn(turn => turn + 1)
  }, [])
  useEffect(() => {
    if (!wanted) return
    const stop = new AbortController()
    const take = async () => {
      try {
        setValue(await ask(pollID, stop.signal))
      } catch (error) {
        if (stop.signal.aborted) return
        if (!(error instanceof RequestError)) throw error
        setProblem(error)
      }
      setAnswered(turn)
    }
    void take()
    return () => stop.abort()
  }, [pollID, ask, wanted, turn])
  const isLost = problem?.status === 0
  useLayoutEffect(() => {
    // from the moment in which it is shown
    if (!isLost) return
    window.addEventListener('online', again)
    return () => window.removeEventListener('online', again)
  }, [isLost, again])
  return { value, problem, busy: wanted && answered !== turn, again }
}
