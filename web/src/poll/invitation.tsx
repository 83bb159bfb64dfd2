import { t } from '@lingui/core/macro'
import { Plural, Trans } from '@lingui/react/macro'
import { type FormEvent, useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Summary } from '../contract.gen'
import { withResults } from '../i18n/parts'
import { joinPoll, RequestError } from '../session/api'
import { lastName, rememberName, type Seat, seatOf, takeSeat } from '../session/memory'
import { at, beside, type Why } from '../session/refusal'
import { summaryOf } from '../session/summary'
import { useFetched } from '../session/use-fetched'
import { Button, buttonClass } from '../ui/button'
import { limits } from '../ui/characters'
import { Hemicycle } from '../ui/hemicycle'
import { Card, Page, useTitle, Waiting } from '../ui/page'
import { ahead, part } from '../ui/part'
import { ProblemNote } from '../ui/problem'
import { TextField } from '../ui/text-field'
import { focusInvalid, nameProblem } from '../ui/text-problems'
import { Ended } from './ended'
import { loadInside } from './load-inside'

const PublicResults = part(withResults(() => import('../results/public-results')))

/** The door of a poll, for somebody who is not in it. */
export function Invitation({ pollID, onJoined }: { pollID: string; onJoined: (seat: Seat) => void }) {
  const { value: summary, problem, busy, again } = useFetched(pollID, summaryOf)
  if (problem) return <NoPoll pollID={pollID} problem={problem} onRetry={again} />
  if (!summary) {
    return (
      <Page>
        <Waiting alone label={t`Looking for the poll`} />
      </Page>
    )
  }
  if (summary.phase === 'cancelled') return <Ended reason="cancelled" topic={summary.topic} />
  const shut = { topic: summary.topic, busy, onRetry: again }
  if (summary.phase === 'closed' && !summary.revealed) return <NotRevealed {...shut} />
  if (summary.phase === 'closed') return <PublicResults pollID={pollID} />
  if (summary.roomLocked) return <Locked {...shut} />
  return <JoinForm summary={summary} onJoined={onJoined} onRefused={again} />
}

function JoinForm({
  summary,
  onJoined,
  onRefused,
}: {
  summary: Summary
  onJoined: (seat: Seat) => void
  /** The poll may have changed since this page asked for it. */
  onRefused: () => void
}) {
  useTitle(t`Join: ${summary.topic}`)
  useEffect(() => ahead(loadInside), [])
  const [name, setName] = useState(lastName)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<readonly Why[]>([])
  const [checked, setChecked] = useState(false)
  const [spectates, setSpectates] = useState(false)
  const wrong = summary.anonymous && name.trim() === '' ? undefined : nameProblem(name)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    setChecked(true)
    setWhy([])
    const taken = seatOf(summary.id) // in another tab, since this page was opened
    if (taken && !taken.left) return onJoined(taken)
    if (wrong) return focusInvalid(form)
    setBusy(true)
    try {
      const { accessToken } = await joinPoll({
        pollID: summary.id,
        name,
        patches: true,
        ...(spectates && { spectates }),
      })
      if (name.trim()) rememberName(name.trim())
      const seat = { token: accessToken, topic: summary.topic }
      takeSeat(summary.id, seat)
      onJoined(seat)
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      setWhy(error.why)
      setBusy(false)
      focusInvalid(form)
      if (refusesNow.includes(error.status)) onRefused()
    }
  }

  return (
    <Page>
      <p className="mb-1.5 text-sm font-semibold text-green">
        <Trans>You are invited to decide</Trans>
      </p>
      <h1 className="own-lines text-4xl leading-[1.05] font-extrabold tracking-tight sm:text-5xl">
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
      <p className="hidden font-semibold print:block" dir="ltr">
        {location.origin + location.pathname}
      </p>
      <Card className="print:hidden">
        <form onSubmit={submit} noValidate className="grid gap-4">
          <TextField
            label={t`Your name`}
            name="name"
            value={name}
            onChange={event => {
              setName(event.target.value)
              setWhy([])
            }}
            hint={
              summary.anonymous
                ? t`You may leave it empty. Your ballot stays secret.`
                : t`Others in the poll see it. Your ballot stays secret.`
            }
            error={checked ? (wrong ?? at(why, 'name')) : undefined}
            limit={limits.name}
            autoComplete="nickname"
            dir="auto"
            required={!summary.anonymous}
          />
          <label className="flex min-h-11 items-center gap-3 text-muted">
            <input
              type="checkbox"
              checked={spectates}
              onChange={({ target }) => setSpectates(target.checked)}
              className="size-5 accent-green"
            />
            {t`I only watch`}
          </label>
          {summary.admission === 'approve' && (
            <p className="text-sm text-muted">{t`The host lets people in one by one.`}</p>
          )}
          <ProblemNote messages={beside(why, 'name')} />
          <Button type="submit" look="primary" busy={busy} className="min-h-13 text-lg">
            <Trans>Join poll</Trans>
          </Button>
        </form>
      </Card>
    </Page>
  )
}

/** Statuses of a poll that is over, closed, locked or full. */
const refusesNow: readonly number[] = [404, 409]

interface ShutProps {
  topic: string
  busy: boolean
  onRetry: () => void
}

const NotRevealed = (props: ShutProps) => (
  <Shut {...props} title={t`The result is not out yet`}>
    {t`Voting has closed. Look again once the host has revealed the result.`}
  </Shut>
)

const Locked = (props: ShutProps) => (
  <Shut {...props} title={t`The room is locked`}>
    {t`The host has locked this poll: nobody new can join it for now.`}
  </Shut>
)

/** A door that is closed for now. */
function Shut({ topic, title, busy, onRetry, children }: ShutProps & { title: string; children: string }) {
  useTitle(title)
  return (
    <Page>
      <p className="mb-4 border-s-4 border-line ps-3 font-semibold">
        <bdi className="own-lines block">{topic}</bdi>
      </p>
      <h1 className="text-4xl font-extrabold tracking-tight">{title}</h1>
      <p className="mt-3 mb-8 text-lg text-muted">{children}</p>
      <Button look="primary" busy={busy} onClick={onRetry}>
        <Trans>Try again</Trans>
      </Button>
    </Page>
  )
}

function NoPoll({
  pollID,
  problem,
  onRetry,
}: {
  pollID: string
  problem: RequestError
  onRetry: () => void
}) {
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
          <Button look="primary" onClick={onRetry}>
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
