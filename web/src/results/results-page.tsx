import { Suspense } from 'react'
import { withHost, withMore } from '../i18n/parts'
import { DeviceButton } from '../poll/exits'
import { Lifespan } from '../poll/lifespan'
import { phaseName } from '../poll/phases'
import { PollFrame } from '../poll/poll-frame'
import { PollHeader } from '../poll/poll-header'
import { usePoll } from '../poll/use-poll'
import { Waiting } from '../ui/page'
import { part } from '../ui/part'
import { loadRemote, loadWaitingRoom } from './load-waiting'
import { outcomeOf } from './outcome'
import { OwnPart } from './own-part'
import { ResultsView } from './results-view'

const NextPoll = part(withMore(() => import('./more/next-poll')))
const WaitingRoom = part(loadWaitingRoom)
const Afterwards = part(withHost(() => import('../host/afterwards')))
const Remote = part(loadRemote)

/** The end of a poll, for those who took part. */
export default function ResultsPage() {
  const { poll, me, isAdmin, isHost } = usePoll()
  const outcome = outcomeOf(poll)
  return (
    <PollFrame pollID={poll.id}>
      <PollHeader phase={phaseName(poll)} topic={poll.settings.topic} />
      <div className="min-h-dvh">
        <OwnPart />
        {/* They come together: what came later would push down what somebody reads. */}
        <Suspense fallback={<Waiting />}>
          {isHost && poll.reveal && <Remote poll={poll} />}
          {!outcome && poll.reveal && <WaitingRoom poll={poll} />}
          {outcome && <ResultsView outcome={outcome} own={placesOf(me)} receipt={me.receipt} />}
        </Suspense>
      </div>
      <div className="mt-10 grid justify-items-center gap-3 border-t border-line pt-5 print:hidden">
        {isHost && (
          <Suspense>
            <Afterwards />
          </Suspense>
        )}
        {!poll.nextPoll && outcome && isAdmin && (
          <Suspense>
            <NextPoll />
          </Suspense>
        )}
        <DeviceButton />
        <Lifespan />
      </div>
      {poll.nextPoll && (
        <Suspense>
          <NextPoll />
        </Suspense>
      )}
    </PollFrame>
  )
}

/** The place of each option on a ballot that was cast; some may share one. */
const placesOf = ({ ballot, ranks }: Pick<ReturnType<typeof usePoll>['me'], 'ballot' | 'ranks'>) =>
  new Map(ballot.map((option, i) => [option, ranks?.[i] ?? i + 1]))
