import { plural } from '@lingui/core/macro'
import { Plural } from '@lingui/react/macro'
import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react'
import { characters } from './characters'

export const inputClass =
  'w-full rounded-xl border border-edge bg-card px-3.5 py-2.5 text-base text-ink placeholder:text-muted [&[readonly]]:border-line [&[readonly]]:bg-sunk [&[readonly]]:text-muted aria-invalid:border-red aria-invalid:bg-red-soft'

export interface Labelled {
  label: string
  hint?: ReactNode
  error?: string | undefined
}

export function Notes({ id, hint, error }: { id: string; hint?: ReactNode; error?: string | undefined }) {
  return (
    <>
      {hint && (
        <span id={`${id}-hint`} className="mt-1.5 block text-sm text-muted">
          {hint}
        </span>
      )}
      {error && (
        <span id={`${id}-error`} role="alert" className="mt-1.5 block text-sm font-medium text-red">
          {error}
        </span>
      )}
    </>
  )
}

/** What a control has so that its label and its notes are known to be of it. */
export const noted = (id: string, { hint, error }: { hint?: ReactNode; error?: string | undefined }) => ({
  id,
  'aria-invalid': error ? true : undefined,
  'aria-describedby': [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined,
})

/** A control between its label and its notes. */
export function Framed({ id, label, children, ...notes }: Labelled & { id: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1.5 block font-semibold">
        {label}
      </label>
      {children}
      <Notes id={id} {...notes} />
    </div>
  )
}

interface Limited extends Labelled {
  /** The most characters. */
  limit?: number
}

/** A labelled line of text. Near its limit it counts what is left. */
export function TextField({
  label,
  hint,
  error,
  limit,
  className = '',
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & Limited) {
  const id = useId()
  const { left, wrong } = lengthOf(rest.value, limit, error)
  return (
    <Framed id={id} label={label} hint={hint} error={wrong}>
      <input {...rest} {...noted(id, { hint, error: wrong })} className={`${inputClass} ${className}`} />
      <Left left={left} limit={limit} />
    </Framed>
  )
}

/** Several lines of text; it grows with them. */
export function TextArea({
  label,
  hint,
  error,
  limit,
  className = '',
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & Limited) {
  const id = useId()
  const { left, wrong } = lengthOf(rest.value, limit, error)
  return (
    <Framed id={id} label={label} hint={hint} error={wrong}>
      <textarea
        rows={2}
        {...rest}
        {...noted(id, { hint, error: wrong })}
        className={`${inputClass} block max-h-72 [field-sizing:content] ${className}`}
      />
      <Left left={left} limit={limit} />
    </Framed>
  )
}

/** How much of a text may still be written, and what is wrong with it. */
function lengthOf(value: unknown, limit: number | undefined, error: string | undefined) {
  const left = limit === undefined ? undefined : limit - characters(String(value ?? ''))
  const over =
    left !== undefined &&
    left < 0 &&
    plural(-left, { one: '# character too long.', other: '# characters too long.' })
  return { left, wrong: over || error }
}

function Left({ left, limit }: { left: number | undefined; limit: number | undefined }) {
  if (left === undefined || limit === undefined || left < 0 || left > Math.ceil(limit / 5)) return null
  return (
    <span className="float-end mt-1.5 ms-3 text-sm text-muted tabular-nums">
      <Plural value={left} one="# character left" other="# characters left" />
    </span>
  )
}
