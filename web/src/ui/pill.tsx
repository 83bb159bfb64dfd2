import type { ReactNode } from 'react'

/** A word about what is under way, over the page. */
export function Pill({ children, className = '' }: { children: ReactNode; className?: string }) {
  return (
    <p
      className={`flex items-center gap-2.5 rounded-3xl bg-ink px-4 py-2.5 text-sm font-semibold text-paper shadow-lift print:hidden ${className}`}
    >
      <span className="pulse size-2.5 shrink-0 rounded-full bg-brass-fill" aria-hidden="true" />
      <span>{children}</span>
    </p>
  )
}
