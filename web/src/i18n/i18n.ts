import { i18n, type Messages } from '@lingui/core'
import { lastLocale, rememberLocale } from '../session/memory'
import { insist } from '../ui/insist'
import { directionOf, formatsOf, type Locale, preferredLocale } from './locale'

export type Catalogues = Record<Locale, () => Promise<{ messages: Messages }>>

const catalogues: Catalogues = {
  en: () => import('../locales/en.po'),
  de: () => import('../locales/de.po'),
  es: () => import('../locales/es.po'),
  ar: () => import('../locales/ar.po'),
}

/** The catalogues of the parts of the program that are here. */
const spoken = new Set([catalogues])

/** Speaks the words of a further part too, from now on and in every language that is chosen. */
export async function alsoSpeak(part: Catalogues) {
  if (spoken.has(part)) return
  const { locale } = i18n
  const { messages } = await insist(part[locale as Locale])
  spoken.add(part)
  i18n.load(locale, messages)
  if (i18n.locale !== locale) i18n.load(i18n.locale, (await insist(part[i18n.locale as Locale])).messages)
}

/** Speaks a language from now on, once its catalogues are here. */
async function speak(locale: Locale) {
  const loaded = await Promise.all([...spoken].map(part => insist(part[locale])))
  for (const { messages } of loaded) i18n.load(locale, messages)
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
