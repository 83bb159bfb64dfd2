import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { type FormEvent, useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Summary } from '../contract.gen'
import { withResults } from '../i18n/parts'
import { joinPoll, RequestError } from '../session/api'
import { lastName, rememberName, type Seat, takeSeat } from '../session/memory'
import { summaryOf } from '../session/summary'
import { Button, buttonClass } from '../ui/button'
import { limits } from '../ui/characters'
import { Hemicycle } from '../ui/hemicycle'
import { part } from '../ui/insist'
import { Card, Page, useTitle, Waiting } from '../ui/page'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { focusInvalid, nameProblem } from '../ui/text-problems'
import { Ended } from './ended'
import { loadInside } from './poll-page'

const PublicResults = part(withResults(() => import('../results/public-results')))

/** The door of a poll, for somebody who is not in it. */
export function Invitation({ pollID, onJoined }: { pollID: string; onJoined: (seat: Seat) => void }) {
  const [summary, setSummary] = useState<Summary>()
  const [problem, setProblem] = useState<RequestError>()
  useEffect(() => {
    const stop = new AbortController()
    summaryOf(pollID, stop.signal)
      .then(setSummary)
      .catch(error => stop.signal.aborted || setProblem(error))
    return () => stop.abort()
  }, [pollID])

  if (problem) return <NoPoll pollID={pollID} problem={problem} />
  if (!summary) {
    return (
      <Page>
        <Waiting label={t`Looking for the poll`} />
      </Page>
    )
  }
  if (summary.phase === 'cancelled') return <Ended reason="cancelled" topic={summary.topic} />
  if (summary.phase === 'closed') return <PublicResults pollID={pollID} />
  return <JoinForm summary={summary} onJoined={onJoined} />
}

function JoinForm({ summary, onJoined }: { summary: Summary; onJoined: (seat: Seat) => void }) {
  useTitle(t`Join: ${summary.topic}`)
  useEffect(() => void loadInside().catch(() => {}), [])
  const [name, setName] = useState(lastName)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<readonly string[]>([])
  const [checked, setChecked] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setChecked(true)
    if (nameProblem(name)) return focusInvalid(event.currentTarget)
    setBusy(true)
    setProblem([])
    try {
      const { accessToken } = await joinPoll({ pollID: summary.id, name, patches: true })
      rememberName(name.trim())
      const seat = { token: accessToken, topic: summary.topic }
      takeSeat(summary.id, seat)
      onJoined(seat)
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      setProblem(error.messages)
      setBusy(false)
    }
  }

  return (
    <Page>
      <p className="mb-1.5 text-sm font-semibold text-green">
        <Trans>You are invited to decide</Trans>
      </p>
      <h1 className="text-4xl leading-[1.05] font-extrabold tracking-tight sm:text-5xl">
        <bdi>{summary.topic}</bdi>
      </h1>
      <p className="mt-4 mb-6 flex items-center gap-3 text-muted">
        <Hemicycle
          seats={Math.max(summary.participantCount, 9)}
          taken={summary.participantCount}
          className="w-14 shrink-0"
        />
        <span>
          <Trans>
            <Plural value={summary.participantCount} one="# person" other="# people" /> in,{' '}
            <Plural value={summary.nominationCount} one="# option" other="# options" /> so far.
          </Trans>{' '}
          {summary.phase === 'voting' ? t`Voting is open.` : t`Nominations are open.`}
        </span>
      </p>
      <Card>
        <form onSubmit={submit} noValidate className="grid gap-4">
          <TextField
            label={t`Your name`}
            name="name"
            value={name}
            onChange={event => setName(event.target.value)}
            hint={t`Others in the poll see it. Your ballot stays secret.`}
            error={checked ? nameProblem(name) : undefined}
            limit={limits.name}
            autoComplete="nickname"
            dir="auto"
            required
          />
          <ProblemNote messages={problem} />
          <Button type="submit" look="primary" busy={busy} className="min-h-13 text-lg">
            <Trans>Join poll</Trans>
          </Button>
        </form>
      </Card>
    </Page>
  )
}

function NoPoll({ pollID, problem }: { pollID: string; problem: RequestError }) {
  const missing = problem.status === 404 || problem.status === 400
  const title = missing ? t`No poll with this code` : t`The poll cannot be opened now`
  useTitle(title)
  return (
    <Page>
      <div role="alert">
        <p className="mb-4 font-mono text-2xl font-bold tracking-[0.2em] text-muted">{pollID}</p>
        <h1 className="text-4xl font-extrabold tracking-tight">{title}</h1>
        <p className="mt-3 text-lg text-muted">
          {missing
            ? t`Check the code with whoever gave it to you. Polls also end after a while.`
            : problem.message}
        </p>
      </div>
      <div className="mt-8 flex flex-wrap gap-3">
        {!missing && (
          <Button look="primary" onClick={() => location.reload()}>
            <Trans>Try again</Trans>
          </Button>
        )}
        <Link href="/" className={buttonClass(missing ? 'primary' : 'plain')}>
          <Trans>Enter another code</Trans>
        </Link>
      </div>
    </Page>
  )
}
