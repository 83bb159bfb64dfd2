import { exhaustedIn, type RoundList, votesOf } from './round-votes'

/** The votes of an option in a round; of no option, those that count for nobody. */
export interface Station {
  id: string
  round: number // from 0
  option: string
  votes: number
}

/** Votes on their way from one round to the next. */
export interface Way {
  source: string
  target: string
  value: number
}

const idOf = (round: number, option: string) => `${round} ${option}`

/** Where all votes of a count were, round by round, and which way they went. */
export function transfersOf(rounds: RoundList): { stations: Station[]; ways: Way[] } {
  const stations: Station[] = []
  const ways: Way[] = []
  rounds.forEach((round, i) => {
    const station = (option: string, votes: number) => {
      if (votes > 0) stations.push({ id: idOf(i, option), round: i, option, votes })
    }
    for (const { option, votes } of round.tallies) station(option, votes)
    station('', exhaustedIn(round))
    const next = rounds[i + 1]
    if (!next) return
    const sent = new Map<string, number>()
    const way = (from: string, to: string, value: number) => {
      if (value > epsilon) ways.push({ source: idOf(i, from), target: idOf(i + 1, to), value })
    }
    for (const { from, to, votes } of round.transfers) {
      sent.set(from, (sent.get(from) ?? 0) + votes)
      way(from, to, votes)
    }
    for (const { option, votes } of round.tallies) {
      if (votesOf(next, option) !== undefined) way(option, option, votes - (sent.get(option) ?? 0))
    }
    way('', '', exhaustedIn(round))
  })
  const known = new Set(stations.map(({ id }) => id))
  return { stations, ways: ways.filter(({ source, target }) => known.has(source) && known.has(target)) }
}

const epsilon = 1e-9 // parts of votes are added up
