import type { Method } from '../contract.gen'

/** How ballots can be counted, in the words of the web client. */
export const methods: Record<Method, { name: string; sentence: string }> = {
  irv: {
    name: 'Instant runoff',
    sentence: 'The weakest option goes out and its votes move on, until one has a majority.',
  },
  stv: {
    name: 'Single transferable vote',
    sentence: 'Several winners, each with an equal share of the voters; votes left over move on.',
  },
  score: {
    name: 'Score',
    sentence: 'Each place on a ballot is worth points, far more for the first; most points win.',
  },
  plurality: { name: 'Plurality', sentence: 'Only first places count; most of them win.' },
  approval: { name: 'Approval', sentence: 'Every option on a ballot gets one vote, whatever its place.' },
  borda: {
    name: 'Borda',
    sentence: 'An option gets a point for every option ranked below it; broad favourites win.',
  },
  dowdall: { name: 'Dowdall', sentence: 'A first place is worth 1, a second ½, a third ⅓, and so on.' },
  copeland: { name: 'Copeland', sentence: 'Options meet one to one; whoever wins most of these duels wins.' },
  minimax: { name: 'Minimax', sentence: 'The option whose worst defeat in a duel is the smallest wins.' },
  schulze: { name: 'Schulze', sentence: 'Duels are chained; the option with the strongest chains wins.' },
  ranked_pairs: {
    name: 'Ranked pairs',
    sentence: 'The clearest duels are settled first; what would contradict them is set aside.',
  },
}

export const methodNames = Object.keys(methods) as Method[]

/** What to choose when in doubt: one for a single winner, one for several. */
export const recommended: ReadonlySet<Method> = new Set(['irv', 'stv'])
