import { t } from '@lingui/core/macro'
import { type ReactNode, useEffect, useId } from 'react'
import { Link } from 'wouter'
import { base } from '../base'
import { LanguageChoice } from '../i18n/language-choice'
import { Hemicycle } from './hemicycle'
import { Notices } from './notices'
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
        className="sr-only rounded-xl bg-card px-4 py-3 font-semibold shadow-lift focus:not-sr-only focus:absolute focus:top-2 focus:start-2 focus:z-50"
      >
        {t`Skip to content`}
      </a>
      <header
        className={`mx-auto flex min-h-16 ${width} flex-wrap items-center justify-between gap-x-4 px-4 py-2 sm:px-6`}
      >
        <Link
          href="/"
          className="-mx-2 flex min-h-11 items-center gap-2.5 rounded-xl px-2 text-ink no-underline"
          translate="no"
        >
          <Hemicycle seats={9} taken={9} className="w-10" />
          <span className="text-xl font-bold tracking-tight">Caucus</span>
        </Link>
        {aside}
      </header>
      <Notices />
      <main id="main" className={`mx-auto ${width} px-4 pt-2 pb-10 sm:px-6 sm:pt-6`}>
        {children}
      </main>
      <footer
        className={`mx-auto ${width} flex items-center justify-center gap-2 px-4 pb-8 sm:px-6 print:hidden`}
      >
        <LanguageChoice />
        <a
          href={`${base}/docs`}
          translate="no"
          className="flex min-h-11 items-center rounded-xl px-3 text-sm text-muted no-underline hover:bg-sunk hover:text-ink"
        >
          API
        </a>
      </footer>
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
  takesFocus = false,
  children,
}: {
  title: string
  /** What stands beside the heading. */
  aside?: ReactNode
  className?: string
  /** Its heading takes the focus when it appears in place of what had it. */
  takesFocus?: boolean
  children: ReactNode
}) {
  const id = useId()
  useEffect(() => {
    if (takesFocus && lostFocus()) document.getElementById(id)?.focus({ preventScroll: true })
  }, [takesFocus, id])
  return (
    <section aria-labelledby={id} className={`min-w-0 ${className}`}>
      <Card>
        <header className="mb-3 flex min-h-11 flex-wrap items-center justify-between gap-3">
          <h2 id={id} tabIndex={takesFocus ? -1 : undefined} className="text-xl font-bold outline-none">
            {title}
          </h2>
          {aside}
        </header>
        {children}
      </Card>
    </section>
  )
}

/** Whether the focus has lost its place. */
export const lostFocus = () => document.activeElement === null || document.activeElement === document.body

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
