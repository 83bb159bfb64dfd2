// The gallery's page: one state at a time, by the address (?state=…&script=…) or by window.show.
import { Suspense } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, type Root } from 'react-dom/client'
import { Router } from 'wouter'
import { memoryLocation } from 'wouter/memory-location'
import { choose } from '../src/i18n/i18n'
import { withHost, withPresent, withRoom } from '../src/i18n/parts'
import { Speaking } from '../src/i18n/speaking'
import { notices } from '../src/session/notices'
import { resetStore } from '../src/session/store'
import { Waiting } from '../src/ui/page'
import { makeTranslatable } from '../src/ui/translatable'
import { type ScriptName, scripts } from './scripts'
import { clearServer } from './server'
import { leavePoll } from './stage'
import { states } from './states'
import './gallery.css'

declare global {
  interface Window {
    states: string[]
    show: (state: string, script: ScriptName) => Promise<void>
  }
}

const element = document.getElementById('root') as HTMLElement
let page: Root | undefined

async function show(name: string, script: ScriptName) {
  page?.unmount()
  leavePoll()
  resetStore()
  notices.set([])
  clearServer()
  localStorage.clear()
  await choose(scripts[script].locale)
  await withHost(withRoom(withPresent(async () => null)))()
  const content = states[name]?.(scripts[script]) ?? <Contents />
  page = createRoot(element, { onCaughtError: () => {} }) // one state shows what becomes of errors
  makeTranslatable(element)
  flushSync(() =>
    page?.render(
      <Router hook={memoryLocation().hook} key={name}>
        <Speaking>{() => <Suspense fallback={<Waiting />}>{content}</Suspense>}</Speaking>
      </Router>,
    ),
  )
}

function Contents() {
  return (
    <main className="mx-auto max-w-xl p-4">
      <h1 className="text-4xl font-extrabold">Gallery</h1>
      <ul className="mt-4 grid gap-1">
        {Object.keys(states).map(name => (
          <li key={name} className="flex gap-4">
            <span className="flex-1">{name}</span>
            {Object.keys(scripts).map(script => (
              <a
                key={script}
                href={`?state=${encodeURIComponent(name)}&script=${script}`}
                className="text-green underline"
              >
                {script}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </main>
  )
}

const asked = new URLSearchParams(location.search)
const script = asked.get('script') ?? ''
await show(asked.get('state') ?? '', script in scripts ? (script as ScriptName) : 'latin')
// The first state is there: another one may be asked for.
window.states = Object.keys(states)
window.show = show
