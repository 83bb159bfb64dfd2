import type { ReactNode } from 'react'

/** What to do next, at hand at the bottom of the window: how things stand, and the buttons. */
export function ActionBar({
  status,
  above,
  children,
}: {
  status: ReactNode
  /** A line of its own. */
  above?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className="sticky bottom-0 z-30 -mx-4 mt-8 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line bg-paper px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:bottom-4 sm:mx-0 sm:rounded-2xl sm:border sm:bg-card sm:px-5 sm:shadow-lift print:hidden">
      {above}
      <div className="min-w-0 flex-1 basis-24 text-sm text-muted">{status}</div>
      {children && <div className="flex max-w-full grow flex-wrap justify-end gap-2">{children}</div>}
    </div>
  )
}
