import { useEffect, useState } from 'react'
import { getResults, RequestError } from '../session/api'
import { type Outcome, outcomeOfResults } from './outcome'

/** The result of a closed poll, as anybody may ask for it who has the code. */
export function usePublicOutcome(pollID: string) {
  const [outcome, setOutcome] = useState<Outcome>()
  const [problem, setProblem] = useState<readonly string[]>([])
  useEffect(() => {
    const stop = new AbortController()
    getResults(pollID, stop.signal)
      .then(whole => setOutcome(outcomeOfResults(whole)))
      .catch(error => {
        if (error instanceof RequestError && !stop.signal.aborted) setProblem(error.messages())
      })
    return () => stop.abort()
  }, [pollID])
  return { outcome, problem }
}
