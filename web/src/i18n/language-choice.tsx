import { t } from '@lingui/core/macro'
import { choose } from './i18n'
import { isLocale, languages, locales } from './locale'
import { useLocale } from './speaking'

/** The choice of the language, each by its own name. */
export function LanguageChoice() {
  const locale = useLocale()
  return (
    <select
      aria-label={t`Language`}
      value={locale}
      translate="no"
      onChange={({ target: { value } }) => isLocale(value) && void choose(value)}
      className="min-h-11 max-w-full rounded-xl border border-line bg-transparent px-3 text-sm text-muted hover:bg-sunk hover:text-ink"
    >
      {locales.map(tag => (
        <option key={tag} value={tag} lang={tag} className="bg-card text-ink">
          {languages[tag]}
        </option>
      ))}
    </select>
  )
}
