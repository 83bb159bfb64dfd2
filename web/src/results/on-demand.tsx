import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { Card, Waiting } from '../ui/page'

const quiet = 1_500 // milliseconds after the result, when what matters more has been loaded

/** A part of the page that is loaded when somebody opens it: most people read who won, and no more. */
export function OnDemand({
  title,
  prints = false,
  children,
}: {
  title: string
  /** It is on paper though nobody has opened it. */
  prints?: boolean
  children: ReactNode | ((opened: boolean) => ReactNode)
}) {
  const [opened, setOpened] = useState(false)
  const [wanted, setWanted] = useState(false)
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (!prints) return
    // A print does not wait for what must be loaded first.
    const timer = setTimeout(() => setWanted(true), quiet)
    const stop = openForPrint(() => details.current)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [prints])
  const open = () => {
    setOpened(true)
    setWanted(true)
  }
  return (
    <Card className={prints ? '' : 'print:hidden'}>
      <details ref={details} onToggle={({ currentTarget }) => currentTarget.open && open()}>
        <summary className="flex min-h-11 items-center text-xl font-bold">{title}</summary>
        <div className="mt-2">
          {wanted && (
            <Suspense fallback={<Waiting className="min-h-48" />}>
              {typeof children === 'function' ? children(opened) : children}
            </Suspense>
          )}
        </div>
      </details>
    </Card>
  )
}

/** Opens what is folded while the page is printed. */
function openForPrint(find: () => HTMLDetailsElement | null): () => void {
  let folded: HTMLDetailsElement | null = null
  const before = () => {
    const details = find()
    if (!details || details.open) return
    folded = details
    details.open = true
  }
  const after = () => {
    if (folded) folded.open = false
    folded = null
  }
  window.addEventListener('beforeprint', before)
  window.addEventListener('afterprint', after)
  return () => {
    window.removeEventListener('beforeprint', before)
    window.removeEventListener('afterprint', after)
  }
}
