import { useState } from 'react'
import type { Answer } from '../contract.gen'

/** What went wrong, as sentences; heard when it appears. */
export function ProblemNote({
  messages,
  className = '',
}: {
  messages: readonly string[]
  className?: string
}) {
  return (
    <div role="alert">
      {messages.length > 0 && (
        <div className={`appear rounded-xl bg-red-soft px-3.5 py-2.5 text-red ${className}`}>
          {messages.map(message => (
            <p key={message}>{message}</p>
          ))}
        </div>
      )}
    </div>
  )
}

/** A command on its way: whether it is under way, and why the last one was refused. */
export function useCommand() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string[]>([])
  const run = async (command: () => Promise<Answer>): Promise<Answer> => {
    setBusy(true)
    setProblem([])
    const answer = await command()
    setBusy(false)
    if (answer.error) setProblem([answer.error.message])
    return answer
  }
  return { busy, problem, run, clear: () => setProblem([]) }
}
