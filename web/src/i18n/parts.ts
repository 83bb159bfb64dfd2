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

/** A part of the program that comes with the words that are said of results. */
export const withResults =
  <T>(load: () => Promise<T>) =>
  async () =>
    (await Promise.all([load(), alsoSpeak(results)]))[0]

/** A part of the program that comes with the words of the big screen, which shows results too. */
export const withPresent = <T>(load: () => Promise<T>) => {
  const withBoth = withResults(load)
  return async () => (await Promise.all([withBoth(), alsoSpeak(present)]))[0]
}
