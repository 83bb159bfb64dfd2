import { t } from '@lingui/core/macro'
import { Suspense, useEffect, useReducer, useRef, useState } from 'react'
import { withHost } from '../i18n/parts'
import { Countdown } from '../poll/countdown'
import { optionsOf, usePoll } from '../poll/use-poll'
import { ActionBar } from '../ui/action-bar'
import { announce } from '../ui/announcer'
import { Button } from '../ui/button'
import { Undo } from '../ui/icons'
import { Section } from '../ui/page'
import { part } from '../ui/part'
import { Switch } from '../ui/switch'
import { isolate, number } from '../ui/words'
import { BallotStrip } from './ballot-strip'
import { changeDraft, placesOf, ranksOf } from './draft'
import { draftFor, keep, placesIn } from './kept-draft'
import { OptionList, searchFrom } from './option-list'
import { Review } from './review'
import { shuffledFor } from './shuffle'
import { SortableRanking } from './sortable-ranking'
import { Turnout } from './turnout'

const CloseButton = part(withHost(() => import('../host/close-button')))

/** Ranks by tapping the options, which moves them onto the ballot, and by sorting what is there. */
export function BallotEditor({ onDone }: { onDone: () => void }) {
  const { poll, me, isHost } = usePoll()
  const listed = optionsOf(poll)
  const options = poll.settings.shuffle ? shuffledFor(me.userID, listed) : listed
  const places = placesIn(poll)
  const [draft, change] = useReducer(changeDraft, null, () => draftFor(poll, me))
  const [reviewing, setReviewing] = useState(false)
  const ballot = useRef<HTMLDivElement>(null)
  const { ranking, tied, rest } = draft
  useEffect(() => keep(poll, me, { ranking, tied, rest }), [poll, me, ranking, tied, rest])

  const { allowPartial, equalRanks } = poll.settings
  const used = placesOf(draft)
  const full = used === places
  const whole = ranking.length >= places || rest
  const ready = whole || (allowPartial && ranking.length > 0)
  const toggle = (id: string) => {
    const text = isolate(poll.nominations[id]?.text ?? '')
    if (ranking.includes(id)) announce(t`${text} taken off your ballot`)
    else if (full) announce(t`Your ballot is full. Take something off first.`)
    else announce(t`${text}, place ${number(used + 1)}`)
    change({ type: 'toggle', id, places })
  }

  return (
    <>
      <div className="grid items-start gap-5 lg:grid-cols-2 lg:gap-x-8">
        <div
          ref={ballot}
          className="grid gap-5 lg:sticky lg:top-4 lg:order-2 lg:max-h-[calc(100dvh-8rem)] lg:overflow-y-auto lg:overscroll-contain lg:rounded-3xl"
        >
          <Section
            title={t`Your ballot`}
            takesFocus
            aside={
              <Button
                look="quiet"
                disabled={draft.past.length === 0}
                className="-mx-4 aria-disabled:bg-transparent"
                onClick={() => {
                  change({ type: 'undo' })
                  announce(t`Undone`)
                }}
              >
                <Undo className="size-5 rtl:-scale-x-100" />
                {t`Undo`}
              </Button>
            }
          >
            <SortableRanking
              ranking={ranking}
              places={places}
              {...(equalRanks && {
                tied,
                onTie: (id: string) => change({ type: 'tie', id, places }),
              })}
              onMove={(from, to) => change({ type: 'move', from, to, places })}
              onRemove={toggle}
            />
            {equalRanks && ranking.length > 0 && ranking.length < options.length && (
              <div className="mt-4">
                <Switch
                  label={t`All the others last`}
                  hint={t`They share one more place, behind those you ranked.`}
                  checked={rest}
                  onChange={() => change({ type: 'rest' })}
                />
              </div>
            )}
            {allowPartial && ranking.length === 0 && (
              <Button
                look="quiet"
                className="mt-3 text-sm"
                onClick={() => setReviewing(true)}
              >{t`Hand in a blank ballot`}</Button>
            )}
          </Section>
        </div>
        <div className="grid min-w-0 gap-5">
          <OptionList
            options={options.filter(({ id }) => !ranking.includes(id))}
            full={full}
            places={places}
            onTap={toggle}
          />
          <Turnout />
        </div>
      </div>
      <ActionBar
        above={
          options.length >= searchFrom && (
            <BallotStrip
              ranking={ranking}
              ranks={ranksOf(draft)}
              onTap={() => ballot.current?.scrollIntoView({ block: 'start' })}
            />
          )
        }
        status={
          <p className="tabular-nums" id="progress">
            {t`${number(used)} of ${number(places)} ranked`} <Countdown poll={poll} className="ms-2" />
            {!ready && (
              <span className="block">
                {allowPartial ? t`Rank one or more to go on.` : t`Rank all ${number(places)} to go on.`}
              </span>
            )}
          </p>
        }
      >
        {isHost && (
          <Suspense>
            <CloseButton look="plain" />
          </Suspense>
        )}
        {me.voted && <Button className="min-h-13" onClick={onDone}>{t`Keep the old one`}</Button>}
        <Button
          look="primary"
          className="min-h-13 sm:px-6 sm:text-lg"
          aria-disabled={!ready}
          aria-describedby="progress"
          onClick={ready ? () => setReviewing(true) : undefined}
        >
          {t`Review ballot`}
        </Button>
      </ActionBar>
      {reviewing && <Review marks={draft} onDone={onDone} onClose={() => setReviewing(false)} />}
    </>
  )
}
