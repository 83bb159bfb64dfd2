import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useEffect, useReducer, useState } from 'react'
import { optionsOf, usePoll } from '../poll/use-poll'
import { draftOf, keepDraft } from '../session/memory'
import { ActionBar } from '../ui/action-bar'
import { announce } from '../ui/announcer'
import { Button } from '../ui/button'
import { Undo } from '../ui/icons'
import { Section } from '../ui/page'
import { number } from '../ui/words'
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
  const progress = t`${number(ranking.length)} of ${number(places)} ranked`
  const toggle = (id: string, text: string) => {
    if (ranking.includes(id)) announce(t`${text} taken off your ballot`)
    else if (full) announce(t`Your ballot is full. Take something off first.`)
    else announce(t`${text}, place ${number(ranking.length + 1)}`)
    change({ type: 'toggle', id, places })
  }

  return (
    <>
      <div className="grid items-start gap-5 lg:grid-cols-2 lg:gap-x-8">
        <Section title={t`Options`}>
          <p className="mt-1 mb-4 text-muted">
            {places > 1 ? t`Tap them in your order of preference, best first.` : t`Tap the one you prefer.`}
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
            title={t`Your ballot`}
            aside={
              <Button
                look="quiet"
                disabled={draft.past.length === 0}
                className="disabled:bg-transparent"
                onClick={() => {
                  change({ type: 'undo' })
                  announce(t`Undone`)
                }}
              >
                <Undo />
                <Trans>Undo</Trans>
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
            {!ready && (
              <span className="block">
                <Trans>Rank all {number(places)} to go on.</Trans>
              </span>
            )}
          </p>
          <div className="flex gap-2">
            {me.voted && (
              <Button className="min-h-13" onClick={onDone}>
                <Trans>Keep the old one</Trans>
              </Button>
            )}
            <Button
              look="primary"
              className="min-h-13 px-6 text-lg"
              aria-disabled={!ready}
              aria-describedby="progress"
              onClick={ready ? () => setReviewing(true) : undefined}
            >
              <Trans>Review ballot</Trans>
            </Button>
          </div>
        </div>
      </ActionBar>
      {reviewing && <Review ranking={ranking} onDone={onDone} onClose={() => setReviewing(false)} />}
    </>
  )
}
