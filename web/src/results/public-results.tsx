import { useEffect, useState } from 'react'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { getExport, RequestError } from '../session/api'
import { Page, useTitle, Waiting } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { type Outcome, outcomeOfExport } from './outcome'
import { ResultsView } from './results-view'

/** The result of a closed poll, for anybody who has its code. */
export function PublicResults({ pollID }: { pollID: string }) {
  const [outcome, setOutcome] = useState<Outcome>()
  const [problem, setProblem] = useState<readonly string[]>([])
  useTitle(outcome ? `Result: ${outcome.settings.topic}` : '')
  useEffect(() => {
    const stop = new AbortController()
    getExport(pollID, stop.signal)
      .then(file => setOutcome(outcomeOfExport(file)))
      .catch(error => {
        if (error instanceof RequestError && !stop.signal.aborted) setProblem(error.messages)
      })
    return () => stop.abort()
  }, [pollID])
  if (!outcome) {
    return (
      <Page>
        {problem.length > 0 ? <ProblemNote messages={problem} /> : <Waiting label="Fetching the result" />}
      </Page>
    )
  }
  return (
    <PollFrame pollID={pollID}>
      <PollHeader poll={{ phase: 'closed', settings: outcome.settings }} />
      <ResultsView outcome={outcome} />
    </PollFrame>
  )
}
