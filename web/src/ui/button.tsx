import type { ButtonHTMLAttributes, MouseEvent } from 'react'

const looks = {
  primary: 'bg-green text-on-green hover:bg-green-strong shadow-card',
  plain: 'border border-edge bg-card text-ink hover:bg-sunk',
  quiet: 'text-green hover:bg-green-soft',
  danger: 'text-red hover:bg-red-soft',
  alarm: 'bg-red text-on-red hover:brightness-110',
}

export type Look = keyof typeof looks

/** The classes of a button, for links that look like one. */
export const buttonClass = (look: Look = 'plain', className = '') =>
  `inline-flex min-h-11 items-center justify-center gap-2 rounded-xl px-4 py-2 text-center font-semibold leading-tight no-underline select-none transition-colors aria-disabled:cursor-not-allowed aria-disabled:bg-sunk aria-disabled:text-muted aria-disabled:shadow-none ${looks[look]} ${className}`

interface Conduct {
  /** It is at work: it stays focusable, says so, and does nothing. */
  busy?: boolean
  /** There is nothing for it to do. It stays focusable too: what the browser disables loses the focus. */
  disabled?: boolean | undefined
}

type Props = ButtonHTMLAttributes<HTMLButtonElement> & Conduct

/** What all buttons have in common. */
const conduct = ({ busy = false, disabled = false, onClick, ...rest }: Props) => ({
  type: 'button' as const,
  'aria-disabled': disabled || undefined,
  ...rest,
  'aria-busy': busy || undefined,
  onClick: busy || disabled ? (event: MouseEvent) => event.preventDefault() : onClick,
})

export function Button({ look = 'plain', className = '', children, ...rest }: Props & { look?: Look }) {
  return (
    <button {...conduct(rest)} className={buttonClass(look, className)}>
      <span className={rest.busy ? 'label pulse' : 'label'}>{children}</span>
    </button>
  )
}

/** A button that is only an icon. Its label is its name. */
export function IconButton({ label, className = '', children, ...rest }: Props & { label: string }) {
  return (
    <button
      {...conduct(rest)}
      aria-label={label}
      title={label}
      className={`grid size-11 shrink-0 place-items-center rounded-xl text-muted transition-colors hover:bg-sunk hover:text-ink aria-busy:opacity-35 aria-disabled:cursor-not-allowed aria-disabled:opacity-35 aria-disabled:hover:bg-transparent ${className}`}
    >
      {children}
    </button>
  )
}
