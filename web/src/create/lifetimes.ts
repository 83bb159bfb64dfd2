import { span } from '../ui/words'

const day = 86_400

/** How long a poll can be asked to be kept, in seconds. */
export const lifetimes = () => [3_600, day, 7 * day, 30 * day].map(value => ({ value, words: span(value) }))
