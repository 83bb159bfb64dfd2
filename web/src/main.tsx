import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { base } from './base'
import { speakPreferred } from './i18n/i18n'
import { Speaking } from './i18n/speaking'
import { keepFocus } from './ui/kept-focus'
import { makeTranslatable } from './ui/translatable'
import './styles.css'

const again = 5_000

/** Shows the program once there are words for it: without a catalogue there is nothing to say. */
async function start(root: HTMLElement) {
  try {
    await speakPreferred()
  } catch {
    setTimeout(() => start(root), again)
    return
  }
  const page = createRoot(root)
  makeTranslatable(root)
  keepFocus(root)
  page.render(
    <StrictMode>
      <Speaking>{() => <App />}</Speaking>
    </StrictMode>,
  )
}

/** Has a page at hand for when there is no network; nothing waits for it, and it does without. */
function prepareForOffline() {
  if (import.meta.env.PROD) navigator.serviceWorker?.register(`${base}/sw.js`).catch(() => {})
}

const root = document.getElementById('root')
if (root) void start(root)
addEventListener('load', () => setTimeout(prepareForOffline, 2_000))
