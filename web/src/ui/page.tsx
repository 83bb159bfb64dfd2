import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { type ReactNode, useEffect, useId } from 'react'
import { Link } from 'wouter'
import { Hemicycle } from './hemicycle'
import { number } from './words'

/** The frame of every page: who we are, and one main. */
export function Page({
  children,
  aside,
  wide = false,
}: {
  children: ReactNode
  aside?: ReactNode
  wide?: boolean
}) {
  const width = wide ? 'max-w-6xl' : 'max-w-xl'
  return (
    <>
      <a
        href={`${location.pathname}${location.search}#main`}
        className="sr-only rounded-xl bg-card px-4 py-3 font-semibold shadow-lift focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
      >
        <Trans>Skip to content</Trans>
      </a>
      <header className={`mx-auto flex h-16 ${width} items-center justify-between gap-4 px-4 sm:px-6`}>
        <Link
          href="/"
          className="-mx-2 flex min-h-11 items-center gap-2.5 rounded-xl px-2 text-ink no-underline"
        >
          <Hemicycle seats={9} taken={9} className="w-10" />
          <span className="text-xl font-bold tracking-tight">
            <Trans>Caucus</Trans>
          </span>
        </Link>
        {aside}
      </header>
      <main id="main" className={`mx-auto ${width} px-4 pt-2 pb-16 sm:px-6 sm:pt-6`}>
        {children}
      </main>
    </>
  )
}

/** What is on a page until there is something. */
export function Waiting({ label = t`Loading` }: { label?: string }) {
  return (
    <div role="status" className="grid min-h-96 place-content-center justify-items-center gap-4 text-muted">
      <Hemicycle seats={14} taken={9} className="pulse w-28" />
      <p className="late">{label}…</p>
    </div>
  )
}

/** A surface for one matter. */
export function Card({ children, className = '' }: { children: ReactNode; className?: string }) {
  return (
    <div className={`rounded-3xl border border-line bg-card p-5 shadow-card sm:p-6 ${className}`}>
      {children}
    </div>
  )
}

/** A part of a page with its heading, on a card of its own. */
export function Section({
  title,
  aside,
  className = '',
  children,
}: {
  title: string
  /** What stands beside the heading. */
  aside?: ReactNode
  className?: string
  children: ReactNode
}) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={`min-w-0 ${className}`}>
      <Card>
        <header className="mb-3 flex min-h-11 items-center justify-between gap-3">
          <h2 id={id} className="text-xl font-bold">
            {title}
          </h2>
          {aside}
        </header>
        {children}
      </Card>
    </section>
  )
}

/** Names the page in the browser's list of tabs. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Caucus` : 'Caucus'
  }, [title])
}

/** How many there are, beside a heading. */
export function Tally({ n }: { n: number }) {
  return <span className="font-semibold text-muted tabular-nums">{number(n)}</span>
}
