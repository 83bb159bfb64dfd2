import { ConfirmButton } from '../poll/confirm'
import { usePoll } from '../poll/use-poll'
import { send } from '../session/connection'
import { Hemicycle } from '../ui/hemicycle'
import { Section } from '../ui/page'
import { count, number } from '../ui/words'

/** How many have voted, if that is shown; and the end of the vote, for the admin. */
export function Turnout({ className = '' }: { className?: string }) {
  const { poll, isAdmin } = usePoll()
  const { ballotCount, participantCount } = poll
  if (ballotCount === undefined && !isAdmin) return null
  return (
    <Section title="Turnout" className={className}>
      {ballotCount === undefined ? (
        <p className="text-muted">Shown once voting has closed.</p>
      ) : (
        <>
          <Hemicycle seats={participantCount} taken={ballotCount} className="mx-auto w-full max-w-64" />
          <p className="mt-1 text-center">
            <span className="font-semibold tabular-nums">
              {number(ballotCount)} of {number(participantCount)}
            </span>{' '}
            <span className="text-muted">have voted</span>
          </p>
        </>
      )}
      {isAdmin && (
        <ConfirmButton
          look="plain"
          label="Close voting"
          className="mt-4 w-full"
          title="Close the vote?"
          confirm="Close and count"
          command={() => send('close_poll', {})}
        >
          {ballotCount === 0
            ? 'Nobody has voted yet, so there will be no winner. This cannot be undone.'
            : ballotCount === undefined
              ? 'The ballots are counted and everybody sees the result. This cannot be undone.'
              : `${count(ballotCount, 'ballot')} will be counted and everybody sees the result. This cannot be undone.`}
        </ConfirmButton>
      )}
    </Section>
  )
}
