import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { codeLength, normaliseCode, pollPath } from '../poll/code'
import { RequestError } from '../session/api'
import { seats } from '../session/memory'
import { ask } from '../session/summary'
import { Button, buttonClass } from '../ui/button'
import { Hemicycle } from '../ui/hemicycle'
import { Right } from '../ui/icons'
import { Card, Page, useTitle } from '../ui/page'
import { StillTrying } from '../ui/still-trying'
import { TextField } from '../ui/text-field'
import { number } from '../ui/words'

/** The front door: join with a code, start a poll, or go back to one. */
export default function WelcomePage() {
  useTitle('')
  return (
    <Page wide>
      <StillTrying />
      <div className="grid items-center gap-x-16 gap-y-10 lg:min-h-[calc(100dvh-12rem)] lg:grid-cols-[1.1fr_1fr]">
        <div>
          <Hemicycle
            seats={62}
            taken={38}
            className="mb-6 w-full max-w-56 sm:max-w-80 lg:mb-10 lg:max-w-md"
          />
          <h1 className="text-[2.625rem] leading-[0.95] font-extrabold tracking-tight sm:text-6xl lg:text-7xl">
            <Trans>Decide together.</Trans>
          </h1>
          <p className="mt-4 max-w-md text-lg text-muted text-pretty">
            <Trans>
              Put the options on the table, rank them from your phones, and get a result that everybody can
              check.
            </Trans>
          </p>
        </div>
        <div className="grid w-full max-w-md gap-6">
          <Card>
            <JoinForm />
            <div className="my-5 flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
              <Trans>or</Trans>
            </div>
            <Link href="/create" className={buttonClass('plain', 'w-full')}>
              <Trans>Start a poll</Trans>
            </Link>
          </Card>
          <YourPolls />
        </div>
      </div>
    </Page>
  )
}

/** Takes a code; the last character of it is enough to go in. */
function JoinForm() {
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [, navigate] = useLocation()
  const looking = useRef<AbortController>(undefined)
  useEffect(() => () => looking.current?.abort(), [])

  const look = async (code: string) => {
    const stop = new AbortController()
    looking.current = stop
    setBusy(true)
    try {
      await ask(code, stop.signal)
      navigate(pollPath(code))
    } catch (problem) {
      if (stop.signal.aborted) return
      setError(problem instanceof RequestError ? problem.message : String(problem))
    }
    setBusy(false)
  }
  const type = (text: string) => {
    looking.current?.abort()
    setTyped(text)
    setBusy(false)
    setError(undefined)
    const code = normaliseCode(text)
    if (code.length === codeLength) void look(code)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const code = normaliseCode(typed)
    if (code.length !== codeLength)
      setError(t`A code has ${number(codeLength)} letters and digits, such as ${example}.`)
    else if (!busy) void look(code)
  }
  return (
    <form noValidate onSubmit={submit}>
      <TextField
        label={t`Poll code`}
        name="code"
        value={typed}
        onChange={event => type(event.target.value)}
        error={error}
        placeholder={example}
        autoComplete="off"
        autoCapitalize="characters"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="go"
        dir="ltr"
        className="h-16 px-1! text-center text-3xl font-bold tracking-[0.2em] uppercase placeholder:font-medium placeholder:opacity-45"
      />
      <Button type="submit" look="primary" busy={busy} className="mt-4 w-full">
        {t`Join`}
        <Right className="ms-2 me-0 size-5 rtl:rotate-180" />
      </Button>
    </form>
  )
}

const example = 'K7M4QX'

function YourPolls() {
  const heading = useId()
  const [mine, setMine] = useState(() => seats())
  useEffect(() => {
    if (seats().length === 0) return
    const forget = async () => {
      const { forgetGone } = await import('../session/forget')
      await forgetGone()
      setMine(seats())
    }
    forget().catch(() => {}) // there is another day
  }, [])
  if (mine.length === 0) return null
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className="mb-2 px-1 text-lg font-bold">
        <Trans>Your polls</Trans>
      </h2>
      <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card">
        {mine.map(({ pollID, topic }) => (
          <li key={pollID}>
            <Link
              href={pollPath(pollID)}
              className="flex min-h-14 items-center gap-3 px-4 py-2 text-ink no-underline hover:bg-sunk"
            >
              <span className="min-w-0 flex-1 font-semibold">
                <bdi>{topic}</bdi>
              </span>
              <span className="font-mono text-sm text-muted">{pollID}</span>
              <Right className="size-4 text-muted rtl:rotate-180" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
