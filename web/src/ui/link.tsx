import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react'
import { base } from '../base'

// Which page is shown is the path of its address, below that of the server.

const watch = (changed: () => void) => {
  window.addEventListener('popstate', changed)
  return () => window.removeEventListener('popstate', changed)
}

/** The path of the page that is shown. */
export const usePath = () =>
  useSyncExternalStore(watch, () => readable(location.pathname.slice(base.length)) || '/')

/** A path without its escapes; one that has wrong ones is left as it is. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Goes to a page of this program: in place of the one that is shown, if nobody should come back to that. */
export function goTo(path: string, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', base + path)
  window.dispatchEvent(new Event('popstate'))
}

/** A link to a page of this program. With a key held down it is the browser's, for a tab of its own. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    goTo(href)
  }
  return <a {...rest} href={base + href} onClick={follow} />
}
