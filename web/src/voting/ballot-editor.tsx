import { useEffect, useReducer, useState } from 'react'
import { optionsOf, usePoll } from '../poll/use-poll'
import { draftOf, keepDraft } from '../session/memory'
import { ActionBar } from '../ui/action-bar'
import { announce } from '../ui/announcer'
import { Button } from '../ui/button'
import { Undo } from '../ui/icons'
import { Section } from '../ui/page'
import { changeDraft, newDraft } from './draft'
import { OptionButton } from './option-button'
import { Review } from './review'
import { SortableRanking } from './sortable-ranking'
import { Turnout } from './turnout'

/** Ranks by tapping the options and by sorting what was tapped. */
export function BallotEditor({ onDone }: { onDone: () => void }) {
  const { poll, me } = usePoll()
  const options = optionsOf(poll)
  const places = Math.min(poll.settings.votesPerVoter, options.length)
  const [draft, change] = useReducer(changeDraft, null, () =>
    newDraft(draftOf(poll.id) ?? me.ballot, id => id in poll.nominations, places),
  )
  const [reviewing, setReviewing] = useState(false)
  const { ranking } = draft
  useEffect(() => keepDraft(poll.id, ranking), [poll.id, ranking])

  const full = ranking.length === places
  const ready = poll.settings.allowPartial || full
  const progress = `${ranking.length} of ${places} ranked`
  const toggle = (id: string, text: string) => {
    if (ranking.includes(id)) announce(`${text} taken off your ballot`)
    else if (full) announce(`Your ballot is full. Take something off first.`)
    else announce(`${text}, place ${ranking.length + 1}`)
    change({ type: 'toggle', id, places })
  }

  return (
    <>
      <div className="grid items-start gap-5 lg:grid-cols-2 lg:gap-x-8">
        <Section title="Options">
          <p className="mt-1 mb-4 text-muted">
            Tap them in your order of preference{places > 1 ? ', best first' : ''}.
          </p>
          <ul className="grid gap-2">
            {options.map(({ id, text }) => (
              <li key={id}>
                <OptionButton
                  text={text}
                  place={ranking.indexOf(id) + 1}
                  full={full}
                  onClick={() => toggle(id, text)}
                />
              </li>
            ))}
          </ul>
        </Section>
        <div className="grid gap-5 lg:sticky lg:top-6">
          <Section
            title="Your ballot"
            aside={
              <Button
                look="quiet"
                disabled={draft.past.length === 0}
                className="disabled:bg-transparent"
                onClick={() => {
                  change({ type: 'undo' })
                  announce('Undone')
                }}
              >
                <Undo />
                Undo
              </Button>
            }
          >
            <SortableRanking
              ranking={ranking}
              places={places}
              onMove={(from, to) => change({ type: 'move', from, to })}
              onRemove={id => toggle(id, poll.nominations[id]?.text ?? '')}
            />
          </Section>
          <Turnout />
        </div>
      </div>
      <ActionBar>
        <div className="flex items-center justify-between gap-3">
          <p className="text-sm text-muted tabular-nums" id="progress">
            {progress}
            {!ready && <span className="block">Rank all {places} to go on.</span>}
          </p>
          <div className="flex gap-2">
            {me.voted && (
              <Button className="min-h-13" onClick={onDone}>
                Keep the old one
              </Button>
            )}
            <Button
              look="primary"
              className="min-h-13 px-6 text-lg"
              aria-disabled={!ready}
              aria-describedby="progress"
              onClick={ready ? () => setReviewing(true) : undefined}
            >
              Review ballot
            </Button>
          </div>
        </div>
      </ActionBar>
      {reviewing && <Review ranking={ranking} onDone={onDone} onClose={() => setReviewing(false)} />}
    </>
  )
}
