import { t } from '@lingui/core/macro'
import type { PollDocument } from '../contract.gen'

/** Where a poll is, in a word or two. A closed one has no result before the host reveals it. */
export function phaseName({
  phase,
  reveal,
}: Pick<PollDocument, 'phase'> & { reveal?: { revealed: boolean } }): string {
  switch (phase) {
    case 'lobby':
      return t`Waiting room`
    case 'voting':
      return t`Voting`
    case 'closed':
      return reveal && !reveal.revealed ? t`Voting has closed` : t`Result`
    case 'cancelled':
      return t`Cancelled`
  }
}
