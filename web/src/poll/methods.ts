import { t } from '@lingui/core/macro'
import type { Method } from '../contract.gen'

/** What people call the ways to count ballots. */
export const methodNames: Record<Method, string> = {
  get irv() {
    return t`Instant runoff`
  },
  get stv() {
    return t`Single transferable vote`
  },
  get score() {
    return t`Score`
  },
  get plurality() {
    return t`Plurality`
  },
  get approval() {
    return t`Approval`
  },
  get borda() {
    return t`Borda`
  },
  get dowdall() {
    return t`Dowdall`
  },
  get copeland() {
    return t`Copeland`
  },
  get minimax() {
    return t`Minimax`
  },
  get schulze() {
    return t`Schulze`
  },
  get ranked_pairs() {
    return t`Ranked pairs`
  },
}
