import { withMore, withPresent } from '../i18n/parts'

/** What people see between the end of voting and the reveal, and what hosts do: loaded while people vote. */
export const loadWaitingRoom = withMore(() => import('./more/waiting-room'))
export const loadRemote = withPresent(() => import('../present/remote'))
