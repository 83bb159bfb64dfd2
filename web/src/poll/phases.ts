import { t } from '@lingui/core/macro'
import type { Phase } from '../contract.gen'

export const phaseNames: Record<Phase, string> = {
  get lobby() {
    return t`Waiting room`
  },
  get voting() {
    return t`Voting`
  },
  get closed() {
    return t`Result`
  },
  get cancelled() {
    return t`Cancelled`
  },
}
