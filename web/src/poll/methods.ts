import { t } from '@lingui/core/macro'
import type { Method } from '../contract.gen'

/** How ballots can be counted, in the words of the web client. */
export const methods: Record<Method, { name: string; sentence: string }> = {
  irv: {
    get name() {
      return t`Instant runoff`
    },
    get sentence() {
      return t`The weakest option goes out and its votes move on, until one has a majority.`
    },
  },
  stv: {
    get name() {
      return t`Single transferable vote`
    },
    get sentence() {
      return t`Several winners, each with an equal share of the voters; votes left over move on.`
    },
  },
  score: {
    get name() {
      return t`Score`
    },
    get sentence() {
      return t`Each place on a ballot is worth points, far more for the first; most points win.`
    },
  },
  plurality: {
    get name() {
      return t`Plurality`
    },
    get sentence() {
      return t`Only first places count; most of them win.`
    },
  },
  approval: {
    get name() {
      return t`Approval`
    },
    get sentence() {
      return t`Every option on a ballot gets one vote, whatever its place.`
    },
  },
  borda: {
    get name() {
      return t`Borda`
    },
    get sentence() {
      return t`An option gets a point for every option ranked below it; broad favourites win.`
    },
  },
  dowdall: {
    get name() {
      return t`Dowdall`
    },
    get sentence() {
      return t`A first place is worth 1, a second ½, a third ⅓, and so on.`
    },
  },
  copeland: {
    get name() {
      return t`Copeland`
    },
    get sentence() {
      return t`Options meet one to one; whoever wins most of these duels wins.`
    },
  },
  minimax: {
    get name() {
      return t`Minimax`
    },
    get sentence() {
      return t`The option whose worst defeat in a duel is the smallest wins.`
    },
  },
  schulze: {
    get name() {
      return t`Schulze`
    },
    get sentence() {
      return t`Duels are chained; the option with the strongest chains wins.`
    },
  },
  ranked_pairs: {
    get name() {
      return t`Ranked pairs`
    },
    get sentence() {
      return t`The clearest duels are settled first; what would contradict them is set aside.`
    },
  },
}

export const methodNames = Object.keys(methods) as Method[]

/** What to choose when in doubt: one for a single winner, one for several. */
export const recommended: ReadonlySet<Method> = new Set(['irv', 'stv'])
