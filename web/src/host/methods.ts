import { t } from '@lingui/core/macro'
import type { Method } from '../contract.gen'
import { methodNames } from '../poll/methods'

/** How each method counts, for those who choose one. */
export const methodSentences: Record<Method, string> = {
  get irv() {
    return t`The weakest option goes out and its votes move on, until one has a majority.`
  },
  get stv() {
    return t`Several winners, each with an equal share of the voters; votes left over move on.`
  },
  get score() {
    return t`Each place on a ballot is worth points, far more for the first; most points win.`
  },
  get plurality() {
    return t`Only first places count; most of them win.`
  },
  get approval() {
    return t`Every option on a ballot gets one vote, whatever its place.`
  },
  get borda() {
    return t`An option gets a point for every option ranked below it; broad favourites win.`
  },
  get dowdall() {
    return t`A first place is worth 1, a second ½, a third ⅓, and so on.`
  },
  get copeland() {
    return t`Options meet one to one; whoever wins most of these duels wins.`
  },
  get minimax() {
    return t`The option whose worst defeat in a duel is the smallest wins.`
  },
  get schulze() {
    return t`Duels are chained; the option with the strongest chains wins.`
  },
  get ranked_pairs() {
    return t`The clearest duels are settled first; what would contradict them is set aside.`
  },
}

export const methods = Object.keys(methodNames) as Method[]

/** What to choose when in doubt: one for a single winner, one for several. */
export const recommended: ReadonlySet<Method> = new Set(['irv', 'stv'])
