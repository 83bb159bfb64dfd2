import { useEffect, useState } from 'react'
import { lateAfter } from '../session/overdue'

/** Whether something has been so for long enough to be worth a word. */
export function useLate(so: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!so) return
    const timer = setTimeout(setLate, lateAfter, true)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [so])
  return so && late
}
