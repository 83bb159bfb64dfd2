import { alsoSpeak, type Catalogues } from './i18n'

const results: Catalogues = {
  en: () => import('../locales/results-en.po'),
  de: () => import('../locales/results-de.po'),
  es: () => import('../locales/results-es.po'),
  ar: () => import('../locales/results-ar.po'),
}

const present: Catalogues = {
  en: () => import('../locales/present-en.po'),
  de: () => import('../locales/present-de.po'),
  es: () => import('../locales/present-es.po'),
  ar: () => import('../locales/present-ar.po'),
}

const room: Catalogues = {
  en: () => import('../locales/room-en.po'),
  de: () => import('../locales/room-de.po'),
  es: () => import('../locales/room-es.po'),
  ar: () => import('../locales/room-ar.po'),
}

const host: Catalogues = {
  en: () => import('../locales/host-en.po'),
  de: () => import('../locales/host-de.po'),
  es: () => import('../locales/host-es.po'),
  ar: () => import('../locales/host-ar.po'),
}

const more: Catalogues = {
  en: () => import('../locales/more-en.po'),
  de: () => import('../locales/more-de.po'),
  es: () => import('../locales/more-es.po'),
  ar: () => import('../locales/more-ar.po'),
}

const asked: Catalogues = {
  en: () => import('../locales/asked-en.po'),
  de: () => import('../locales/asked-de.po'),
  es: () => import('../locales/asked-es.po'),
  ar: () => import('../locales/asked-ar.po'),
}

const refusals: Catalogues = {
  en: () => import('../locales/refusals-en.po'),
  de: () => import('../locales/refusals-de.po'),
  es: () => import('../locales/refusals-es.po'),
  ar: () => import('../locales/refusals-ar.po'),
}

const hostsRefusals: Catalogues = {
  en: () => import('../locales/hosts-refusals-en.po'),
  de: () => import('../locales/hosts-refusals-de.po'),
  es: () => import('../locales/hosts-refusals-es.po'),
  ar: () => import('../locales/hosts-refusals-ar.po'),
}

/** Of a part of the program: it comes with these words. */
const speaking =
  (words: Catalogues) =>
  <T>(load: () => Promise<T>) =>
  async () =>
    (await Promise.all([load(), alsoSpeak(words)]))[0]

/** A part of the program that comes with the words that are said of results. */
export const withResults = speaking(results)

/** One with the words that are said in a poll, before its result. */
export const withRoom = speaking(room)

/** One with the words that hosts alone are told. */
export const withHost = speaking(host)

/** One with the words of what the server refuses to anybody. */
export const withRefusals = speaking(refusals)

/** One with the words of what it refuses to hosts alone. */
export const withHostsRefusals = speaking(hostsRefusals)

/** One with the words of the details that follow every result. */
export const withMore = speaking(more)

/** One with the words of what some ask for: pictures of the count, the way to another device. */
export const withAsked = speaking(asked)

/** One with the words of the big screen, which tells all of them. */
export const withPresent = <T>(load: () => Promise<T>) =>
  [results, more, asked, room, host, present].reduce((load, words) => speaking(words)(load), load)
