import { useMemo } from 'react'
import { getResults } from '../session/api'
import { useFetched } from '../session/use-fetched'
import { outcomeOfResults } from './outcome'

/** The result of a closed poll, as anybody may ask for it who has the code. */
export function usePublicOutcome(pollID: string) {
  const { value, problem, again } = useFetched(pollID, getResults)
  const outcome = useMemo(() => value && outcomeOfResults(value), [value])
  return { outcome, problem, again }
}
