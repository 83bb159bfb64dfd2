// Polls in every phase, with the texts of a script in them.
import type { Me, Method, PollDocument, PollResults, Settings } from '../src/contract.gen'
import type { Script } from './scripts'

const election = import.meta.glob<{ poll: PollDocument; whole: PollResults }>('./elections/*.json', {
  eager: true,
  import: 'default',
})

export const me: Me = { userID: 'guest', name: 'Guest', role: 'participant', ballot: [], voted: false }
export const host: Me = { ...me, userID: 'host', name: 'Host', role: 'admin' }
export const voted: Me = { ...me, voted: true, ballot: ['n5', 'n0', 'n1'], receipt: 'c2f0'.repeat(16) }

export type Changes = Partial<Omit<PollDocument, 'settings'>> & { settings?: Partial<Settings> }

/** A poll with some options of a script, or with many. */
export function pollOf(
  script: Script,
  { settings, ...changes }: Changes = {},
  options = script.options.length,
): PollDocument {
  return {
    id: 'K7M4QX',
    phase: 'lobby',
    adminID: 'host',
    createdAt: '2030-01-01T12:00:00Z',
    expiresAt: '2130-01-02T12:00:00Z',
    closesAt: '2130-01-02T09:00:00Z',
    nominations: Object.fromEntries(
      Array.from({ length: options }, (_, i) => {
        const text = script.options[i % script.options.length] ?? ''
        const number = Math.floor(i / script.options.length) + 1
        return [
          `n${i}`,
          {
            userID: i % 2 ? 'host' : 'guest',
            text: number > 1 ? `${[...text].slice(0, 90).join('')} ${number}` : text,
            order: i,
            ...(i === 1 && { note: script.note, link: 'https://example.org/menu' }),
          },
        ]
      }),
    ),
    participantCount: 14,
    onlineCount: 12,
    ballotCount: 0,
    newest: script.names.map((name, i) => ({ id: i === 1 ? 'host' : `p${i}`, name })),
    ...changes,
    settings: {
      topic: script.topic,
      method: 'irv',
      seats: 1,
      votesPerVoter: 5,
      nominationsPerVoter: 10,
      allowPartial: true,
      changeableVote: true,
      showTurnout: true,
      declareTies: false,
      ...settings,
    },
  }
}

export type Election = 'runoff' | 'seats' | 'duels' | 'draws' | 'places'
export type LongElection = 'long-runoff' | 'long-seats' | 'long-duels' | 'long-tie'

/** A count that the server made, with the texts of a script in place of its own. */
export function electionOf(
  kind: Election | LongElection,
  script: Script,
): { poll: PollDocument; whole: PollResults } {
  const { poll, whole } = structuredClone(election[`./elections/${kind}.json`]) as {
    poll: PollDocument
    whole: PollResults
  }
  poll.settings.topic = whole.topic = script.topic
  whole.nominations.forEach((nomination, i) => {
    nomination.text = script.options[i % script.options.length] ?? ''
    const own = poll.nominations[nomination.id]
    if (own) own.text = nomination.text
  })
  return { poll, whole }
}

/** The same before it is revealed, at a step of the show; what came before that step can be looked back at. */
export function stepOf(kind: Election | LongElection, script: Script, step: number): PollDocument {
  const { poll, whole } = electionOf(kind, script)
  const { rounds, ties, matrix, options, order } = whole.results.official
  const { results: _, ...hidden } = poll
  return {
    ...hidden,
    reveal: {
      revealed: false,
      step,
      steps: 0,
      playing: false,
      speed: 1,
      ...(step > 0 && {
        shown: rounds
          ? { rounds: rounds.slice(0, step), ties }
          : matrix
            ? { matrix, options }
            : { order: order.slice(-step) },
      }),
    },
  }
}

/** A poll, or a step of its show, with more options than it had: they have a vote each, and lose every duel. */
export function withMany(poll: PollDocument, script: Script, options: number): PollDocument {
  const own = Object.keys(poll.nominations).length
  const added = Array.from({ length: Math.max(options - own, 0) }, (_, i) => `many${i}`)
  added.forEach((id, i) => {
    const text = script.options[i % script.options.length] ?? ''
    poll.nominations[id] = {
      userID: 'guest',
      text: `${i + 1} ${[...text].slice(0, 95).join('')}`,
      order: own + i,
    }
  })
  const shown = poll.reveal?.shown
  for (const round of shown?.rounds ?? []) round.tallies.push(...added.map(option => ({ option, votes: 1 })))
  for (const tie of shown?.ties ?? []) tie.tied.push(...added)
  shown?.order?.push(...added.map((option, i) => ({ option, place: own + i, figure: 1 })))
  if (shown?.matrix) {
    shown.options?.push(...added)
    const size = own + added.length
    shown.matrix = Array.from({ length: size }, (_, a) =>
      Array.from({ length: size }, (_, b) => shown.matrix?.[a]?.[b] ?? (a < own ? 3 : 0)),
    )
  }
  return poll
}

/** A poll that closed without a ballot. */
export function withoutBallots(script: Script, method: Method): PollDocument {
  const poll = pollOf(script, { phase: 'closed', settings: { method } })
  const order = Object.keys(poll.nominations).map(option => ({ option, place: 1, figure: 0 }))
  return {
    ...poll,
    seed: 'ab'.repeat(32),
    seedCommitment: 'cd'.repeat(32),
    results: {
      ballots: 0,
      official: { method, seats: 1, winners: [], order, ties: [] },
      others: { outcomes: [], smith: [] },
    },
  }
}
