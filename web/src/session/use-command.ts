import { useEffect, useRef, useState } from 'react'
import type { Answer } from '../contract.gen'
import { refusalOf, report } from './answers'
import type { CommandName, Payload } from './command'
import { send } from './connection'

/** A command on its way: whether it is under way, and why the last one was refused. */
export function useCommand() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string[]>([])
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  /** Tells how a command ended: here, or elsewhere if this part of the page is gone by then. */
  const tell = async (event: CommandName, payload: object, answer: Answer) => {
    const refusal = answer.error && (await refusalOf(event, { ...payload }, answer.error))
    if (!here.current) void report(event, { ...payload }, answer)
    else if (refusal) setProblem([refusal])
  }
  const run = async <E extends CommandName>(event: E, payload: Payload<E>): Promise<Answer> => {
    setBusy(true)
    setProblem([])
    const answer = await send(event, payload)
    if (here.current) setBusy(false)
    void tell(event, payload, answer)
    return answer
  }
  return { busy, problem, run, clear: () => setProblem([]) }
}
