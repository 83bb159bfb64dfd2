import type { ReactNode } from 'react'

/** What to do next, at hand at the bottom of the window. */
export function ActionBar({ children }: { children: ReactNode }) {
  return (
    <div className="sticky bottom-0 z-30 -mx-4 mt-8 border-t border-line bg-paper px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:bottom-4 sm:mx-0 sm:rounded-2xl sm:border sm:bg-card sm:px-5 sm:shadow-lift">
      {children}
    </div>
  )
}
