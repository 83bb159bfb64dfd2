import { Trans } from '@lingui/react/macro'
import { CopyButton } from '../ui/copy-button'

/** The voter's proof: only they know which line of the export is theirs. */
export function Receipt({ receipt, className = '' }: { receipt: string; className?: string }) {
  return (
    <div className={className}>
      <h3 className="font-bold">
        <Trans>Your receipt</Trans>
      </h3>
      <p className="mt-1 text-sm text-muted">
        <Trans>
          Keep it to yourself. Once voting has closed, you find your ballot by it in the export and can see
          that it was counted as you cast it.
        </Trans>
      </p>
      <div className="mt-2 flex items-center gap-2 rounded-xl bg-sunk ps-3.5">
        <code className="min-w-0 flex-1 py-2 font-mono text-[0.8125rem] break-all">{receipt}</code>
        <CopyButton text={receipt} look="quiet" className="px-3! [&_svg]:me-0">
          <span className="sr-only">
            <Trans>Copy receipt</Trans>
          </span>
        </CopyButton>
      </div>
    </div>
  )
}
