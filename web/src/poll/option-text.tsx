import { t } from '@lingui/core/macro'
import { Link } from '../ui/icons'
import { namesList } from '../ui/words'
import type { Option } from './use-poll'

/** What is said of an option beside its text: the note, and what was merged into it. */
export function OptionNotes({ option }: { option: Pick<Option, 'note' | 'merged'> }) {
  const { note, merged = [] } = option
  return (
    <>
      {note && (
        <span className="block text-sm font-normal whitespace-pre-line text-muted">
          <bdi>{note}</bdi>
        </span>
      )}
      {merged.length > 0 && (
        <span className="block text-sm font-normal text-muted">
          {t`Also: ${namesList(merged.map(({ text }) => text))}`}
        </span>
      )}
    </>
  )
}

/** The page that belongs to an option. It is another's: it opens beside the poll and learns nothing of it. */
export function OptionLink({
  option: { text, link },
  className = '',
}: {
  option: Pick<Option, 'text' | 'link'>
  className?: string
}) {
  if (!link) return null
  return (
    <a
      href={link}
      target="_blank"
      rel="noopener noreferrer nofollow"
      aria-label={t`Link of ${text}: ${hostOf(link)}`}
      className={`inline-flex min-h-11 min-w-0 items-center gap-1.5 rounded-xl px-2 text-sm text-green ${className}`}
    >
      <Link className="size-4" />
      <span className="min-w-0 truncate" dir="ltr">
        {hostOf(link)}
      </span>
    </a>
  )
}

/** Whose page it is: people decide by that whether they go there. */
function hostOf(link: string): string {
  try {
    return new URL(link).host
  } catch {
    return link
  }
}
