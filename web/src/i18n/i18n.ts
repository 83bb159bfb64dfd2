import { i18n, type Messages } from '@lingui/core'
import { lastLocale, rememberLocale } from '../session/memory'
import { insist } from '../ui/insist'
import { directionOf, formatsOf, type Locale, preferredLocale } from './locale'

const catalogues: Record<Locale, () => Promise<{ messages: Messages }>> = {
  en: () => import('../locales/en.po'),
  de: () => import('../locales/de.po'),
  es: () => import('../locales/es.po'),
  ar: () => import('../locales/ar.po'),
}

/** Speaks a language from now on, once its catalogue is here. */
async function speak(locale: Locale) {
  const { messages } = await insist(catalogues[locale])
  i18n.load(locale, messages)
  i18n.activate(locale, formatsOf(locale, navigator.languages))
  document.documentElement.lang = locale
  document.documentElement.dir = directionOf(locale)
}

/** Speaks the language that the person chose or the browser asks for. */
export const speakPreferred = () => speak(preferredLocale(lastLocale(), navigator.languages))

/** Speaks the language that the person chooses, today and at the next visit. */
export function choose(locale: Locale) {
  rememberLocale(locale)
  return speak(locale)
}
