import { withRoom } from '../i18n/parts'

/** What follows a poll (sockets, dragging) is half of the program: it comes while people type their name. */
export const loadInside = withRoom(() => import('./inside'))
