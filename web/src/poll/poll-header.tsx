import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { lostFocus } from '../ui/kept-focus'

/** The head of a poll's page. When the phase changes under somebody, the focus comes here. */
export function PollHeader({
  phase,
  topic,
  aside,
  children,
}: {
  /** In words. */
  phase: string
  topic: string
  /** What stands beside the phase, no higher than its line. */
  aside?: ReactNode
  children?: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    // Only a focus that has lost its place is moved.
    if (lostFocus()) heading.current?.focus({ preventScroll: true })
    window.scrollTo({ top: 0 })
  }, [])
  return (
    <div className="mb-6 lg:mb-8">
      <div className="mb-1.5 flex items-center justify-between gap-3 text-sm">
        <p className="flex items-center gap-2 font-semibold text-green">
          <span className="size-2 rounded-full bg-current" aria-hidden="true" />
          {phase}
        </p>
        {aside}
      </div>
      <h1
        ref={heading}
        tabIndex={-1}
        className="own-lines text-3xl leading-[1.08] font-extrabold tracking-tight sm:text-4xl lg:text-5xl"
      >
        <bdi>{topic}</bdi>
      </h1>
      {children}
    </div>
  )
}
