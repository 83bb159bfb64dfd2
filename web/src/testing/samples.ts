import type { Me, PollDocument, Settings } from '../contract.gen'

const settings: Settings = {
  topic: 'Lunch',
  method: 'irv',
  seats: 1,
  votesPerVoter: 3,
  nominationsPerVoter: 10,
  allowPartial: true,
  changeableVote: true,
  showTurnout: true,
  declareTies: false,
}

/** What the server answers to a command that only hosts may give. */
export const hostsOnly = { code: 'unauthorized', reason: 'hosts_only', message: 'No.' }

/** A poll with four options. */
export function samplePoll({
  settings: changed,
  ...rest
}: Partial<Omit<PollDocument, 'settings'>> & { settings?: Partial<Settings> } = {}): PollDocument {
  return {
    id: 'K7M4QX',
    phase: 'lobby',
    adminID: 'ada',
    settings: { ...settings, ...changed },
    createdAt: '2030-01-01T12:00:00Z',
    expiresAt: '2130-01-02T12:00:00Z',
    closesAt: '2130-01-02T09:00:00Z',
    nominations: {
      t: { userID: 'ada', text: 'Tacos', order: 2 },
      r: { userID: 'bob', text: 'Ramen', order: 3 },
      p: { userID: 'bob', text: 'بيتزا', order: 5 },
      d: { userID: 'ada', text: 'Dosa', order: 8 },
    },
    participantCount: 2,
    onlineCount: 2,
    ballotCount: 0,
    newest: [
      { id: 'bob', name: 'Bob' },
      { id: 'ada', name: 'Ada' },
    ],
    ...rest,
  }
}

export const ada: Me = { userID: 'ada', name: 'Ada', role: 'admin', ballot: [], voted: false }
export const bob: Me = { userID: 'bob', name: 'Bob', role: 'participant', ballot: [], voted: false }
