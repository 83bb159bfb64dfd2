import { useEffect, useRef, useState } from 'react'
import type { Answer } from '../contract.gen'
import { refusalOf, report } from './answers'
import type { AnswerTo, CommandName, Payload } from './command'
import { send } from './connection'
import { notify } from './notices'
import { beside, fieldOf, type Why } from './refusal'

/** A command on its way: whether it is under way, and why the last one was refused, also as bare sentences. */
export function useCommand() {
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<readonly Why[]>([])
  const here = useRef(true)
  const unread = useRef<string>(undefined) // what the page itself may be about to turn over
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
      if (unread.current) notify('bad', unread.current)
      unread.current = undefined
    }
  }, [])
  /** Tells how a command ended: here, or where it is read if this part of the page goes. */
  const tell = async (event: CommandName, payload: object, answer: Answer) => {
    const { error } = answer
    const refusal = error && (await refusalOf(event, { ...payload }, error))
    if (!here.current || error?.code === 'ended') return void report(event, { ...payload }, answer)
    if (!refusal) return
    setWhy([{ message: refusal, field: fieldOf(error) }])
    if (error.code === 'wrong_phase') unread.current = refusal
  }
  const clear = () => {
    setWhy([])
    unread.current = undefined
  }
  const run = async <E extends CommandName>(event: E, payload: Payload<E>): Promise<AnswerTo<E>> => {
    setBusy(true)
    clear()
    const answer = await send(event, payload)
    if (here.current) setBusy(false)
    void tell(event, payload, answer)
    return answer
  }
  return { busy, why, problem: beside(why), run, clear }
}
