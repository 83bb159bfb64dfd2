import { getResults } from '../../session/api'
import { useFetched } from '../../session/use-fetched'

/** All of a result, which is asked for once it is wanted; or why it cannot be had. */
export function useWhole(pollID: string, wanted = true) {
  const { value, problem, again } = useFetched(pollID, getResults, wanted)
  return { whole: value?.results, problem: problem?.messages() ?? [], again }
}
