import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import QRCode from '../lobby/qr-code'
import { pollPath } from '../poll/code'
import { LoopbackNote } from '../poll/loopback-note'
import { phaseName } from '../poll/phases'
import type { Poll } from '../poll/use-poll'
import { serverNow } from '../session/clock'
import { useSite } from '../session/site'
import { Hemicycle } from '../ui/hemicycle'
import { duration, number } from '../ui/words'
import { Stage } from './stage'

/** The vote for a room: how many have voted and how long it takes; never what they voted. */
export function VotingScreen({ poll }: { poll: Poll }) {
  const { ballotCount } = poll
  const voters = poll.participantCount - (poll.spectatorCount ?? 0)
  const link = `${useSite()}${pollPath(poll.id)}`
  return (
    <Stage pollID={poll.id} eyebrow={phaseName(poll)} topic={poll.settings.topic}>
      <div className="grid min-h-0 flex-1 items-center gap-[2em] lg:grid-cols-[1fr_auto]">
        <div className="grid justify-items-center gap-[0.6em] text-center">
          {ballotCount === undefined ? (
            <p className="text-[2em] font-bold">{t`Rank the options on your phone`}</p>
          ) : (
            <>
              <Hemicycle
                seats={voters}
                taken={Math.min(ballotCount, voters)}
                className="w-[20em] max-w-full"
              />
              <p className="text-[1.2em] text-muted" aria-live="polite">
                <Trans>
                  <span className="text-[1.6em] font-extrabold text-ink tabular-nums">
                    {number(ballotCount)} of {number(voters)}
                  </span>{' '}
                  have voted
                </Trans>
              </p>
            </>
          )}
          {poll.settings.closesAt && <TimeLeft until={poll.settings.closesAt} />}
        </div>
        <div className="grid max-w-[14em] justify-items-center gap-[0.6em] justify-self-center">
          <QRCode text={link} className="w-[9em] rounded-[0.6em]" />
          <LoopbackNote className="text-[0.8em]" />
        </div>
      </div>
    </Stage>
  )
}

/** A countdown by the server's clock. */
function TimeLeft({ until }: { until: string }) {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - now) / 1000))
  const clock = duration(seconds)
  return (
    <p role="timer" className="text-[1.2em]">
      <span className="text-muted">{t`Time left`} </span>
      <span dir="ltr" className="text-[1.6em] font-extrabold tabular-nums">
        {clock}
      </span>
    </p>
  )
}
