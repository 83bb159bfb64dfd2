import { type ReactNode, Suspense, useState } from 'react'
import { Card, Waiting } from '../ui/page'

/** A part of the page that is loaded when somebody opens it: most people read who won, and no more. */
export function OnDemand({ title, children }: { title: string; children: ReactNode }) {
  const [opened, setOpened] = useState(false)
  return (
    <Card className="print:hidden">
      <details onToggle={({ currentTarget }) => setOpened(opened || currentTarget.open)}>
        <summary className="flex min-h-11 items-center text-xl font-bold">{title}</summary>
        <div className="mt-2">{opened && <Suspense fallback={<Waiting />}>{children}</Suspense>}</div>
      </details>
    </Card>
  )
}
