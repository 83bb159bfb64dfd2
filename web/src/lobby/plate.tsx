import { Trans } from '@lingui/react/macro'

/** The code on its plate, a letter a field. */
export function Plate({ code }: { code: string }) {
  const spelled = code.split('').join(' ')
  return (
    <p className="rounded-2xl bg-brass-soft px-3 py-2.5 text-center" translate="no">
      <span className="sr-only">
        <Trans>Poll code: {spelled}</Trans>
      </span>
      <span
        aria-hidden="true"
        className="text-3xl leading-tight font-extrabold tracking-[0.16em] break-all text-ink select-all sm:text-4xl"
      >
        {code}
      </span>
    </p>
  )
}
