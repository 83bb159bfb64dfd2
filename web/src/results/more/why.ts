import { plural, t } from '@lingui/core/macro'
import type { Method, Results } from '../../contract.gen'
import { isolate, list, number } from '../../ui/words'
import type { Outcome } from '../outcome'

/** How each method counts, in a paragraph that its name leads to. */
export const howCounted: Record<Method, string> = {
  get irv() {
    return t`Each ballot counts for the option that it ranks highest. While no option has more than half of the votes, the one with the fewest goes out, and each of its ballots moves on to the next option that it ranks and that is still in. A ballot without such an option counts for nobody from then on.`
  },
  get stv() {
    return t`Whoever reaches the quota, the share of the votes that one seat costs, is elected. What a winner has above the quota moves on in equal parts of each of their ballots. While seats are left and nobody reaches the quota, the option with the fewest votes goes out, and its ballots move on.`
  },
  get score() {
    return t`Each place on a ballot is worth points: the first the most, each further one much less. The points of all ballots are added up, and the most points win.`
  },
  get plurality() {
    return t`Each ballot is one vote for the option in its first place; further places do not count. The most votes win, even if they are far from half.`
  },
  get approval() {
    return t`Each ballot is one vote for every option on it, whatever its place. The most votes win.`
  },
  get borda() {
    return t`On each ballot an option gets a point for every option below it. The points of all ballots are added up, and the most win: broad favourites have an advantage over those whom few love and many do not.`
  },
  get dowdall() {
    return t`A first place is worth one point, a second half a point, a third a third, and so on. The points of all ballots are added up, and the most win.`
  },
  get copeland() {
    return t`Every option meets every other in a duel, which the one wins that more ballots rank above the other. The option with the most duels won wins; a draw is half a duel.`
  },
  get minimax() {
    return t`Every option meets every other in a duel. Each is judged by its worst defeat alone, and the one whose worst defeat is the smallest wins.`
  },
  get schulze() {
    return t`Every option meets every other in a duel. A chain of duels won is as strong as its weakest one. The option whose strongest chain to every other is at least as strong as the chain back wins.`
  },
  get ranked_pairs() {
    return t`Every option meets every other in a duel. The duels are settled from the clearest to the closest, and one that would contradict those settled before is set aside. The option that nobody beats in the end wins.`
  },
}

/** Why a single winner won, from the figures of the count; '' where the rounds or the points say it all. */
export function whyWon(outcome: Outcome, whole?: Results): string {
  const { official, others } = outcome.results
  const [winner] = official.winners
  if (!winner || official.winners.length !== 1) return ''
  const own = isolate(outcome.name(winner))
  const figure = official.order[0]?.figure ?? 0
  const pairwise = ['copeland', 'minimax', 'schulze', 'ranked_pairs'].includes(official.method)
  if (others.condorcet === winner)
    return t`${own} beats every other option one to one.${narrowest(outcome, winner, whole)}`
  if (!pairwise) {
    const rival = others.condorcet
    return rival ? t`One to one, ${isolate(outcome.name(rival))} would beat ${own}.` : ''
  }
  switch (official.method) {
    case 'copeland':
      return t`No option beats all the others. ${own} wins the most duels: ${number(figure)}.`
    case 'minimax':
      return plural(figure, {
        one: `No option beats all the others. The worst defeat of ${own} is the smallest, by # ballot.`,
        other: `No option beats all the others. The worst defeat of ${own} is the smallest, by # ballots.`,
      })
    case 'schulze':
      return t`No option beats all the others. ${own} has the strongest chain of duels to each of them.`
    default:
      return rankedPairs(outcome, own, whole)
  }
}

function narrowest(outcome: Outcome, winner: string, whole?: Results): string {
  if (!whole) return ''
  const { options, matrix } = whole.others
  const a = options.indexOf(winner)
  const duels = options
    .map((option, b) => ({ option, votes: matrix[a]?.[b] ?? 0, against: matrix[b]?.[a] ?? 0 }))
    .filter(({ option }) => option !== winner)
    .sort((x, y) => x.votes - x.against - (y.votes - y.against))
  const closest = duels[0]
  if (!closest) return ''
  const rival = isolate(outcome.name(closest.option))
  return ` ${t`The closest duel is with ${rival}: ${number(closest.votes)} to ${number(closest.against)}.`}`
}

function rankedPairs(outcome: Outcome, own: string, whole?: Results): string {
  const aside = (whole?.official.locks ?? []).filter(({ locked }) => !locked)
  const said = t`No option beats all the others. With the clearest duels settled first, nobody beats ${own}.`
  if (aside.length === 0) return said
  const duels = list(
    aside.slice(0, 3).map(({ winner, loser }) => {
      const a = isolate(outcome.name(winner))
      const b = isolate(outcome.name(loser))
      return t`${a} over ${b}`
    }),
  )
  return `${said} ${t`Set aside, since clearer duels say the opposite: ${duels}.`}`
}
