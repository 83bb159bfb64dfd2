/** The languages of the client, by their own names. */
export const languages = { en: 'English', de: 'Deutsch', es: 'Español', ar: 'العربية' } as const

export type Locale = keyof typeof languages

export const locales = Object.keys(languages) as Locale[]

export const isLocale = (tag: string | null): tag is Locale => tag !== null && Object.hasOwn(languages, tag)

export const directionOf = (locale: Locale) => (locale === 'ar' ? 'rtl' : 'ltr')

/** The language to speak: the one that was chosen, else the first that the browser asks for and we have. */
export function preferredLocale(chosen: string | null, wanted: readonly string[]): Locale {
  if (isLocale(chosen)) return chosen
  return wanted.map(baseOf).find(isLocale) ?? 'en'
}

/** How numbers and dates are written: as in the person's own region, where it speaks the language. */
export function formatsOf(locale: Locale, wanted: readonly string[]): string[] {
  return [...wanted.filter(tag => baseOf(tag) === locale), locale]
}

const baseOf = (tag: string) => tag.split('-')[0]?.toLowerCase() ?? ''
