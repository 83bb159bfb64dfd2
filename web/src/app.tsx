import { Suspense, useLayoutEffect } from 'react'
import { withHost, withPresent, withResults, withRoom } from './i18n/parts'
import { normaliseCode, pollPath } from './poll/code'
import { PollPage } from './poll/poll-page'
import { Announcer } from './ui/announcer'
import { Boundary } from './ui/boundary'
import { goTo, usePath } from './ui/link'
import { Page, Waiting } from './ui/page'
import { page } from './ui/part'
import { Lost } from './welcome/lost'

const WelcomePage = page(() => import('./welcome/welcome-page'))
const CreatePage = page(withHost(withRoom(() => import('./create/create-page'))))
const PresentPage = page(withPresent(() => import('./present/present-page')))
const EmbedPage = page(withResults(() => import('./results/embed-page')))

export function App() {
  return (
    <Boundary>
      <Suspense
        fallback={
          <Page mainID="loading">
            <Waiting alone />
          </Page>
        }
      >
        <PageAt path={usePath()} />
      </Suspense>
      <Announcer />
    </Boundary>
  )
}

/** The page at a path: its first word, and mostly the code of a poll. */
function PageAt({ path }: { path: string }) {
  const [, word = '', code = ''] = /^\/(\w*)(?:\/([^/]+))?\/?$/.exec(path) ?? ['', 'lost']
  const pollID = normaliseCode(code)
  switch (word.toLowerCase() + (code && '/')) {
    case '':
      return <WelcomePage />
    case 'create':
      return <CreatePage />
    case 'p/':
      return pollID === code ? <PollPage key={pollID} pollID={pollID} /> : <Moved to={pollPath(pollID)} />
    case 'present/':
      return <PresentPage key={pollID} pollID={pollID} />
    case 'embed/':
      return <EmbedPage key={pollID} pollID={pollID} />
    default:
      return <Lost />
  }
}

/** What is at an address that is written another way. */
function Moved({ to }: { to: string }) {
  useLayoutEffect(() => goTo(to, { replace: true }), [to])
  return null
}
