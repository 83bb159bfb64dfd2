import { plural, t } from '@lingui/core/macro'

/** That a picture has left out options, because the screen has no room for them; '' if it has not. */
export const optionsNotShown = (options: number) =>
  options > 0
    ? plural(options, { one: '# more option is not shown.', other: '# more options are not shown.' })
    : ''

/** The same beneath a picture, and that it has left out rounds. */
export function NotShown({ options, rounds = 0 }: { options: number; rounds?: number }) {
  if (options + rounds === 0) return null
  return (
    <p className="mt-[0.3em] shrink-0 text-[0.8em] text-muted">
      {optionsNotShown(options)} {rounds > 0 && t`Earlier rounds are not shown.`}
    </p>
  )
}
