import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { type ReactNode, useSyncExternalStore } from 'react'

const subscribe = (changed: () => void) => i18n.on('change', changed)

/** The language of the page; whatever uses it is rendered again when another one is chosen. */
export const useLocale = () => useSyncExternalStore(subscribe, () => i18n.locale)

/** Renders its content in the language of the page, and all of it again when that changes. */
export function Speaking({ children }: { children: () => ReactNode }) {
  useLocale()
  return <I18nProvider i18n={i18n}>{children()}</I18nProvider>
}
