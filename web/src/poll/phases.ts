import type { Phase } from '../contract.gen'

export const phaseNames: Record<Phase, string> = {
  lobby: 'Waiting room',
  voting: 'Voting',
  closed: 'Result',
  cancelled: 'Cancelled',
}
