import type { Snapshot } from 'valtio'
import type { Digest, Method, PollResults, Round, Tie } from '../contract.gen'
import { optionsOf, type Poll } from '../poll/use-poll'
import { count, isolate, list, number } from '../ui/words'

/** A closed poll, as its own people and the public both see it. */
export interface Outcome {
  pollID: string
  topic: string
  /** In short, unless all of it was asked for. */
  results: Snapshot<Digest>
  commitment: string
  seed: string
  name: (option: string) => string
}

const namer = (options: { id: string; text: string }[]) => {
  const names = new Map(options.map(({ id, text }) => [id, text]))
  return (option: string) => names.get(option) ?? '?'
}

/** The outcome of a poll; undefined while it has none. */
export const outcomeOf = (poll: Poll): Outcome | undefined =>
  poll.results && {
    pollID: poll.id,
    topic: poll.settings.topic,
    results: poll.results,
    commitment: poll.seedCommitment ?? '',
    seed: poll.seed ?? '',
    name: namer(optionsOf(poll)),
  }

/** The outcome as anybody may ask for it. */
export const outcomeOfResults = (whole: PollResults): Outcome => ({
  pollID: whole.id,
  topic: whole.topic,
  results: whole.results,
  commitment: whole.seedCommitment,
  seed: whole.seed,
  name: namer(whole.nominations),
})

/** What a method's figure is. */
export const figureNames: Record<Method, string> = {
  score: 'Points',
  plurality: 'Votes',
  approval: 'Votes',
  borda: 'Points',
  dowdall: 'Points',
  irv: 'Votes',
  stv: 'Votes',
  copeland: 'Duels won',
  minimax: 'Worst defeat',
  schulze: 'Duels won',
  ranked_pairs: 'Duels won',
}

/** Whether the win was left tied. */
const isTied = ({ results: { official } }: Outcome) => official.winners.length > official.seats

/** What is said above the winners. */
export function verdict(outcome: Outcome): string {
  const { winners } = outcome.results.official
  if (winners.length === 0) return 'No winner'
  if (isTied(outcome)) return 'A tie between'
  return winners.length === 1 ? 'The winner is' : 'The winners are'
}

/** How the win came about, in a sentence. */
export function reason({ results: { ballots, official } }: Outcome): string {
  const cast = count(ballots, 'ballot')
  if (ballots === 0) return 'Nobody voted.'
  if (official.winners.length === 0) return `${cast}, and all of them blank.`
  const last = official.rounds?.at(-1)
  const winner = official.order[0]
  if (official.method === 'irv' && last && winner && official.winners.length === 1) {
    const rounds = last.number === 1 ? 'in the first round' : `after ${last.number} rounds`
    return `${number(winner.figure)} of ${count(last.active, 'vote')} ${rounds}. ${cast} cast.`
  }
  if (last) return `Decided in ${count(last.number, 'round')}. ${cast} cast.`
  return `${cast} cast.`
}

/** What happened in a round. */
export function roundStory(round: Snapshot<Round>, name: Outcome['name']): string {
  const own = (option: string) => isolate(name(option))
  const names = (options: readonly string[]) => list(options.map(own))
  const said: string[] = []
  if (round.elected.length > 0)
    said.push(`${names(round.elected)} ${round.elected.length > 1 ? 'are' : 'is'} elected.`)
  if (round.surplus) said.push(`What ${own(round.surplus)} has above the quota moves on.`)
  if (round.excluded.length > 0)
    said.push(`${names(round.excluded)} ${round.excluded.length > 1 ? 'go' : 'goes'} out.`)
  const moved = new Map<string, number>()
  for (const { to, votes } of round.transfers) moved.set(to, (moved.get(to) ?? 0) + votes)
  const moves = [...moved]
    .filter(([, votes]) => votes > 0)
    .sort(([a, x], [b, y]) => Number(a === '') - Number(b === '') || y - x)
    .map(([to, votes]) => (to ? `${number(votes)} to ${own(to)}` : `${number(votes)} to nobody`))
  if (moves.length > 0) said.push(`Votes that move: ${list(moves)}.`)
  return said.join(' ')
}

const rules: Record<Tie['rule'], string> = {
  earlier_round: 'an earlier round decided for ',
  first_places: 'first places decided for ',
  draw: 'the lot fell on ',
  declared: 'it stays a tie',
}

/** A tie that the count met, and how it was broken. */
export function tieStory({ stage, tied, rule, chosen }: Snapshot<Tie>, name: Outcome['name']): string {
  const where = stage.charAt(0).toUpperCase() + stage.slice(1)
  const names = (options: readonly string[]) => list(options.map(option => isolate(name(option))))
  const whom = rule === 'declared' ? '' : names(chosen)
  return `${where}: ${names(tied)} were equal; ${rules[rule]}${whom}.`
}
