import { useState } from 'react'
import { useSnapshot } from 'valtio'
import type { Answer } from '../contract.gen'
import { store } from './store'

interface Asked<T> {
  value: T
  /** The first version of the poll that has it so, once that is known. */
  since?: number | undefined
}

/** A setting that the server keeps: it is shown as it was asked for until the poll has it so, or it is refused. */
export function useAsked<T>(kept: T) {
  const { version } = useSnapshot(store)
  const [asked, setAsked] = useState<Asked<T>>()
  /** Shows a value while a command that asks for it is under way. */
  const ask = async (value: T, command: Promise<Answer>) => {
    const mine: Asked<T> = { value }
    setAsked(mine)
    const { ok, version: since } = await command
    setAsked(latest => (latest !== mine ? latest : ok ? { value, since } : undefined))
  }
  const open = asked && (asked.since === undefined || asked.since > version)
  return { shown: open ? asked.value : kept, ask }
}
