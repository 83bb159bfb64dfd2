import { plural, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import QRCode from '../lobby/qr-code'
import { pollPath } from '../poll/code'
import { LoopbackNote } from '../poll/loopback-note'
import { phaseName } from '../poll/phases'
import { optionsOf, type Poll } from '../poll/use-poll'
import { useSite } from '../session/site'
import { Hemicycle } from '../ui/hemicycle'
import { number } from '../ui/words'
import { Stage } from './stage'
import { useMost } from './use-most'

const mostShown = 12

/** The lobby for a room: how to come in, the people as they arrive, and what they nominate. */
export function Gathering({ poll }: { poll: Poll }) {
  const site = useSite()
  const host = site.replace(/^https?:\/\//, '')
  const link = `${site}${pollPath(poll.id)}`
  return (
    <Stage pollID={poll.id} eyebrow={phaseName(poll)} topic={poll.settings.topic}>
      <div className="grid min-h-0 flex-1 gap-[1.2em] lg:grid-cols-[auto_1fr]">
        <div className="flex min-h-0 flex-col items-center justify-center gap-[0.6em] rounded-[1.2em] bg-brass-soft p-[1.2em]">
          <QRCode text={link} className="w-[min(13em,80vw)] rounded-[0.6em]" />
          <p className="text-center text-muted">
            <Trans>
              or open{' '}
              <bdi dir="ltr" className="font-semibold break-all text-ink">
                {host}
              </bdi>{' '}
              and enter
            </Trans>
          </p>
          <p
            translate="no"
            className="text-[min(3.4em,13vw)] leading-none font-extrabold tracking-[0.12em] text-ink tabular-nums"
          >
            {poll.id}
          </p>
          <LoopbackNote className="max-w-[22em] text-[0.8em]" />
        </div>
        <div className="grid min-h-0 grid-rows-[auto_1fr] gap-[1em]">
          <Arrivals poll={poll} />
          <Nominated poll={poll} />
        </div>
      </div>
    </Stage>
  )
}

function Arrivals({ poll }: { poll: Poll }) {
  const { length } = poll.newest
  const words = poll.newest.map(({ name }) => name).join()
  const [box, shown] = useMost<HTMLUListElement>(length, words, { least: 0 })
  return (
    <section className="grid grid-cols-[auto_1fr] items-center gap-[1.2em]">
      <Hemicycle
        seats={Math.max(poll.participantCount, 14)}
        taken={poll.participantCount}
        className="w-[9em] max-w-[40vw]"
      />
      <div className="min-w-0">
        <h2 className="text-[1.4em] font-bold" aria-live="polite">
          {plural(poll.participantCount, {
            0: 'Nobody is here yet',
            one: '# person is here',
            other: '# people are here',
          })}
        </h2>
        <ul
          ref={box}
          className="mt-[0.3em] flex h-[3.7em] flex-wrap content-start gap-[0.3em] overflow-hidden text-[0.9em]"
        >
          {poll.newest.slice(0, shown).map(({ id, name }) => (
            <li key={id} className="appear max-w-[11em] rounded-full bg-sunk px-[0.7em] py-[0.1em]">
              <bdi className="block truncate">{name}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

/** The newest nominations; the room reads all of them on its phones. */
function Nominated({ poll }: { poll: Poll }) {
  const options = optionsOf(poll)
  const newest = options.slice(-mostShown).reverse()
  const [box, shown] = useMost<HTMLElement>(newest.length, newest.map(({ text }) => text).join())
  const more = options.length - shown
  return (
    <section ref={box} className="min-h-0 overflow-hidden">
      <h2 className="text-[1.1em] font-bold">
        {options.length === 0
          ? t`Nothing is nominated yet`
          : plural(options.length, { one: '# nomination', other: '# nominations' })}
      </h2>
      <ul className="mt-[0.4em] flex flex-wrap gap-[0.4em] text-[1.25em]">
        {newest.slice(0, shown).map(({ id, text }) => (
          <li
            key={id}
            className="appear max-w-full rounded-[0.6em] border border-line bg-card px-[0.7em] py-[0.25em] font-semibold"
          >
            <bdi className="block truncate">{text}</bdi>
          </li>
        ))}
        {more > 0 && (
          <li className="px-[0.4em] py-[0.25em] text-muted">
            <Trans>and {number(more)} more</Trans>
          </li>
        )}
      </ul>
    </section>
  )
}
