import { lazy, Suspense } from 'react'
import { Redirect, Route, Router, Switch } from 'wouter'
import { base } from './base'
import { CreatePage } from './create/create-page'
import { normaliseCode } from './poll/code'
import { Announcer } from './ui/announcer'
import { Boundary } from './ui/boundary'
import { Page, Waiting } from './ui/page'
import { Lost } from './welcome/lost'
import { WelcomePage } from './welcome/welcome-page'

// What follows a poll (sockets, dragging) is half of the program: it comes while people type a code.
const loadPoll = () => import('./poll/poll-page')
const PollPage = lazy(loadPoll)
setTimeout(() => loadPoll().catch(() => {}), 1_500)

export function App() {
  return (
    <Boundary>
      <Router base={base}>
        <Switch>
          <Route path="/">
            <WelcomePage />
          </Route>
          <Route path="/create">
            <CreatePage />
          </Route>
          <Route path="/p/:code">
            {({ code }) => {
              const pollID = normaliseCode(code)
              if (pollID !== code) return <Redirect to={`/p/${pollID}`} replace />
              return (
                <Suspense
                  fallback={
                    <Page>
                      <Waiting />
                    </Page>
                  }
                >
                  <PollPage key={pollID} pollID={pollID} />
                </Suspense>
              )
            }}
          </Route>
          <Route>
            <Lost />
          </Route>
        </Switch>
      </Router>
      <Announcer />
    </Boundary>
  )
}
