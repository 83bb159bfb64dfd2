import { Suspense } from 'react'
import { Redirect, Route, Router, Switch } from 'wouter'
import { base } from './base'
import { withHost, withPresent, withResults, withRoom } from './i18n/parts'
import { normaliseCode } from './poll/code'
import { PollPage } from './poll/poll-page'
import { Announcer } from './ui/announcer'
import { Boundary } from './ui/boundary'
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
                return <PollPage key={pollID} pollID={pollID} />
              }}
            </Route>
            <Route path="/present/:code">
              {({ code }) => <PresentPage key={code} pollID={normaliseCode(code)} />}
            </Route>
            <Route path="/embed/:code">
              {({ code }) => <EmbedPage key={code} pollID={normaliseCode(code)} />}
            </Route>
            <Route>
              <Lost />
            </Route>
          </Switch>
        </Router>
      </Suspense>
      <Announcer />
    </Boundary>
  )
}
