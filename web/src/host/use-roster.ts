import { useEffect, useRef, useState } from 'react'
import type { RosterEntry } from '../contract.gen'
import { getRoster } from '../session/connection'
import { store } from '../session/store'

const pageSize = 200
const typingPause = 250 // between the last letter of a search and its question

/**
 * The people who were asked for, page by page, as far as somebody has scrolled. Nothing
 * moves unasked: under a finger, that removes the wrong person.
 */
export function useRoster(sought: string) {
  const [people, setPeople] = useState<RosterEntry[]>([])
  const [total, setTotal] = useState(0)
  const [next, setNext] = useState<string>()
  const [seen, setSeen] = useState(0) // how many were in the poll when the list was as it is
  const [problem, setProblem] = useState<readonly string[]>([])
  const turn = useRef(0) // answers to earlier questions are not wanted any more
  const loading = useRef(false)

  const load = async (after?: string) => {
    if (after && loading.current) return
    loading.current = true
    const mine = after ? turn.current : ++turn.current
    const matching = sought.trim()
    const roster = await getRoster({
      limit: pageSize,
      ...(after && { after }),
      ...(matching && { matching }),
    })
    if (mine !== turn.current) return
    loading.current = false
    setProblem(roster.error ? [roster.error.message] : [])
    if (!roster.ok) return
    const page = roster.participants ?? []
    setPeople(people => (after ? [...people, ...page] : page))
    setTotal(roster.total ?? 0)
    setNext(roster.next)
    setSeen(store.poll?.participantCount ?? 0)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it opens, and when something else is sought
  useEffect(() => {
    const timer = setTimeout(() => void load(), sought ? typingPause : 0)
    return () => clearTimeout(timer)
  }, [sought])

  const change = (id: string, by: Partial<RosterEntry>) =>
    setPeople(people => people.map(person => (person.id === id ? { ...person, ...by } : person)))
  const forget = (id: string) => {
    setPeople(people => people.filter(person => person.id !== id))
    setTotal(total => total - 1)
    setSeen(seen => seen - 1)
  }
  return { people, total, next, seen, problem, load, change, forget }
}
